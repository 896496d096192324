import type { OutsideColumn } from '../types.js';
import { count } from './describe.js';

const digits = (value: number): string => String(Number(value.toPrecision(6)));

/**
 * What a person should know of predictions for rows outside of what training saw: the column that is farthest out, in widths of its
 * range, and how far.
 *
 * @param outside - of every row, as `outside` of a model says.
 * @param names - of the columns.
 * @param rowName - how the person knows a row; default `row 1` for the first.
 * @returns One sentence, or none where all rows lie inside.
 */
export function outsideNote(
  outside: readonly (readonly OutsideColumn[])[],
  names: readonly string[],
  rowName: (row: number) => string = (row) => `row ${row + 1}`,
): string[] {
  let worst: { readonly row: number; readonly found: OutsideColumn; readonly widths: number } | null = null;
  outside.forEach((columns, row) => {
    for (const found of columns) {
      const widths = found.distance / (found.high - found.low);
      if (worst === null || widths > worst.widths) worst = { row, found, widths };
    }
  });
  if (worst === null) return [];
  const { row, found } = worst as { row: number; found: OutsideColumn };
  const { column, value, low, high, distance } = found;
  const end =
    value > high
      ? `above the largest value in training, ${digits(high)}`
      : `below the smallest value in training, ${digits(low)}`;
  const rows = outside.filter((columns) => columns.length > 0).length;
  return [
    `${rows} of ${count(outside.length, 'row')} ${rows === 1 ? 'lies' : 'lie'} outside of what training saw; farthest is "${names[column]}" in ${rowName(row)}: ${digits(value)} is ${digits(distance)} ${end}`,
  ];
}

/**
 * How many predictions were bounded.
 *
 * @param predictions - of a model of numbers; `scores` are the network's own.
 */
export function boundedNote(predictions: ArrayLike<number>, scores: ArrayLike<number>): string[] {
  const bounded = Array.from(predictions).filter((prediction, k) => prediction !== scores[k]).length;
  if (bounded === 0) return [];
  return [
    `${count(bounded, 'prediction')} of these rows ${bounded === 1 ? 'is' : 'are'} bounded to the range of the training targets, widened by a quarter`,
  ];
}
