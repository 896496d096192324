import { batchNormRelu } from '../architectures/batch-norm.js';
import { gatedRelu } from '../architectures/gated-relu.js';
import { relu } from '../architectures/two-layer.js';
import { BatchNormNetwork } from '../network/batch-norm.js';
import { TwoLayerNetwork } from '../network/network.js';
import { Classifier } from './classifier.js';
import type { ClassifierOptions, EstimatorOptions } from './options.js';
import { Regressor } from './regressor.js';
import { stateFromJSON } from './state.js';

/** Random gates: searching for the best ones fits noise as well. */
const defaultGates = { sample: 100 } as const;

/** Regression by a two-layer ReLU network at its optimum. */
export class ReLURegressor extends Regressor<TwoLayerNetwork> {
  constructor(options: EstimatorOptions = {}) {
    super('relu-regressor', relu(), options);
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ReLURegressor {
    return new ReLURegressor().restore(stateFromJSON(json, 'relu-regressor', TwoLayerNetwork));
  }
}

/** Classification by a two-layer ReLU network at its optimum. */
export class ReLUClassifier extends Classifier<TwoLayerNetwork> {
  constructor(options: ClassifierOptions = {}) {
    super('relu-classifier', relu(), options);
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ReLUClassifier {
    return new ReLUClassifier().restore(stateFromJSON(json, 'relu-classifier', TwoLayerNetwork));
  }
}

/** Regression by a gated ReLU network: fixed gates, a group lasso. */
export class GatedReLURegressor extends Regressor<TwoLayerNetwork> {
  constructor(options: EstimatorOptions = {}) {
    super('gated-relu-regressor', gatedRelu(), options, { patterns: defaultGates });
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): GatedReLURegressor {
    return new GatedReLURegressor().restore(stateFromJSON(json, 'gated-relu-regressor', TwoLayerNetwork));
  }
}

/** Classification by a gated ReLU network; several classes weigh their output weights class by class. */
export class GatedReLUClassifier extends Classifier<TwoLayerNetwork> {
  constructor(options: ClassifierOptions = {}) {
    super('gated-relu-classifier', gatedRelu({ vectorPenalty: 'group' }), options, { patterns: defaultGates });
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): GatedReLUClassifier {
    return new GatedReLUClassifier().restore(stateFromJSON(json, 'gated-relu-classifier', TwoLayerNetwork));
  }
}

/** Regression by a two-layer network with batch normalization before the ReLU, at its optimum. */
export class BatchNormRegressor extends Regressor<BatchNormNetwork> {
  constructor(options: EstimatorOptions = {}) {
    super('batch-norm-regressor', batchNormRelu(), options);
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): BatchNormRegressor {
    return new BatchNormRegressor().restore(stateFromJSON(json, 'batch-norm-regressor', BatchNormNetwork));
  }
}

/** Classification by a two-layer network with batch normalization before the ReLU, at its optimum. */
export class BatchNormClassifier extends Classifier<BatchNormNetwork> {
  constructor(options: ClassifierOptions = {}) {
    super('batch-norm-classifier', batchNormRelu(), options);
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): BatchNormClassifier {
    return new BatchNormClassifier().restore(stateFromJSON(json, 'batch-norm-classifier', BatchNormNetwork));
  }
}
