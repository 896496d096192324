import type { Architecture } from '../../src/architectures/architecture.js';
import {
  absoluteValue,
  batchNormGated,
  batchNormRelu,
  gatedRelu,
  leakyRelu,
  oneInputRelu,
  polynomial,
  quadratic,
  relu,
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
}

const gates = ['gates', 'gateBias'];
/** What normalization takes from the rows: directions move only together with their norms. */
const statistics = ['means', 'norms', 'directions', 'gates'];

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
  { name: 'threshold', architecture: threshold, inputs: 2, fixed: ['hidden'] },
];
