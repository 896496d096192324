import { gatedThreeLayer } from '../architectures/deep-gated.js';
import { layerwise } from '../architectures/layerwise.js';
import { DeepNetwork } from '../network/deep.js';
import { LayerwiseNetwork } from '../network/layerwise.js';
import { Classifier } from './classifier.js';
import type { ClassifierOptions, EstimatorOptions } from './options.js';
import { Regressor } from './regressor.js';
import { stateFromJSON } from './state.js';

/** Random gates of sub-networks, and of every stage. */
const subnetworks = { sample: 100 } as const;
const gates = { sample: 100 } as const;
const group = { vectorPenalty: 'group' } as const;

/** Regression by gated three-layer sub-networks with path regularization: a group lasso, one group a sub-network. */
export class ThreeLayerRegressor extends Regressor<DeepNetwork> {
  constructor(options: EstimatorOptions = {}) {
    super('three-layer-regressor', gatedThreeLayer({ width: 3, regularization: 'path' }), options, { patterns: subnetworks });
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ThreeLayerRegressor {
    return new ThreeLayerRegressor().restore(stateFromJSON(json, 'three-layer-regressor', DeepNetwork));
  }
}

/** Classification by gated three-layer sub-networks with path regularization; every class has its own. */
export class ThreeLayerClassifier extends Classifier<DeepNetwork> {
  constructor(options: ClassifierOptions = {}) {
    super('three-layer-classifier', gatedThreeLayer({ width: 3, regularization: 'path' }), options, { patterns: subnetworks });
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ThreeLayerClassifier {
    return new ThreeLayerClassifier().restore(stateFromJSON(json, 'three-layer-classifier', DeepNetwork));
  }
}

/** Regression by a gated network that is trained layer by layer, two stages. */
export class LayerwiseRegressor extends Regressor<LayerwiseNetwork> {
  constructor(options: EstimatorOptions = {}) {
    super('layerwise-regressor', layerwise(), options, { patterns: gates });
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): LayerwiseRegressor {
    return new LayerwiseRegressor().restore(stateFromJSON(json, 'layerwise-regressor', LayerwiseNetwork));
  }
}

/** Classification by a gated network that is trained layer by layer, two stages. */
export class LayerwiseClassifier extends Classifier<LayerwiseNetwork> {
  constructor(options: ClassifierOptions = {}) {
    super('layerwise-classifier', layerwise(group), options, { patterns: gates });
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): LayerwiseClassifier {
    return new LayerwiseClassifier().restore(stateFromJSON(json, 'layerwise-classifier', LayerwiseNetwork));
  }
}
