import { indicated, namesOf, type TableEncoding } from '../table/features.js';
import { MISSING_MARKERS } from '../table/missing.js';
import type { Model } from '../tabular/model-file.js';

/** Of a column's range, the share that 32 bits may round a value by before it is worth a word. */
const coarse = 1e-4;
/** Relative rounding of 32-bit numbers. */
const rounding = 1 / 16777216;

/** The network as JSON, with all that makes rows of texts its inputs and scores labels: `loadModel` of cvxnn/predict reads it. */
export function exportedJson({ encoder, estimator }: Model): object {
  const { network, certificate, notes, ...rest } = estimator.toJSON();
  return { ...(estimator.network.toJSON() as object), estimator: rest, table: encoder.encoding };
}

/** Columns whose values 32-bit numbers cannot tell apart well enough: their distance from zero is large against their range. */
export function coarseColumns({ encoder, estimator }: Model): string[] {
  const { ranges } = estimator.toJSON() as { ranges?: { low: readonly number[]; high: readonly number[] } };
  if (!ranges) return [];
  return encoder.featureNames.filter((_, j) => {
    const size = Math.max(Math.abs(ranges.low[j]), Math.abs(ranges.high[j]));
    return ranges.high[j] > ranges.low[j] && size * rounding > coarse * (ranges.high[j] - ranges.low[j]);
  });
}

/** A JavaScript literal of plain data that is safe in a module, in a script element and in a comment of one line. */
export function literal(value: unknown): string {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '\u2028': '\\u2028', '\u2029': '\\u2029' };
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, (character) => escapes[character]);
}

/** A module whose `predict` takes rows by name besides rows of numbers; `source` is the network's own. */
export function tableSource(source: string, { target, features, missing, na }: TableEncoding): string {
  const columns = features.map((feature) => ({
    ...feature,
    names: namesOf(feature),
    ...(feature.kind === 'category' && { skipped: feature.levels.length - indicated(feature.levels).length }),
  }));
  const own = source.replace('export function predict(row) {', 'function scoresOf(row) {');
  return `${own}
// Rows by name: { column: value }. Numbers are numbers or plain texts; parts of dates are asked for by their names.
const columns = ${literal(columns)};
export const labels = ${literal(target.labels)};
const missingTexts = new Set(${literal(na ?? MISSING_MARKERS)});
const fills = ${missing !== 'error'};

function textOf(value) {
  return value === null || value === undefined || Number.isNaN(value) ? '' : String(value).trim();
}

function isMissing(text) {
  return text === '' || missingTexts.has(${na ? 'text' : 'text.toLowerCase()'});
}

function valueOf(record, name) {
  if (!Object.hasOwn(record, name)) throw new RangeError('the row has no column ' + JSON.stringify(name));
  const text = textOf(record[name]);
  return isMissing(text) ? null : text;
}

function filled(name, mean) {
  if (!fills) throw new RangeError('the column ' + JSON.stringify(name) + ' has no value');
  return mean;
}

function numberOf(text, name) {
  if (!/^[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?$/.test(text))
    throw new RangeError('the column ' + JSON.stringify(name) + ' is ' + JSON.stringify(text) + '; expected a plain number');
  return Number(text);
}

/** The network's inputs for a row by name. A text that training did not see tells nothing. */
export function encode(record) {
  return columns.flatMap((feature) => {
    if (feature.kind === 'date')
      return feature.parts.map(({ mean }, k) => {
        const text = valueOf(record, feature.names[k]);
        return text === null ? filled(feature.names[k], mean) : numberOf(text, feature.names[k]);
      });
    if (feature.kind === 'category' && Object.hasOwn(record, feature.column)) {
      const level = feature.levels.indexOf(textOf(record[feature.column]));
      if (level >= 0) return feature.levels.slice(feature.skipped).map((_, j) => (j + feature.skipped === level ? 1 : 0));
    }
    const text = valueOf(record, feature.column);
    if (feature.kind === 'present') return [text === null ? 0 : 1];
    if (feature.kind === 'number')
      return [text === null ? filled(feature.column, feature.mean) : numberOf(text, feature.column)];
    const shares = feature.shares.slice(feature.skipped);
    return text === null ? filled(feature.column, shares) : shares;
  });
}

/** The raw scores of a row of numbers; of a row by name its label, or its number. */
export function predict(row) {
  if (Array.isArray(row) || ArrayBuffer.isView(row)) return scoresOf(row);
  const scores = [scoresOf(encode(row))].flat();
  if (labels === null) return scores.length === 1 ? scores[0] : scores;
  if (scores.length === 1) return labels[scores[0] >= 0 ? 1 : 0];
  return labels[scores.indexOf(Math.max(...scores))];
}
`;
}
