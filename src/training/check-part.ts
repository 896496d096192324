import type { FitPart } from '../fit/fit.js';

/** Whether a value has the fields of a part of a fit, of their kinds and of sizes that belong together: results may come from JSON. */
export function isFitPart(value: unknown): value is FitPart {
  if (typeof value !== 'object' || value === null) return false;
  const { outputs, patterns, v, lambda } = value as Partial<FitPart>;
  if (!Array.isArray(outputs) || !outputs.every((output) => isCount(output))) return false;
  if (typeof patterns !== 'object' || patterns === null) return false;
  // As JSON leaves them: refused by name, later.
  if (!(v instanceof Float64Array) || !(lambda instanceof Float64Array)) return true;
  if (!v.every(Number.isFinite)) return false;
  const { samples, count, stride, bits, gates } = patterns;
  if (!isCount(samples) || !isCount(count) || !isCount(stride)) return false;
  if (!(bits instanceof Uint8Array) || bits.length !== count * stride) return false;
  return gates === null || (gates instanceof Float64Array && (count === 0 || gates.length % count === 0));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
