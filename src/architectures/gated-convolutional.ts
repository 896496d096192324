import { InternalError } from '../errors.js';
import { ConvolutionalNetwork } from '../network/convolutional.js';
import { joinConvolutional } from '../network/join-convolutional.js';
import type { PatchOptions } from '../network/patches.js';
import type { Patterns } from '../patterns/patterns.js';
import { pooledGatePricer } from '../patterns/price-pooled-gates.js';
import { DenseFeatures } from '../program/dense-features.js';
import { JointFeatures } from '../program/joint-features.js';
import { NuclearNorm } from '../program/nuclear-norm.js';
import type { Program } from '../program/program.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { TrainingData } from '../program/training-data.js';
import type { Architecture } from './architecture.js';
import {
  type Convolution,
  type ConvolutionOptions,
  patchPatterns,
  pooledPatches,
  poolingScales,
  readConvolution,
  selections,
} from './convolution.js';
import type { GatedReluOptions } from './gated-relu.js';
import { singularTriples } from './spectral.js';
import { splitBias } from './two-layer.js';

export interface GatedConvolutionOptions extends ConvolutionOptions, GatedReluOptions {}

/**
 * Convolutional networks whose units open by fixed gates g_j: f(x) = sum_j sum_regions a_jr pool over the region's patches of
 * 1[g_j^T x_k >= 0] w_j^T x_k; with max pooling the gate selects the patch. Weight decay on filters and output weights is a
 * group lasso with one region and one output, else a sum of nuclear norms (math-architectures.md 5.3, 5.4).
 *
 * @param options - image, filter, stride, padding, pooling; `regions` divides the image: position counts between regions and
 * not inside. As many regions as places: a linear head. `vectorPenalty` as of `gatedRelu`.
 * @throws {@link ArgumentError} naming the option.
 */
export function gatedConvolutional(options: GatedConvolutionOptions): Architecture<ConvolutionalNetwork> {
  const convolution = readConvolution(options);
  const { grid, pooling } = convolution;
  const { vectorPenalty = 'nuclear' } = options;
  const joint = vectorPenalty === 'nuclear';
  return {
    name: 'gated-convolutional',
    recipe: ['gatedConvolutional', options],
    patterns: 'gates',
    degree: 1,
    slope: 0,
    separatesOutputs: !joint,
    sharesNeurons: joint,
    ...patchPatterns(convolution),
    // Sums over all patches are rows of a matrix, for which the usual search for gates is faster.
    ...((pooling === 'max' || grid.regionCount > 1) && {
      pricer: (data: TrainingData) =>
        pooledGatePricer({
          input: selections(grid, data),
          largest: pooling === 'max',
          scales: poolingScales(convolution),
          outputs: joint ? data.outputs : 1,
          pooled: (pattern, inner) => pooledPatches(convolution, data, pattern, inner),
        }),
    }),
    blockLength: ({ patternRows, outputs }) => grid.regionCount * patternRows.columns * (joint ? outputs : 1),
    program: (data, patterns, scope) => headProgram(convolution, joint, data, patterns, scope),
    network(v, patterns, { columns, outputs, bias }) {
      const length = grid.length + columns - grid.inputs;
      const units = unitsOf(v, length, grid.regionCount, outputs, joint ? null : patterns.count);
      const { gates } = patterns;
      if (!gates) throw new InternalError('gated patterns without gates');
      const chosen = units.flatMap(({ pattern }) => Array.from(gates.subarray(pattern * length, (pattern + 1) * length)));
      return new ConvolutionalNetwork({
        patches: grid,
        pooling,
        unit: 'gated',
        outputs,
        ...layersOf(units, length, bias),
        gates: splitBias(chosen, length, bias),
        penalty: outputs > 1 && !joint ? 'group' : 'squared',
      });
    },
    join: joinConvolutional,
  };
}

/**
 * Convolutional networks without activation: f(x) = sum_j sum_regions a_jr pool w_j^T x_k, one nuclear norm and no patterns
 * (math-architectures.md 5.5). The regions are single places unless `regions` says otherwise. Outputs share the filters.
 */
export function linearConvolutional(options: PatchOptions): Architecture<ConvolutionalNetwork> {
  const convolution = readConvolution(options, 'patches');
  const { grid } = convolution;
  const { accepts, patternRows, sharesScale } = patchPatterns(convolution);
  return {
    name: 'linear-convolutional',
    recipe: ['linearConvolutional', options],
    patterns: 'none',
    degree: 1,
    slope: 0,
    separatesOutputs: false,
    sharesNeurons: true,
    sharesScale,
    accepts,
    patternRows,
    program: (data, _patterns, scope) => headProgram(convolution, true, data, null, scope),
    network(v, _patterns, { columns, outputs, bias }) {
      const length = grid.length + columns - grid.inputs;
      const units = unitsOf(v, length, grid.regionCount, outputs, null);
      return new ConvolutionalNetwork({
        patches: grid,
        pooling: 'average',
        unit: 'linear',
        outputs,
        ...layersOf(units, length, bias),
      });
    },
  };
}

/** Blocks Z_b of (outputs x) regions x patch length: their rows are output weights times the filter. */
function headProgram(
  convolution: Convolution,
  joint: boolean,
  data: TrainingData,
  patterns: Patterns | null,
  scope: Parameters<Architecture['program']>[2],
): Program {
  const { samples, outputs, loss, beta } = data;
  const { columns: length } = data.patternRows;
  const { regionCount } = convolution.grid;
  const columns = pooledPatches(convolution, data, patterns, scope);
  const width = regionCount * length;
  const count = columns.length / width / samples;
  if (joint && outputs > 1) {
    const features = new JointFeatures({ columns, width, samples, outputs }, scope);
    return { features, loss, regularizer: new NuclearNorm(count, outputs * regionCount, length, scope), beta };
  }
  const copies = Array.from({ length: outputs }, (_, output) => ({ output, sign: 1 as const }));
  const offsets = Array.from({ length: count + 1 }, (_, b) => b * width);
  const features = new DenseFeatures({ columns, samples, outputs, offsets, copies }, scope);
  const regularizer =
    regionCount === 1
      ? new ConeGroupNorm(count * outputs, length, null, scope)
      : new NuclearNorm(count * outputs, regionCount, length, scope);
  return { features, loss, regularizer, beta };
}

/** One filter with its output weights (outputs x regions). */
interface Unit {
  readonly w: Float64Array;
  readonly a: Float64Array;
  readonly pattern: number;
}

/**
 * One unit for every singular value of a block: Z = sum s a w^T, w and a both scaled by sqrt s.
 *
 * @param separate - number of patterns, where every block feeds one output (blocks ordered output, pattern); else null.
 */
function unitsOf(v: Float64Array, length: number, regions: number, outputs: number, separate: number | null): Unit[] {
  const rows = separate === null ? outputs * regions : regions;
  const size = rows * length;
  return Array.from({ length: v.length / size }, (_, block) => {
    const output = separate === null ? 0 : Math.floor(block / separate);
    const pattern = separate === null ? block : block % separate;
    return singularTriples(v.subarray(block * size, (block + 1) * size), rows, length).map(({ left, value, right }): Unit => {
      const root = Math.sqrt(value);
      const a = new Float64Array(outputs * regions);
      a.set(
        left.map((entry) => entry * root),
        output * regions,
      );
      return { w: right.map((entry) => entry * root), a, pattern };
    });
  }).flat();
}

function layersOf(units: readonly Unit[], length: number, bias: boolean) {
  return {
    filters: splitBias(
      units.flatMap(({ w }) => Array.from(w)),
      length,
      bias,
    ),
    output: { weights: units.flatMap(({ a }) => Array.from(a)) },
  };
}
