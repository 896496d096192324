import type { Scope } from '../core/scope.js';
import { CircularNetwork, type CircularUnit, joinCircular } from '../network/circular.js';
import type { Patterns } from '../patterns/patterns.js';
import { type SpectralRows, spectralGatePricer, spectralPricer } from '../patterns/price-spectra.js';
import type { LossName } from '../program/losses.js';
import { MaskedFeatures } from '../program/masked-features.js';
import type { Program } from '../program/program.js';
import { fourierRows, frequencies, fromFourier, SpectralNorm } from '../program/spectral-norm.js';
import type { TrainingData } from '../program/training-data.js';
import type { Architecture, NetworkShape } from './architecture.js';

/*
 * Circular convolutions of whole signals, f = X C(u) w with C(u)_ik = u_{(i-k) mod d}, behind nothing, a ReLU or a gate
 * (math-architectures.md 5.6, 6; Ergen and Pilanci 2021). The cheapest u and w with C(u) w = v have |u|^2 = |w|^2 = |Fv|_1/sqrt d.
 * Blocks v are Fourier coordinates, so are the rows of X in the program: an orthonormal change of basis. Patterns and gates stay
 * in the signals' own basis. The rank of X does not matter to |Fv|_1: nothing is reduced to the row space.
 */

const common = {
  degree: 1,
  slope: 0,
  separatesOutputs: true,
  biasless: true,
  accepts: (loss: LossName, outputs: number) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
  join: joinCircular,
} as const;

/**
 * Linear circular networks, f(x) = x^T C(u) w, penalty beta/2 (|u|^2 + |w|^2): one block, sparse in frequencies. Exact. Several
 * outputs have a branch each.
 */
export function circularLinear(): Architecture<CircularNetwork> {
  return {
    ...common,
    name: 'circular-linear',
    recipe: ['circularLinear'],
    patterns: 'none',
    program: (data, _patterns, scope) => unconstrained(data, everySample(data.samples), scope),
    network: (v, _patterns, shape, scope) => rebuild(v, null, 'linear', shape, scope),
  };
}

/**
 * Three layers, f(x) = sum_j a_j (x^T C(u_j) w_j)_+ with |u_j| <= 1, penalty beta/2 sum (|w_j|^2 + a_j^2): filter, ReLU unit and
 * output of parallel branches. Exact over all patterns of X; beyond about 2 000 patterns they are searched. Several outputs are
 * penalized by |a_j|_1^2 and separate.
 */
export function circularRelu(): Architecture<CircularNetwork> {
  return {
    ...common,
    name: 'circular-relu',
    recipe: ['circularRelu'],
    patterns: 'cells',
    pricer: (data, scope) => spectralPricer(spectralRows(data, scope)),
    program(data, patterns, scope) {
      const { samples, columns, outputs, inverseNorms, loss, beta } = data;
      const rows = fourierRows(data.X, columns, scope);
      const layout = { layout: 'separate', signed: true, slope: 0 } as const;
      const features = new MaskedFeatures({ X: rows, columns, patterns, outputs, ...layout }, scope);
      const cone = (block: number) => ({
        rows,
        inverseNorms,
        count: samples,
        bits: features.bits + (block % patterns.count) * features.stride,
      });
      return { features, loss, regularizer: new SpectralNorm(features.blocks, columns, cone, scope), beta };
    },
    network: (v, patterns, shape, scope) => rebuild(v, patterns, 'relu', shape, scope),
  };
}

/** As {@link circularRelu} with fixed gates 1[x^T g_j >= 0] in place of the ReLU. Exact for the gates given or found. */
export function circularGated(): Architecture<CircularNetwork> {
  return {
    ...common,
    name: 'circular-gated',
    recipe: ['circularGated'],
    patterns: 'gates',
    pricer: (data, scope) => spectralGatePricer(spectralRows(data, scope)),
    program: unconstrained,
    network: (v, patterns, shape, scope) => rebuild(v, patterns, 'gated', shape, scope),
  };
}

function spectralRows({ X, samples, columns }: TrainingData, scope: Scope): SpectralRows {
  return { X, rows: fourierRows(X, columns, scope), samples, columns, frequencies: Array.from(frequencies(columns)) };
}

function unconstrained({ X, columns, outputs, loss, beta }: TrainingData, patterns: Patterns, scope: Scope): Program {
  const rows = fourierRows(X, columns, scope);
  const layout = { layout: 'separate', signed: false, slope: 0 } as const;
  const features = new MaskedFeatures({ X: rows, columns, patterns, outputs, ...layout }, scope);
  return { features, loss, regularizer: new SpectralNorm(features.blocks, columns, null, scope), beta };
}

/** The pattern of a linear unit. */
function everySample(samples: number): Patterns {
  const stride = 8 * (((samples + 63) >> 6) + 1);
  const bits = new Uint8Array(stride);
  for (let k = 0; k < samples; k++) bits[k >> 3] |= 1 << (k & 7);
  return { samples, count: 1, stride, bits, gates: null };
}

/** One unit for every block that is not zero. Linear units: u and w as they come; others: |u| = 1, |w| = |a|. */
function rebuild(
  v: Float64Array,
  patterns: Patterns | null,
  unit: CircularUnit,
  { columns: d, outputs }: NetworkShape,
  scope: Scope,
): CircularNetwork {
  const count = patterns?.count ?? 1;
  const blocks = Array.from({ length: v.length / d }, (_, b) => b).filter((b) =>
    v.subarray(b * d, (b + 1) * d).some((entry) => entry !== 0),
  );
  const spectra = blocks.map((b) => factors(v.subarray(b * d, (b + 1) * d)));
  const filters = fromFourier(
    Float64Array.from(spectra.flatMap(({ u, size }) => (unit === 'linear' ? u : u.map((x) => x / size)))),
    d,
    scope,
  );
  const weights = fromFourier(Float64Array.from(spectra.flatMap(({ w }) => w)), d, scope);
  const outputWeights = blocks.flatMap((b, i) => {
    const sign = unit === 'relu' && b >= v.length / d / 2 ? -1 : 1;
    const size = unit === 'linear' ? 1 : spectra[i].size;
    return Array.from({ length: outputs }, (_, c) => (c === Math.floor(b / count) % outputs ? sign * size : 0));
  });
  const gates = patterns?.gates;
  return new CircularNetwork({
    inputs: d,
    outputs,
    unit,
    filters,
    weights,
    gates:
      unit === 'gated' && gates
        ? blocks.flatMap((b) => Array.from(gates.subarray((b % count) * d, ((b % count) + 1) * d)))
        : null,
    output: { weights: outputWeights },
    scaling: null,
  });
}

/** Fourier coordinates of u and w with u * w = v: Fu = |z|^(1/2), Fw = z/|z|^(1/2), z = Fv/sqrt d; their length is `size`. */
function factors(v: Float64Array): { u: number[]; w: number[]; size: number } {
  const d = v.length;
  const u = Array<number>(d).fill(0);
  const w = Array<number>(d).fill(0);
  let square = 0;
  for (const [i, pair] of frequencies(d)) {
    const [re, im] = [v[i], pair ? v[i + 1] : 0];
    const size = Math.sqrt(re * re + im * im);
    if (size === 0) continue;
    // A pair holds sqrt 2 times a frequency, which occurs twice.
    const root = Math.sqrt(size / Math.sqrt(pair ? 2 * d : d)) * Math.sqrt(pair ? 2 : 1);
    u[i] = root;
    w[i] = (root * re) / size;
    if (pair) w[i + 1] = (root * im) / size;
    square += root * root;
  }
  return { u, w, size: Math.sqrt(square) };
}
