import { describeValue } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import { joinOutputs } from '../network/join.js';
import { TwoLayerNetwork } from '../network/network.js';
import { BalancedSemidefinite } from '../program/balanced-semidefinite.js';
import { packedLength, unpackSymmetric } from '../program/symmetric-blocks.js';
import type { Architecture } from './architecture.js';
import { sampleFeatures } from './sample-features.js';
import { eigenPairs } from './spectral.js';
import { splitBias } from './two-layer.js';

/** Units phi(t) = a t^2 + b t + c. */
export interface PolynomialOptions {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/**
 * Networks of polynomial units, f(x) = sum_j alpha_j phi(w_j^T x), phi(t) = a t^2 + b t + c, |w_j| = 1 (the bias, where
 * there is one, counted), penalty beta sum_j |alpha_j|. The convex program has two semidefinite matrices Z for every output,
 * one a sign, with tr Z1 = s (math.md 12.2; Bartan and Pilanci 2021). At most d + 1 neurons for each. Exact.
 */
export function polynomial(options: PolynomialOptions): Architecture<TwoLayerNetwork> {
  checkOptionNames(options, ['a', 'b', 'c']);
  const { a, b, c } = options;
  for (const [name, value] of Object.entries({ a, b, c })) {
    if (!Number.isFinite(value)) throw new ArgumentError(`options.${name}`, describeValue(value), 'a finite number');
  }
  return {
    name: 'polynomial',
    recipe: ['polynomial', options],
    patterns: 'none',
    degree: 0,
    slope: 0,
    separatesOutputs: true,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    program(data, _patterns, scope) {
      const { columns, outputs, loss, beta } = data;
      const copies = Array.from({ length: 2 * outputs }, (_, i) => ({
        output: i >> 1,
        sign: i % 2 === 0 ? (1 as const) : (-1 as const),
      }));
      const features = sampleFeatures(data, (x) => packedUnit(x, options), copies, scope);
      return { features, loss, regularizer: new BalancedSemidefinite(copies.length, columns + 1, scope), beta };
    },
    network(v, _patterns, { columns, outputs, bias }) {
      const length = packedLength(columns + 1);
      const neurons = Array.from({ length: v.length / length }, (_, block) =>
        balancedRoots(unpackSymmetric(v.subarray(block * length, (block + 1) * length), columns + 1), columns + 1).map(
          (root) => ({
            root,
            sign: block % 2 === 0 ? 1 : -1,
            output: block >> 1,
          }),
        ),
      ).flat();
      return new TwoLayerNetwork({
        inputs: bias ? columns - 1 : columns,
        outputs,
        activation: { kind: 'polynomial', a, b, c },
        hidden: splitBias(
          neurons.flatMap(({ root }) => unitDirection(root)),
          columns,
          bias,
        ),
        output: {
          weights: neurons.flatMap(({ root, sign, output }) =>
            Array.from({ length: outputs }, (_, k) => (k === output ? sign * root[columns] * root[columns] : 0)),
          ),
        },
        penalty: 'output',
      });
    },
    join: joinOutputs,
  };
}

/** Packed M with <M, Z> = a x^T Z1 x + b x^T z + c s. */
function packedUnit(x: Float64Array, { a, b, c }: PolynomialOptions): Float64Array {
  const packed = new Float64Array(packedLength(x.length + 1));
  const root2 = Math.sqrt(2);
  let at = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) packed[at++] = root2 * a * x[i] * x[j];
    packed[at++] = a * x[i] * x[i];
  }
  for (let j = 0; j < x.length; j++) packed[at++] = (b * x[j]) / root2;
  packed[at] = c;
  return packed;
}

/** w / s of a root (w, s) with |w| = |s|, so that (w, s)(w, s)^T = s^2 (w/s, 1)(w/s, 1)^T, normalized. */
function unitDirection(root: Float64Array): number[] {
  const w = Array.from(root.subarray(0, root.length - 1));
  const size = Math.sqrt(w.reduce((sum, entry) => sum + entry * entry, 0));
  return w.map((entry) => (root[root.length - 1] < 0 ? -entry : entry) / size);
}

/**
 * Z = sum of p p^T with |p_1..d| = |p_{d+1}|: from eigenvectors by rotations of pairs (math.md 12.2). The excess
 * |p_1..d|^2 - p_{d+1}^2 sums to tr Z1 - s = 0, so one that is positive always meets one that is negative.
 */
function balancedRoots(Z: Float64Array, size: number): Float64Array[] {
  const pairing = (x: Float64Array, y: Float64Array) =>
    x.reduce((sum, entry, i) => sum + (i === size - 1 ? -1 : 1) * entry * y[i], 0);
  const open = eigenPairs(Z, size)
    .filter(({ value }) => value > 0)
    .map(({ value, vector }) => vector.map((entry) => entry * Math.sqrt(value)));
  const done: Float64Array[] = [];
  while (open.length > 0) {
    open.sort((p, q) => pairing(q, q) - pairing(p, p));
    const first = open[0];
    const last = open[open.length - 1];
    const [high, low] = [pairing(first, first), pairing(last, last)];
    if (open.length === 1 || !(high > 0) || !(low < 0)) {
      done.push(...open);
      break;
    }
    // first + t last is balanced: low t^2 + 2 cross t + high = 0, the discriminant is positive.
    const cross = pairing(first, last);
    const root = Math.sqrt(cross * cross - low * high);
    const t = cross > 0 ? -high / (cross + root) : high / (root - cross);
    const scale = 1 / Math.sqrt(1 + t * t);
    done.push(first.map((entry, i) => scale * (entry + t * last[i])));
    open.splice(
      open.length - 1,
      1,
      last.map((entry, i) => scale * (entry - t * first[i])),
    );
    open.shift();
  }
  return done.filter((p) => p[size - 1] !== 0 && p.subarray(0, size - 1).some((entry) => entry !== 0));
}
