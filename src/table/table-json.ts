import { describeValue } from '../data/describe.js';
import { ModelFormatError } from '../errors.js';
import { datePartNames, type Feature, type TableEncoding } from './features.js';
import type { NumberFormat } from './numbers.js';
import { TableEncoder } from './table.js';
import type { TargetSpec } from './target-spec.js';

/** Reads what `JSON.stringify(encoder.encoding)` wrote. @throws {@link ModelFormatError} naming the place of a defect. */
export function encoderFromJSON(json: unknown, path = 'table'): TableEncoder {
  const record = object(json, path);
  if (typeof record.header !== 'boolean') fail(`${path}.header`, record.header, 'true or false');
  const encoding: TableEncoding = {
    header: record.header,
    columns: texts(record.columns, `${path}.columns`, 2),
    target: readSpec(record.target, `${path}.target`),
    missing: choice(record.missing, `${path}.missing`, ['error', 'drop', 'mean'] as const),
    features: list(record.features, `${path}.features`, 1).map((feature, k) => readFeature(feature, `${path}.features[${k}]`)),
    ...(record.na !== undefined && { na: list(record.na, `${path}.na`, 0).map((marker, k) => text(marker, `${path}.na[${k}]`)) }),
  };
  const used = encoding.features.map((feature, k) => ({ column: feature.column, place: `${path}.features[${k}].column` }));
  for (const { column, place } of [...used, { column: encoding.target.column, place: `${path}.target.column` }]) {
    if (!encoding.columns.includes(column)) fail(place, column, `one of ${path}.columns`);
  }
  return new TableEncoder(encoding);
}

function readSpec(json: unknown, path: string): TargetSpec {
  const record = object(json, path);
  const task = choice(record.task, `${path}.task`, ['classification', 'regression'] as const);
  if (typeof record.numeric !== 'boolean') fail(`${path}.numeric`, record.numeric, 'true or false');
  if (task === 'regression' && record.labels !== null) fail(`${path}.labels`, record.labels, 'null for a regression');
  const labels = task === 'regression' ? null : texts(record.labels, `${path}.labels`, 2);
  const column = text(record.column, `${path}.column`);
  return { column, task, labels, numeric: record.numeric, ...readFormat(record.format, `${path}.format`) };
}

/** How numbers are written, absent where they are plain. */
function readFormat(json: unknown, path: string): { format?: NumberFormat } {
  if (json === undefined) return {};
  const record = object(json, path);
  const decimal = choice(record.decimal, `${path}.decimal`, ['.', ','] as const);
  return { format: { decimal, unit: text(record.unit, `${path}.unit`) } };
}

function readFeature(json: unknown, path: string): Feature {
  const record = object(json, path);
  const column = text(record.column, `${path}.column`);
  const kind = choice(record.kind, `${path}.kind`, ['number', 'category', 'present', 'date'] as const);
  if (kind === 'number')
    return { column, kind, mean: finite(record.mean, `${path}.mean`), ...readFormat(record.format, `${path}.format`) };
  if (kind === 'present') return { column, kind, level: text(record.level, `${path}.level`) };
  if (kind === 'date') {
    const order = choice(record.order, `${path}.order`, ['day-first', 'month-first'] as const);
    const parts = list(record.parts, `${path}.parts`, 1).map((json, k) => {
      const part = object(json, `${path}.parts[${k}]`);
      const name = choice(part.part, `${path}.parts[${k}].part`, datePartNames);
      return { part: name, mean: finite(part.mean, `${path}.parts[${k}].mean`) };
    });
    return { column, kind, order, origin: finite(record.origin, `${path}.origin`), parts };
  }
  const levels = texts(record.levels, `${path}.levels`, 2);
  const shares = list(record.shares, `${path}.shares`, levels.length).map((share, k) => finite(share, `${path}.shares[${k}]`));
  if (shares.length !== levels.length) fail(`${path}.shares`, shares, `${levels.length} numbers, one for each level`);
  return { column, kind, levels, shares };
}

function fail(path: string, value: unknown, expected: string): never {
  const problem = value === undefined ? 'is missing' : `is ${describeValue(value)}`;
  throw new ModelFormatError(path, `${problem}; expected ${expected}`);
}

function object(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, value, 'an object');
  return value as Record<string, unknown>;
}

function list(value: unknown, path: string, least: number): unknown[] {
  if (!Array.isArray(value) || value.length < least) fail(path, value, `an array of at least ${least}`);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') fail(path, value, 'a string');
  return value;
}

function texts(value: unknown, path: string, least: number): string[] {
  const all = list(value, path, least).map((entry, k) => text(entry, `${path}[${k}]`));
  if (new Set(all).size < all.length) fail(path, value, 'strings that are all different');
  return all;
}

function finite(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(path, value, 'a finite number');
  return value;
}

function choice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  return choices.find((name) => name === value) ?? fail(path, value, `one of ${choices.join(', ')}`);
}
