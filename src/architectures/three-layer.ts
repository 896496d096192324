import type { Scope } from '../core/scope.js';
import { checkOptionNames } from '../data/option-names.js';
import { safeNorm } from '../data/vector.js';
import type { DeepNetwork } from '../network/deep.js';
import { joinDeep, type Subnetwork, subnetworksToNetwork } from '../network/deep-parts.js';
import type { DeepPenalty } from '../network/deep-penalty.js';
import { bitAt, type DeepShape, deepBits, deepGateLength, pathMasks } from '../patterns/deep-patterns.js';
import { deepSource } from '../patterns/deep-source.js';
import type { Patterns } from '../patterns/patterns.js';
import { tuplePricer } from '../patterns/price-tuples.js';
import { ConeGroupSums } from '../program/cone-group-sums.js';
import { MaskedFeatures } from '../program/masked-features.js';
import type { Program } from '../program/program.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { TrainingData } from '../program/training-data.js';
import { tupleCones } from '../program/tuple-cones.js';
import { TupleFeatures } from '../program/tuple-features.js';
import type { Architecture } from './architecture.js';
import { checkWidths } from './deep-widths.js';

export interface ThreeLayerOptions {
  /** Units of the first hidden layer of every sub-network, m1; default 2. */
  readonly width?: number;
  /**
   * `normalized` (default): first layers of norm one, beta/2 sum_k (|w2_k|^2 + w3_k^2) (math-architectures.md 7.1). `path`: no
   * normalization, beta sum_k |w3_k| (sum_j |W_kj|^2 w2_kj^2)^(1/2) (7.2).
   */
  readonly regularization?: DeepPenalty;
}

/**
 * Three-layer ReLU networks of parallel sub-networks, f(x) = sum_k w3_k (sum_j w2_kj (W_kj^T x)_+)_+ (math-architectures.md 7.1, 7.2;
 * Ergen and Pilanci 2021). A block holds the first-layer weights of one sub-network, u_kj = |w2_kj| |w3_k| W_kj, inside the cone where
 * all its units keep their signs; the penalty is sum_j |u_kj|, or |u_k| with path regularization. Exact over all patterns
 * (`patterns: 'all'`) on tiny data; beyond, patterns are searched or sampled, and the optimum found is an upper bound. With several
 * outputs every sub-network feeds one, and the penalty takes |w3_k|_1.
 *
 * @throws {@link ArgumentError} for a width below 1 or an unknown regularization.
 */
export function threeLayer(options: ThreeLayerOptions = {}): Architecture<DeepNetwork> {
  checkOptionNames(options, ['width', 'regularization']);
  const { width = 2, regularization = 'normalized' } = options;
  const widths = checkWidths([width, 1], regularization);
  const shapeOf = (samples: number, columns: number): DeepShape => ({ samples, columns, widths, signs: true });
  return {
    name: 'three-layer',
    recipe: ['threeLayer', options],
    patterns: 'cells',
    degree: 1,
    slope: 0,
    separatesOutputs: true,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    patternShape: (samples, columns) => {
      const shape = shapeOf(samples, columns);
      return { bits: deepBits(shape), gate: deepGateLength(shape) };
    },
    patternSource: ({ X, samples, columns }, scope) => deepSource(X, shapeOf(samples, columns), regularization === 'path', scope),
    blockLength: ({ columns }) => width * columns,
    pricer: (data, scope) => tuplePricer(data.X, shapeOf(data.samples, data.columns), regularization === 'path', scope),
    program: (data, patterns, scope) => tupleProgram(data, patterns, width, regularization, scope),
    network(v, patterns, { columns, outputs, bias, problem }) {
      const length = width * columns;
      const parts: Subnetwork[] = [];
      for (let block = 0; block < v.length / length; block++) {
        const own = v.subarray(block * length, (block + 1) * length);
        if (own.every((entry) => entry === 0)) continue;
        const pattern = block % patterns.count;
        const bits = patterns.bits.subarray(pattern * patterns.stride, (pattern + 1) * patterns.stride);
        const signs = Array.from({ length: width }, (_, j) => (bitAt(bits, problem.X.rows * (width + 1) + j) ? 1 : -1));
        const sign = block < v.length / length / 2 ? 1 : -1;
        const output = Math.floor(block / patterns.count) % outputs;
        parts.push({ ...recover(own, signs, sign, columns, regularization), output, gates: null });
      }
      return subnetworksToNetwork(parts, { columns, outputs, bias, widths, penalty: regularization, gated: false });
    },
    join: joinDeep,
  };
}

function tupleProgram(data: TrainingData, patterns: Patterns, m: number, regularization: DeepPenalty, scope: Scope): Program {
  const { X, inverseNorms, columns, outputs, samples, loss, beta } = data;
  const masks = pathMasks(patterns, samples, [m, 1]);
  const masked = new MaskedFeatures({ X, columns, patterns: masks, outputs, layout: 'separate', signed: true, slope: 0 }, scope);
  const features = new TupleFeatures(masked, m, inverseNorms, scope);
  const cones = tupleCones(X, { samples, columns, patterns, m }, scope);
  const coneOf = (block: number) => cones[block % patterns.count];
  const regularizer =
    regularization === 'path'
      ? new ConeGroupNorm(features.blocks, m * columns, coneOf, scope)
      : new ConeGroupSums(features.blocks, m, columns, coneOf, scope);
  return { features, loss, regularizer, beta };
}

/**
 * Weights of the sub-network of a block u, v_j = s_j u_j (math-architectures.md 7.1, 7.2): with t = sum_j |v_j|, W_j =
 * v_j/sqrt(t |v_j|), w2_j = s_j sqrt|v_j|, w3 = +-sqrt t, so that |W| = 1; path: W = v/sqrt|v|, w2 = s, w3 = +-sqrt|v|.
 */
export function recover(
  block: Float64Array,
  signs: readonly number[],
  sign: number,
  columns: number,
  regularization: DeepPenalty,
): Pick<Subnetwork, 'layers' | 'output' | 'weight'> {
  const sizes = signs.map((_, j) => safeNorm(block.subarray(j * columns, (j + 1) * columns)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const root = regularization === 'path' ? Math.sqrt(safeNorm(block)) : Math.sqrt(total);
  const scales = sizes.map((size) => (regularization === 'path' ? root : root * Math.sqrt(size)));
  const first = block.map((entry, at) => {
    const j = Math.floor(at / columns);
    return scales[j] > 0 ? (signs[j] * entry) / scales[j] : 0;
  });
  const second = sizes.map((size, j) => signs[j] * (regularization === 'path' ? Number(size > 0) : Math.sqrt(size)));
  return { layers: [first, Float64Array.from(second)], output: 0, weight: sign * root };
}
