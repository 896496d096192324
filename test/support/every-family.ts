import type { Architecture } from '../../src/architectures/architecture.js';
import {
  absoluteValue,
  batchNormGated,
  batchNormRelu,
  circularGated,
  circularLinear,
  circularRelu,
  convolutional,
  deepGated,
  gatedConvolutional,
  gatedRelu,
  gatedThreeLayer,
  layerwise,
  leakyRelu,
  linearConvolutional,
  oneInputRelu,
  polynomial,
  quadratic,
  relu,
  threeLayer,
  threshold,
  vectorRelu,
} from '../../src/index.js';
import type { TrainOptions } from '../../src/options.js';

/** A family as the generic tests know it: what to train it on, and what of its saved networks is no parameter. */
export interface FamilyEntry {
  readonly name: string;
  readonly architecture: () => Architecture;
  /** Columns of X, small: the generic tests go over all patterns. */
  readonly inputs: number;
  /** Default 12. */
  readonly samples?: number;
  /** Default 1. */
  readonly outputs?: number;
  readonly options?: Partial<TrainOptions>;
  /** Fields of the network's JSON that training does not choose (gates, shapes, statistics): the others are perturbed. */
  readonly fixed?: readonly string[];
  /** A parameter vector that may only be moved together, so that perturbing entries leaves the family (unit norms): skip that test. */
  readonly constrained?: boolean;
  /** Trained in stages, each on what the one before it found: the objective is no minimum over all beta alike, its path not concave. */
  readonly staged?: boolean;
}

const gates = ['gates', 'gateBias'];
/** What normalization takes from the rows: directions move only together with their norms. */
const statistics = ['means', 'norms', 'directions', 'gates'];
/** What a convolutional network is, besides its weights. */
const shape = ['patches', 'gates', 'input'];
const signal = { image: [3], filter: 2 };
const picture = { image: [3, 3], filter: 2 };
const deep = ['gates', 'widths'];
/** A stage is trained on the layers of the stages before it. */
const stages = [...gates, 'layers'];

/** One line for every family, and for every penalty or option that changes its program. */
export const families: readonly FamilyEntry[] = [
  { name: 'relu', architecture: relu, inputs: 2 },
  { name: 'relu, logistic', architecture: relu, inputs: 2, options: { loss: 'logistic' } },
  { name: 'relu, three outputs', architecture: relu, inputs: 2, outputs: 3, samples: 9 },
  { name: 'leaky relu', architecture: () => leakyRelu(0.2), inputs: 2 },
  { name: 'absolute value', architecture: absoluteValue, inputs: 2 },
  { name: 'gated relu', architecture: gatedRelu, inputs: 3, options: { patterns: { sample: 12 } }, fixed: gates },
  {
    name: 'gated relu, nuclear norm',
    architecture: gatedRelu,
    inputs: 3,
    outputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: gates,
  },
  {
    name: 'gated relu, group norm',
    architecture: () => gatedRelu({ vectorPenalty: 'group' }),
    inputs: 3,
    outputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: gates,
  },
  { name: 'vector relu', architecture: vectorRelu, inputs: 1, outputs: 2 },
  { name: 'one-input relu', architecture: oneInputRelu, inputs: 1 },
  { name: 'quadratic', architecture: quadratic, inputs: 2 },
  { name: 'polynomial', architecture: () => polynomial({ a: 0.09, b: 0.5, c: 0.47 }), inputs: 2, constrained: true },
  { name: 'batch normalization', architecture: batchNormRelu, inputs: 2, fixed: statistics },
  {
    name: 'batch normalization, logistic',
    architecture: batchNormRelu,
    inputs: 2,
    options: { loss: 'logistic' },
    fixed: statistics,
  },
  {
    name: 'batch normalization, three outputs',
    architecture: batchNormRelu,
    inputs: 2,
    outputs: 3,
    samples: 9,
    fixed: statistics,
  },
  {
    name: 'batch normalization, gated',
    architecture: batchNormGated,
    inputs: 3,
    options: { patterns: { sample: 12 } },
    fixed: statistics,
  },
  {
    name: 'batch normalization, gated, nuclear norm',
    architecture: batchNormGated,
    inputs: 3,
    outputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: statistics,
  },
  { name: 'circular linear', architecture: circularLinear, inputs: 5, fixed: ['output'] },
  { name: 'circular linear, three outputs', architecture: circularLinear, inputs: 4, outputs: 3, fixed: ['output'] },
  { name: 'circular relu', architecture: circularRelu, inputs: 3, samples: 10 },
  { name: 'circular relu, logistic', architecture: circularRelu, inputs: 3, samples: 9, options: { loss: 'logistic' } },
  { name: 'circular gated', architecture: circularGated, inputs: 5, options: { patterns: { sample: 10 } }, fixed: gates },
  {
    name: 'circular gated, softmax',
    architecture: circularGated,
    inputs: 4,
    outputs: 3,
    options: { patterns: { sample: 5 }, loss: 'softmax' },
    fixed: gates,
  },
  { name: 'threshold', architecture: threshold, inputs: 2, fixed: ['hidden'] },
  { name: 'convolutional, average', architecture: () => convolutional(signal), inputs: 3, samples: 9, fixed: shape },
  {
    name: 'convolutional, sum, three outputs',
    architecture: () => convolutional({ ...signal, pooling: 'sum' }),
    inputs: 3,
    outputs: 3,
    samples: 8,
    options: { bias: false },
    fixed: shape,
  },
  {
    name: 'convolutional, max',
    architecture: () => convolutional({ ...signal, pooling: 'max' }),
    inputs: 3,
    samples: 9,
    options: { bias: false },
    fixed: shape,
  },
  {
    name: 'convolutional, padded, logistic',
    architecture: () => convolutional({ image: [2, 2], filter: 2, padding: 1, stride: 2 }),
    inputs: 4,
    samples: 6,
    options: { bias: false, loss: 'logistic', patterns: { sample: 60 } },
    fixed: shape,
  },
  {
    name: 'gated convolutional',
    architecture: () => gatedConvolutional(picture),
    inputs: 9,
    options: { patterns: { sample: 10 } },
    fixed: shape,
  },
  {
    name: 'gated convolutional, max, softmax',
    architecture: () => gatedConvolutional({ ...picture, pooling: 'max' }),
    inputs: 9,
    outputs: 3,
    options: { patterns: { sample: 6 }, loss: 'softmax' },
    fixed: shape,
  },
  {
    name: 'gated convolutional, regions, two outputs',
    architecture: () => gatedConvolutional({ ...picture, regions: [1, 2] }),
    inputs: 9,
    outputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: shape,
  },
  {
    name: 'gated convolutional, linear head, group norm',
    architecture: () => gatedConvolutional({ ...picture, regions: 2, vectorPenalty: 'group' }),
    inputs: 9,
    outputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: shape,
  },
  { name: 'linear convolutional', architecture: () => linearConvolutional(picture), inputs: 9, outputs: 2, fixed: shape },
  { name: 'three layers', architecture: threeLayer, inputs: 1, samples: 5, fixed: deep },
  { name: 'three layers, logistic', architecture: threeLayer, inputs: 1, samples: 5, options: { loss: 'logistic' }, fixed: deep },
  {
    name: 'three layers, path',
    architecture: () => threeLayer({ regularization: 'path' }),
    inputs: 2,
    samples: 6,
    options: { bias: false },
    fixed: deep,
  },
  {
    name: 'three layers, path, two outputs, sampled',
    architecture: () => threeLayer({ width: 3, regularization: 'path' }),
    inputs: 2,
    outputs: 2,
    options: { patterns: { sample: 12 } },
    // Over sampled cells only: weights that leave them can be better.
    constrained: true,
  },
  {
    name: 'gated three layers',
    architecture: () => gatedThreeLayer({ width: 3 }),
    inputs: 3,
    options: { patterns: { sample: 8 } },
    fixed: deep,
  },
  {
    name: 'gated three layers, path, three labels',
    architecture: () => gatedThreeLayer({ regularization: 'path' }),
    inputs: 2,
    outputs: 3,
    options: { patterns: { sample: 8 }, loss: 'logistic' },
    fixed: deep,
  },
  {
    name: 'deep gated',
    architecture: () => deepGated({ widths: [2, 2, 1] }),
    inputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: deep,
  },
  {
    name: 'deep gated, narrow',
    architecture: () => deepGated({ widths: [2, 1, 1, 1] }),
    inputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: deep,
  },
  { name: 'layerwise', architecture: layerwise, inputs: 4, options: { patterns: { sample: 8 } }, fixed: stages, staged: true },
  {
    name: 'layerwise, three stages, two outputs',
    architecture: () => layerwise({ stages: 3, vectorPenalty: 'group' }),
    inputs: 2,
    outputs: 2,
    options: { patterns: { sample: 6 } },
    fixed: stages,
    staged: true,
  },
];
