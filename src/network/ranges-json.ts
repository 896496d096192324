import { fail, type JsonObject, join, readNumber, readNumbers, readObject } from '../data/read-json.js';
import type { Ranges, Seen } from './ranges.js';

export function seenToJSON({ ranges: { low, high }, bounds }: Seen & { readonly ranges: Ranges }): JsonObject {
  return { ranges: { low: Array.from(low), high: Array.from(high) }, bounds };
}

/**
 * @param version - of the document: the first one did not say, and what is not known is never bounded.
 * @param columns - of the network.
 */
export function readSeen(document: JsonObject, version: number, columns: number): Seen {
  if (version < 2) return { ranges: null, bounds: null };
  const ranges = readRanges(document.ranges, columns);
  if (document.bounds === null) return { ranges, bounds: null };
  const bounds = readObject(document.bounds, 'bounds');
  const [low, high] = [readNumber(bounds.low, 'bounds.low'), readNumber(bounds.high, 'bounds.high')];
  if (!(low <= high)) fail('bounds.high', high, `at least ${low}`);
  return { ranges, bounds: { low, high } };
}

function readRanges(value: unknown, columns: number): Ranges {
  const json = readObject(value, 'ranges');
  const [low, high] = (['low', 'high'] as const).map((end) => readNumbers(json[end], join('ranges', end), columns));
  const bad = low.findIndex((entry, j) => !(entry <= high[j]));
  if (bad >= 0) fail(`ranges.high[${bad}]`, high[bad], `at least ${low[bad]}`);
  return { low, high };
}
