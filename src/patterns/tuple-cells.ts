import type { Scope, Vector } from '../core/scope.js';
import { type DeepShape, deepBits, isSilent } from './deep-patterns.js';
import { enumerateCells, enumeratePatterns, patternBound } from './enumerate.js';
import { PatternSet } from './pattern-set.js';
import type { Patterns } from './patterns.js';

/** A unit of the first layer: a pattern with a point inside its cell, and the sign of its weight to the second layer. */
interface Unit {
  readonly pattern: Uint8Array;
  readonly witness: Float64Array;
  readonly sign: 1 | -1;
}

/**
 * All patterns of a three-layer sub-network with m1 units in the first layer (math-architectures.md 7.1): all sets of m1
 * units (pattern, sign), and for each the cells that the second layer's unit cuts the product of their cells into. Tuples that are
 * silent on all samples are left out.
 *
 * @param repeated - units may occur more than once (7.2: there equal units do not merge for free).
 * @param most - null is returned as soon as there would be more patterns or more tuples than this.
 */
export function enumerateTuples(X: Vector, shape: DeepShape, repeated: boolean, most: number, scope: Scope): Patterns | null {
  const { samples: n, columns: d, widths } = shape;
  const [m] = widths;
  if (patternBound(scope.copyOut(X), n, d) > most) return null;
  const single = enumeratePatterns(X, n, d, scope);
  if (tupleCount(2 * single.count, m, repeated) > most) return null;
  const units: Unit[] = [];
  for (let i = 0; i < single.count; i++) {
    const pattern = single.bits.subarray(i * single.stride, (i + 1) * single.stride);
    const witness = (single.gates as Float64Array).subarray(i * d, (i + 1) * d);
    units.push({ pattern, witness, sign: 1 }, { pattern, witness, sign: -1 });
  }
  const data = scope.copyOut(X);
  const set = new PatternSet(deepBits(shape));
  for (const tuple of tuplesOf(units, m, repeated)) {
    // Signs all negative: the second layer is silent, whatever the weights.
    if (tuple.every(({ sign }) => sign < 0)) continue;
    scope.child(() => addCells(set, data, shape, tuple, scope));
    if (set.count > most) return null;
  }
  return set.toPatterns();
}

function tupleCount(units: number, m: number, repeated: boolean): number {
  let count = 1;
  for (let i = 0; i < m; i++) count = (count * (units + (repeated ? i : -i))) / (i + 1);
  return count;
}

function* tuplesOf(units: readonly Unit[], m: number, repeated: boolean, from = 0): Generator<Unit[]> {
  if (m === 0) {
    yield [];
    return;
  }
  for (let i = from; i < units.length; i++)
    for (const rest of tuplesOf(units, m - 1, repeated, repeated ? i : i + 1)) yield [units[i], ...rest];
}

/** Adds the cells of the rows [s_j D_j x_k] of the second layer inside the product of the first layer's cells. */
function addCells(set: PatternSet, X: Float64Array, shape: DeepShape, tuple: readonly Unit[], scope: Scope): void {
  const { samples: n, columns: d, widths, signs } = shape;
  const m = tuple.length;
  const width = m * d;
  const rows = new Float64Array((m + 1) * n * width);
  const witness = new Float64Array(width);
  tuple.forEach(({ pattern, witness: own, sign }, j) => {
    witness.set(own, j * d);
    for (let k = 0; k < n; k++) {
      const x = X.subarray(k * d, (k + 1) * d);
      rows.set(x, (j * n + k) * width + j * d);
      if (((pattern[k >> 3] >> (k & 7)) & 1) === 0) continue;
      rows.set(
        x.map((entry) => sign * entry),
        (m * n + k) * width + j * d,
      );
    }
  });
  const cells = enumerateCells(scope.copyIn(rows), (m + 1) * n, width, { rows: m * n, witness }, scope);
  for (let i = 0; i < cells.count; i++) {
    const bits = new Uint8Array(set.stride);
    bits.set(cells.bits.subarray(i * cells.stride, i * cells.stride + Math.min(cells.stride, bits.length)));
    tuple.forEach(({ sign }, j) => {
      const at = (m + 1) * n + j;
      if (signs && sign > 0) bits[at >> 3] |= 1 << (at & 7);
    });
    if (isSilent(bits, n, widths)) continue;
    const gates = (cells.gates as Float64Array).subarray(i * width, (i + 1) * width);
    set.add(bits, Float64Array.from([...gates, ...tuple.map(({ sign }) => sign)]));
  }
}
