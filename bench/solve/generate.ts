// Problems larger than the suite's, of the same make: Gaussian columns and a constant, ten planted ReLU units, a tenth of noise, a standardized target.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Patterns, patternStride } from '../../src/patterns/patterns.js';
import { createRandom } from '../../src/random.js';
import type { Instance } from './instance.js';

export interface Shape {
  readonly n: number;
  /** Without the constant. */
  readonly d: number;
  readonly P: number;
}

const units = 10;

/** `syn-N-D-P` names the instance with seed 1, so that a benchmark can ask for it by name. */
export function shapeOf(name: string): Shape | null {
  const match = /^syn-(\d+)-(\d+)-(\d+)$/.exec(name);
  return match ? { n: Number(match[1]), d: Number(match[2]), P: Number(match[3]) } : null;
}

/** The same arrays for the same shape and seed, everywhere. Duplicate patterns are kept: there are hardly any at these sizes. */
export function generateInstance({ n, d, P }: Shape, seed = 1, loss: 'squared' | 'logistic' = 'squared'): Instance {
  const random = createRandom(seed);
  const columns = d + 1;
  const gaussians = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const X = gaussians(n * columns).map((entry, at) => (at % columns === d ? 1 : entry));
  const planted = gaussians(units * columns);
  const gates = gaussians(P * columns);
  const product = (row: number, weights: Float64Array, unit: number) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += X[row * columns + j] * weights[unit * columns + j];
    return sum;
  };
  const signs = Array.from({ length: units }, (_, i) => (i % 2 ? -1 : 1));
  const clean = Float64Array.from({ length: n }, (_, k) =>
    signs.reduce((sum, sign, i) => sum + sign * Math.max(0, product(k, planted, i)), 0),
  );
  const spread = standardDeviation(clean);
  const noisy = clean.map((entry) => entry + 0.1 * spread * random.normal());
  const mean = noisy.reduce((sum, entry) => sum + entry, 0) / n;
  const deviation = standardDeviation(noisy);
  const y = noisy.map((entry) => (loss === 'logistic' ? (entry > mean ? 1 : -1) : (entry - mean) / deviation));
  return withGates({ name: `syn-${n}-${d}-${P}`, loss, samples: n, columns, outputs: 1, X, y }, gates);
}

/** The instance of some data with the patterns of these gates, of `columns` numbers each. */
export function withGates(data: Omit<Instance, 'patterns' | 'betaMax' | 'best'>, gates: Float64Array): Instance {
  const { samples: n, columns, X, y, loss, outputs } = data;
  const P = gates.length / columns;
  const stride = patternStride(n);
  const bits = new Uint8Array(P * stride);
  for (let i = 0; i < P; i++)
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += X[k * columns + j] * gates[i * columns + j];
      if (sum >= 0) bits[i * stride + (k >> 3)] |= 1 << (k & 7);
    }
  const patterns: Patterns = { samples: n, count: P, stride, bits, gates };
  const scale = loss === 'logistic' ? 0.5 : 1;
  const betaMax = Array.from({ length: outputs }, (_, c) =>
    largestCorrelation(X, y.subarray(c * n, (c + 1) * n), patterns, columns, scale),
  ).reduce((most, value) => Math.max(most, value), 0);
  return { ...data, patterns, betaMax, best: (ratio) => ({ beta: betaMax * Number(ratio), best: null, lower: null }) };
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, entry) => sum + entry, 0) / values.length;
  return Math.sqrt(values.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / values.length);
}

/** max_i |X^T D_i lambda_0|, lambda_0 = scale y the negative gradient at the zero network. */
function largestCorrelation(X: Float64Array, y: Float64Array, patterns: Patterns, columns: number, scale: number): number {
  let most = 0;
  for (let i = 0; i < patterns.count; i++) {
    const sum = new Float64Array(columns);
    for (let k = 0; k < patterns.samples; k++) {
      if (!((patterns.bits[i * patterns.stride + (k >> 3)] >> (k & 7)) & 1)) continue;
      for (let j = 0; j < columns; j++) sum[j] += scale * y[k] * X[k * columns + j];
    }
    most = Math.max(most, Math.sqrt(sum.reduce((square, entry) => square + entry * entry, 0)));
  }
  return most;
}

/** Arrays in the suite's format (bench/suite/README.md) for programs in other languages; `target` objective, for their stop. */
export function writeInstance(folder: string, instance: Instance, program: string, beta: number, target: number): void {
  const { samples: n, columns: d, outputs: C, X, y, patterns, loss, name } = instance;
  mkdirSync(folder, { recursive: true });
  const D = new Uint8Array(n * patterns.count);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < patterns.count; i++)
      D[k * patterns.count + i] = (patterns.bits[i * patterns.stride + (k >> 3)] >> (k & 7)) & 1;
  const Y = Float64Array.from({ length: n * C }, (_, at) => y[(at % C) * n + Math.floor(at / C)]);
  const raw = (array: Float64Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  writeFileSync(join(folder, 'X.bin'), raw(X));
  writeFileSync(join(folder, 'Y.bin'), raw(Y));
  writeFileSync(join(folder, 'D.bin'), D);
  writeFileSync(join(folder, 'G.bin'), raw(patterns.gates ?? new Float64Array(0)));
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ name, loss, n, d, P: patterns.count, C, program, beta, target }));
}
