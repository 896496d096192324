import { powerOfTwoOfLargest } from '../core/power-of-two.js';
import { type Scope, slice, type Vector } from '../core/scope.js';
import { DenseFeatures } from '../program/dense-features.js';
import { createLoss } from '../program/losses.js';
import type { Iterate, Program } from '../program/program.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import { gramEntry, type MaskedGram } from './masked-gram.js';

const epsilon = 2.220446049250313e-16;

/** The program over few rows that has the objective of the one over all rows, in units of its own. */
export interface ReducedProgram {
  /** The program for a beta in the caller's units. */
  at(beta: number): Program;
  /** Of a solver's best point, in the caller's units. */
  pointOf(iterate: Iterate): GramPoint;
}

/** Blocks, and the dual point lambda = alpha y + T w: multipliers of rows that are gone, by what made them. */
export interface GramPoint {
  readonly v: Float64Array;
  readonly alpha: number;
  readonly w: Float64Array;
}

/**
 * With G = F^T F, F of rank r, and b such that F^T b = c: |T v - y|^2 = |F v - b|^2 + (y^T y - |b|^2). So r rows F and targets b, and
 * one row of zeros with the rest of y, are the same program, every solver of this library can solve it, and a dual point
 * of it is one of the long program. F is the pivoted Cholesky factor of G with unit diagonal; pivots of the size of rounding
 * end it, since gates may depend on each other.
 */
export function reduceProgram(gram: MaskedGram, scope: Scope): ReducedProgram {
  const { kernels } = scope;
  const { columns: d, count, targets } = gram;
  const width = count * d;
  const scales = Float64Array.from({ length: width }, (_, i) => Math.sqrt(gramEntry(gram, i, i)));
  const rows = scope.vector((width + 1) * width);
  const b: number[] = [];
  const pivots: number[] = [];
  const left = scales.map((scale) => (scale > 0 ? 1 : 0));
  const column = scope.vector(width);
  const taken = scope.vector(width);
  let rest = gram.square;
  for (let k = 0; k < width; k++) {
    const pivot = left.reduce((best, value, i) => (value > left[best] ? i : best), 0);
    if (!(left[pivot] > width * epsilon)) break;
    const root = Math.sqrt(left[pivot]);
    const factors = Float64Array.from({ length: k }, (_, m) => scope.view(rows)[m * width + pivot]);
    scope.child(() => {
      const coefficients = scope.copyIn(factors);
      kernels.multiplyTransposedVector(rows.address, coefficients.address, taken.address, k, width);
    });
    const row = scope.view(column);
    const before = scope.view(taken);
    for (let i = 0; i < width; i++) {
      row[i] = left[i] > 0 ? (gramEntry(gram, i, pivot) / (scales[i] * scales[pivot]) - before[i]) / root : 0;
      left[i] -= row[i] * row[i];
    }
    row[pivot] = root;
    left[pivot] = 0;
    scope.view(rows).set(row, k * width);
    pivots.push(pivot);
    const known = b.reduce((sum, entry, m) => sum + factors[m] * entry, 0);
    b.push((targets[pivot] / scales[pivot] - known) / root);
    rest -= b[k] * b[k];
  }
  return state({ rows, scales, pivots, b: Float64Array.of(...b, Math.sqrt(Math.max(0, rest))) }, gram, scope);
}

interface Factor {
  /** The rows of F with unit diagonal of F^T F, and room for one more. */
  readonly rows: Vector;
  readonly scales: Float64Array;
  /** Column of the pivot of every row: F is upper triangular on them. */
  readonly pivots: readonly number[];
  readonly b: Float64Array;
}

/** Rows of F to the units of v, scaled by powers of two, and transposed: one feature a row. */
function state({ rows, scales, pivots, b }: Factor, { columns, count }: MaskedGram, scope: Scope): ReducedProgram {
  const { kernels } = scope;
  const samples = b.length;
  const width = scales.length;
  const entries = scope.view(slice(rows, 0, samples * width));
  entries.fill(0, (samples - 1) * width);
  entries.forEach((entry, at) => {
    entries[at] = entry * scales[at % width];
  });
  const inputScale = powerOfTwoOfLargest(entries);
  const fitScale = powerOfTwoOfLargest(b);
  kernels.scaleVector(1 / inputScale, rows.address, samples * width);
  const features = scope.vector(samples * width);
  kernels.transposeMatrix(rows.address, features.address, samples, width);
  const offsets = Array.from({ length: count + 1 }, (_, block) => block * columns);
  const y = b.map((entry) => entry / fitScale);
  const program = {
    features: new DenseFeatures({ columns: features, samples, outputs: 1, offsets, copies: [{ output: 0, sign: 1 }] }, scope),
    loss: createLoss('squared', y, samples, 1, null, scope),
    regularizer: new ConeGroupNorm(count, columns, null, scope),
  };
  const blockScale = fitScale / inputScale;
  return {
    at: (beta) => ({ ...program, beta: beta / fitScale / inputScale }),
    pointOf({ v, lambda }) {
      const fit = scope.child(() => {
        const result = scope.vector(samples);
        program.features.apply(v, result);
        return scope.copyOut(result);
      });
      const blocks = scope.copyOut(v);
      const dual = scope.copyOut(lambda);
      const last = samples - 1;
      const alpha = y[last] > 0 ? dual[last] / y[last] : 1;
      // lambda - alpha (y - T v) lies in the range of T, and of its pivots alone.
      const rest = dual.map((entry, k) => entry - alpha * (y[k] - fit[k]));
      const w = blocks.map((entry) => -alpha * entry);
      const entry = (k: number, column: number) => scope.view(rows)[k * width + column];
      const found = new Float64Array(last);
      for (let k = last - 1; k >= 0; k--) {
        let sum = rest[k];
        for (let m = k + 1; m < last; m++) sum -= entry(k, pivots[m]) * found[m];
        found[k] = sum / entry(k, pivots[k]);
        w[pivots[k]] += found[k];
      }
      const scaled = (vector: Float64Array) => vector.map((entry) => entry * blockScale);
      return { v: scaled(blocks), alpha, w: scaled(w) };
    },
  };
}
