import type { MissingPolicy } from './columns.js';
import { type DateOrder, moment, monthNumber, weekday } from './dates.js';
import type { NumberFormat } from './numbers.js';
import type { TargetSpec } from './target-spec.js';

/** What numbers are made of a date: days since the first one, month 1-12, day of the week 1-7 from Monday, hour of the day. */
export const datePartNames = ['days', 'month', 'weekday', 'hour'] as const;
export type DatePartName = (typeof datePartNames)[number];

export interface DatePart {
  readonly part: DatePartName;
  readonly mean: number;
}

/** One column of the table that the model uses. */
export type Feature =
  /** `format` is absent where the numbers are plain. */
  | { readonly column: string; readonly kind: 'number'; readonly mean: number; readonly format?: NumberFormat }
  /** `shares` are the frequencies of the levels: what stands for a cell without a known level. */
  | {
      readonly column: string;
      readonly kind: 'category';
      readonly levels: readonly string[];
      readonly shares: readonly number[];
    }
  /** One indicator: 1 for a cell with a value, 0 for a missing one. `level` is the only value that training saw. */
  | { readonly column: string; readonly kind: 'present'; readonly level: string }
  /** `origin`: the first date of the training rows, in days since 1970. */
  | {
      readonly column: string;
      readonly kind: 'date';
      readonly order: DateOrder;
      readonly origin: number;
      readonly parts: readonly DatePart[];
    };

/** Everything that turns a raw table into the matrix of the model: plain data, part of the model file. */
export interface TableEncoding {
  readonly header: boolean;
  /** All columns of the training table in their order: what names a table without header. */
  readonly columns: readonly string[];
  readonly target: TargetSpec;
  readonly missing: MissingPolicy;
  readonly features: readonly Feature[];
  /** Texts that stand for missing values; absent for the usual ones. */
  readonly na?: readonly string[];
}

/** Names of a feature's columns in the matrix. */
export function namesOf(feature: Feature): string[] {
  const { column } = feature;
  if (feature.kind === 'number') return [column];
  if (feature.kind === 'present') return [`${column}=${feature.level}`];
  if (feature.kind === 'date') return feature.parts.map(({ part }) => `${column}.${part}`);
  return indicated(feature.levels).map((level) => `${column}=${level}`);
}

/** Two levels need one indicator, that of the second. */
export function indicated(levels: readonly string[]): readonly string[] {
  return levels.length === 2 ? levels.slice(1) : levels;
}

/** The parts of a date, null for a text that is none. */
export function datePart(cell: string, order: DateOrder, origin: number): ((part: DatePartName) => number) | null {
  const found = moment(cell, order);
  if (found === null) return null;
  const { days } = found;
  return (part) => {
    if (part === 'days') return days - origin;
    if (part === 'month') return monthNumber(days);
    return part === 'weekday' ? weekday(days) : 24 * (days - Math.floor(days));
  };
}
