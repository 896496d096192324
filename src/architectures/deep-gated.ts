import { checkOptionNames } from '../data/option-names.js';
import { InternalError } from '../errors.js';
import type { DeepNetwork } from '../network/deep.js';
import { joinDeep, type Subnetwork, subnetworksToNetwork } from '../network/deep-parts.js';
import type { DeepPenalty } from '../network/deep-penalty.js';
import { type DeepShape, deepBits, deepGateLength, pathCount, pathMasks } from '../patterns/deep-patterns.js';
import { deepSource } from '../patterns/deep-source.js';
import { deepGatePricer } from '../patterns/price-deep-gates.js';
import { MaskedFeatures } from '../program/masked-features.js';
import { PathNuclearNorm } from '../program/path-nuclear-norm.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import { TupleFeatures } from '../program/tuple-features.js';
import type { Architecture } from './architecture.js';
import { checkWidths } from './deep-widths.js';
import { splitPaths } from './split-paths.js';
import { recover, type ThreeLayerOptions } from './three-layer.js';

export interface DeepGatedOptions {
  /**
   * Units of every hidden layer of one sub-network: [m1, m2, 1, .., 1] with any number of ones; default [2, 2, 1]. Only the first
   * two layers may have several units: for wider later ones no convex program is known.
   */
  readonly widths?: readonly number[];
}

/**
 * Gated three-layer networks: the masks of all units are those of fixed gates, 1[X g_kj >= 0] in the first layer and
 * 1[(X G_k)_+ h_k >= 0] in the second (math-architectures.md 7.3). Group lasso over the first-layer units of all sub-networks, or
 * over the sub-networks with path regularization; exact for the gates given.
 *
 * @throws {@link ArgumentError} for a width below 1 or an unknown regularization.
 */
export function gatedThreeLayer(options: ThreeLayerOptions = {}): Architecture<DeepNetwork> {
  checkOptionNames(options, ['width', 'regularization']);
  const { width = 2, regularization = 'normalized' } = options;
  return { ...gatedFamily('gated-three-layer', [width, 1], regularization), recipe: ['gatedThreeLayer', options] };
}

/**
 * Gated networks of any depth under path regularization, sum_k |a_k| (sum over paths of the squared product of weights)^(1/2)
 * (math-architectures.md 7.4). With several units in the second layer the paths of a first-layer unit share its direction, and the
 * penalty of a block is the exact ( sum_j |V_j|_*^2 )^(1/2), attained by several sub-networks with the same gates.
 *
 * @throws {@link ArgumentError} for widths that no convex program is known for.
 */
export function deepGated(options: DeepGatedOptions = {}): Architecture<DeepNetwork> {
  checkOptionNames(options, ['widths']);
  const { widths = [2, 2, 1] } = options;
  return { ...gatedFamily('deep-gated', widths, 'path'), recipe: ['deepGated', options] };
}

function gatedFamily(name: string, given: readonly number[], regularization: DeepPenalty): Architecture<DeepNetwork> {
  const widths = checkWidths(given, regularization);
  const paths = pathCount(widths);
  const second = paths / widths[0];
  const shapeOf = (samples: number, columns: number): DeepShape => ({ samples, columns, widths, signs: false });
  return {
    name,
    patterns: 'gates',
    degree: 1,
    slope: 0,
    separatesOutputs: true,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    patternShape: (samples, columns) => {
      const shape = shapeOf(samples, columns);
      return { bits: deepBits(shape), gate: deepGateLength(shape) };
    },
    patternSource: ({ X, samples, columns }, scope) => deepSource(X, shapeOf(samples, columns), regularization === 'path', scope),
    blockLength: ({ columns }) => paths * columns,
    pricer: (data, scope) => deepGatePricer(data.X, shapeOf(data.samples, data.columns), regularization === 'path', scope),
    program(data, patterns, scope) {
      const { X, inverseNorms, columns, outputs, samples, loss, beta } = data;
      const masks = pathMasks(patterns, samples, widths);
      const masked = new MaskedFeatures(
        { X, columns, patterns: masks, outputs, layout: 'separate', signed: false, slope: 0 },
        scope,
      );
      if (regularization === 'normalized')
        return { features: masked, loss, regularizer: new ConeGroupNorm(masked.blocks, columns, null, scope), beta };
      const features = new TupleFeatures(masked, paths, inverseNorms, scope);
      const regularizer =
        second === 1
          ? new ConeGroupNorm(features.blocks, paths * columns, null, scope)
          : new PathNuclearNorm(features.blocks, widths[0], second, columns, scope);
      return { features, loss, regularizer, beta };
    },
    network(v, patterns, { columns, outputs, bias }) {
      const length = paths * columns;
      const parts: Subnetwork[] = [];
      for (let block = 0; block < v.length / length; block++) {
        const own = v.subarray(block * length, (block + 1) * length);
        if (own.every((entry) => entry === 0)) continue;
        const gates = gatesOf(patterns.gates, block % patterns.count, widths, columns);
        const output = Math.floor(block / patterns.count) % outputs;
        const signs = Array.from({ length: widths[0] }, () => 1);
        const found = second > 1 ? splitPaths(own, widths, columns) : [recover(own, signs, 1, columns, regularization)];
        // Layers of one unit pass on what they get.
        const rest = Array.from({ length: widths.length - (second > 1 ? 3 : 2) }, () => Float64Array.of(1));
        for (const { layers, weight } of found) parts.push({ layers: [...layers, ...rest], weight, output, gates });
      }
      return subnetworksToNetwork(parts, { columns, outputs, bias, widths, penalty: regularization, gated: true });
    },
    join: joinDeep,
  };
}

/** The gates of one pattern, layer by layer. */
function gatesOf(gates: Float64Array | null, pattern: number, widths: readonly number[], columns: number): Float64Array[] {
  if (!gates) throw new InternalError('gated patterns without gates');
  let at = pattern * deepGateLength({ columns, widths });
  return widths.map((width, l) => {
    const length = width * (l === 0 ? columns : widths[l - 1]);
    at += length;
    return gates.slice(at - length, at);
  });
}
