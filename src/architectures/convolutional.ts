import type { Scope } from '../core/scope.js';
import { safeNorm } from '../data/vector.js';
import { ArgumentError } from '../errors.js';
import { ConvolutionalNetwork } from '../network/convolutional.js';
import { joinConvolutional } from '../network/join-convolutional.js';
import type { Patterns } from '../patterns/patterns.js';
import { selectionPricer } from '../patterns/price-selections.js';
import { inverseRowNorms } from '../patterns/row-norms.js';
import { comparisons, selectionCone } from '../patterns/selections.js';
import { DenseFeatures } from '../program/dense-features.js';
import { ConeGroupNorm, type ConeRows } from '../program/regularizers.js';
import type { TrainingData } from '../program/training-data.js';
import type { Architecture } from './architecture.js';
import { type ConvolutionOptions, patchPatterns, pooledPatches, readConvolution, selections } from './convolution.js';
import { splitBias } from './two-layer.js';

/**
 * Convolutional ReLU networks with one hidden layer, pooled over the whole image: f(x) = sum_j a_j pool_k (w_j^T x_k + b_j)_+
 * over the patches x_k, weight decay beta/2 sum (|w_j|^2 + b_j^2 + a_j^2); with several outputs a_j enters as |a_j|_1^2, which
 * separates. Exact: average and sum pooling over the cells of all patches, max pooling over all selections
 * (math-architectures.md 5.1, 5.2; Ergen and Pilanci 2021).
 *
 * @param options - image, filter, stride, padding, pooling; `regions` must stay one: output weights for each would need a norm
 * on cones that has no closed form. See {@link gatedConvolutional} for them.
 * @throws {@link ArgumentError} naming the option.
 */
export function convolutional(options: ConvolutionOptions): Architecture<ConvolutionalNetwork> {
  const convolution = readConvolution(options);
  const { grid, pooling } = convolution;
  if (grid.regionCount > 1)
    throw new ArgumentError(
      'regions',
      grid.regions.join(' x '),
      '1: ReLU units are pooled over the whole image; gated ones need not be',
    );
  return {
    name: 'convolutional',
    recipe: ['convolutional', options],
    patterns: 'cells',
    degree: 1,
    slope: 0,
    separatesOutputs: true,
    ...patchPatterns(convolution),
    ...(pooling === 'max' && {
      pricer: (data: TrainingData, scope: Scope) => selectionPricer(selections(grid, data), scope),
    }),
    program(data, patterns, scope) {
      const { samples, outputs, loss, beta } = data;
      const { columns: length } = data.patternRows;
      const columns = pooledPatches(convolution, data, patterns, scope);
      const copies = ([1, -1] as const).flatMap((sign) => Array.from({ length: outputs }, (_, output) => ({ output, sign })));
      const offsets = Array.from({ length: patterns.count + 1 }, (_, b) => b * length);
      const features = new DenseFeatures({ columns, samples, outputs, offsets, copies }, scope);
      const coneOf = pooling === 'max' ? selectionCones(grid, data, patterns, scope) : signCones(data, patterns, scope);
      const cone = (block: number) => coneOf(block % patterns.count);
      return { features, loss, regularizer: new ConeGroupNorm(features.offsets.length - 1, length, cone, scope), beta };
    },
    network(v, patterns, { columns, outputs, bias }) {
      const length = grid.length + columns - grid.inputs;
      const filters: number[] = [];
      const outputWeights: number[] = [];
      for (let at = 0; at < v.length; at += length) {
        const own = v.subarray(at, at + length);
        const root = Math.sqrt(safeNorm(own));
        if (root === 0) continue;
        const sign = at < v.length / 2 ? 1 : -1;
        const output = Math.floor(at / length / patterns.count) % outputs;
        for (const entry of own) filters.push(entry / root);
        for (let c = 0; c < outputs; c++) outputWeights.push(c === output ? sign * root : 0);
      }
      return new ConvolutionalNetwork({
        patches: grid,
        pooling,
        unit: 'relu',
        outputs,
        filters: splitBias(filters, length, bias),
        output: { weights: outputWeights },
        penalty: outputs > 1 ? 'group' : 'squared',
      });
    },
    join: joinConvolutional,
  };
}

/** All patches, with the signs of the pattern. */
function signCones({ patternRows }: TrainingData, { bits, stride }: Patterns, scope: Scope): (pattern: number) => ConeRows {
  const { rows, inverseNorms, count } = patternRows;
  const address = scope.copyInBytes(bits);
  return (pattern) => ({ rows, inverseNorms, count, bits: address + pattern * stride });
}

/** All comparisons of patches; inverse norms of zero leave out those that a selection does not depend on. */
function selectionCones(
  grid: Parameters<typeof selections>[0],
  data: TrainingData,
  { bits, stride }: Patterns,
  scope: Scope,
): (pattern: number) => ConeRows {
  const input = selections(grid, data);
  const compared = comparisons(input, scope.copyOut(data.patternRows.rows));
  const count = compared.data.length / input.columns;
  const rows = scope.copyIn(compared.data);
  const inverse = inverseRowNorms(compared.data, count, input.columns);
  const cones = Array.from({ length: bits.length / stride }, (_, pattern): ConeRows => {
    const { signs, holds } = selectionCone(input, compared, bits.subarray(pattern * stride, (pattern + 1) * stride));
    const inverseNorms = scope.copyIn(inverse.map((value, row) => (holds[row] ? value : 0)));
    return { rows, inverseNorms, count, bits: scope.copyInBytes(signs) };
  });
  return (pattern) => cones[pattern];
}
