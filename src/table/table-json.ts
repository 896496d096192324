import { fail, readArray, readChoice, readNumber, readObject } from '../data/read-json.js';
import { datePartNames, type Feature, type TableEncoding } from './features.js';
import type { NumberFormat } from './numbers.js';
import { TableEncoder } from './table.js';
import type { TargetSpec } from './target-spec.js';

/** Reads what `JSON.stringify(encoder.encoding)` wrote. @throws {@link ModelFormatError} naming the place of a defect. */
export function encoderFromJSON(json: unknown, path = 'table'): TableEncoder {
  const record = readObject(json, path);
  if (typeof record.header !== 'boolean') fail(`${path}.header`, record.header, 'true or false');
  const encoding: TableEncoding = {
    header: record.header,
    columns: texts(record.columns, `${path}.columns`, 2),
    target: readSpec(record.target, `${path}.target`),
    missing: readChoice(record.missing, `${path}.missing`, ['error', 'drop', 'mean'] as const),
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
  const record = readObject(json, path);
  const task = readChoice(record.task, `${path}.task`, ['classification', 'regression'] as const);
  if (typeof record.numeric !== 'boolean') fail(`${path}.numeric`, record.numeric, 'true or false');
  if (task === 'regression' && record.labels !== null) fail(`${path}.labels`, record.labels, 'null for a regression');
  const labels = task === 'regression' ? null : texts(record.labels, `${path}.labels`, 2);
  const column = text(record.column, `${path}.column`);
  return { column, task, labels, numeric: record.numeric, ...readFormat(record.format, `${path}.format`) };
}

/** How numbers are written, absent where they are plain. */
function readFormat(json: unknown, path: string): { format?: NumberFormat } {
  if (json === undefined) return {};
  const record = readObject(json, path);
  const decimal = readChoice(record.decimal, `${path}.decimal`, ['.', ','] as const);
  return { format: { decimal, unit: text(record.unit, `${path}.unit`) } };
}

function readFeature(json: unknown, path: string): Feature {
  const record = readObject(json, path);
  const column = text(record.column, `${path}.column`);
  const kind = readChoice(record.kind, `${path}.kind`, ['number', 'category', 'present', 'date'] as const);
  if (kind === 'number')
    return { column, kind, mean: readNumber(record.mean, `${path}.mean`), ...readFormat(record.format, `${path}.format`) };
  if (kind === 'present') return { column, kind, level: text(record.level, `${path}.level`) };
  if (kind === 'date') {
    const order = readChoice(record.order, `${path}.order`, ['day-first', 'month-first'] as const);
    const parts = list(record.parts, `${path}.parts`, 1).map((json, k) => {
      const part = readObject(json, `${path}.parts[${k}]`);
      const name = readChoice(part.part, `${path}.parts[${k}].part`, datePartNames);
      return { part: name, mean: readNumber(part.mean, `${path}.parts[${k}].mean`) };
    });
    return { column, kind, order, origin: readNumber(record.origin, `${path}.origin`), parts };
  }
  const levels = texts(record.levels, `${path}.levels`, 2);
  const shares = list(record.shares, `${path}.shares`, levels.length).map((share, k) =>
    readNumber(share, `${path}.shares[${k}]`),
  );
  if (shares.length !== levels.length) fail(`${path}.shares`, shares, `${levels.length} numbers, one for each level`);
  return { column, kind, levels, shares };
}

function list(value: unknown, path: string, least: number): readonly unknown[] {
  const all = readArray(value, path);
  return all.length < least ? fail(path, value, `an array of at least ${least}`) : all;
}

function text(value: unknown, path: string): string {
  return typeof value === 'string' ? value : fail(path, value, 'a string');
}

function texts(value: unknown, path: string, least: number): string[] {
  const all = list(value, path, least).map((entry, k) => text(entry, `${path}[${k}]`));
  if (new Set(all).size < all.length) fail(path, value, 'strings that are all different');
  return all;
}
