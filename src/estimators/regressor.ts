import type { Architecture } from '../architectures/architecture.js';
import { packVector } from '../data/matrix.js';
import { packWeights } from '../data/weights.js';
import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { Explanation } from '../network/explain.js';
import { predictBounded } from '../network/ranges.js';
import { determination } from '../path/score.js';
import type { LossName } from '../program/losses.js';
import type { MatrixLike, VectorLike } from '../types.js';
import { Estimator } from './estimator.js';
import { checkEstimatorOptions, type EstimatorOptions, type ScoreCallOptions } from './options.js';
import type { Reading, Targets } from './task.js';

/** An explanation of a number. */
export interface BoundedExplanation extends Explanation {
  /** What `predict` gives in place of `output` for a row far outside of what training saw; null where both are the same. */
  readonly bounded: number | null;
}

/** Regression of one target, centred and scaled for the fit (weighted mean and spread). Loss `squared` (default) or `huber`. */
export abstract class Regressor<N extends Network = Network> extends Estimator<N> {
  /** @param defaults - of this model, where `options` has nothing. */
  constructor(kind: string, architecture: Architecture<N>, options: EstimatorOptions, defaults: EstimatorOptions = {}) {
    checkEstimatorOptions(options, ['squared', 'huber'], false);
    super(kind, architecture, { ...defaults, ...options });
  }

  protected lossFor(): LossName {
    return this.options.loss ?? 'squared';
  }

  protected reading(): Reading<number> {
    return {
      check: packVector,
      weigh: (_, sampleWeight) => sampleWeight,
      encode: (targets, sampleWeight) => this.encode(Float64Array.from(targets), sampleWeight),
    };
  }

  private encode(targets: Float64Array, sampleWeight: Float64Array | null): Targets {
    const { mean, scale } = this.options.standardize === false ? { mean: 0, scale: 1 } : spread(targets, sampleWeight);
    const scaled = (raw: Float64Array) => raw.map((target) => (target - mean) / scale);
    return {
      y: scaled(targets),
      outputs: 1,
      sampleWeight,
      outputMean: Float64Array.of(mean),
      outputScale: scale,
      classes: null,
      again: (other, name, rows) => scaled(packVector(other, name, rows)),
    };
  }

  /**
   * One number for every row. Rows that lie {@link outside} of what training saw are bounded to the range of the training targets,
   * widened by a quarter of its width at either end; `extrapolate: true` and `decisionFunction` give the network's own numbers.
   */
  predict(X: MatrixLike): Float64Array {
    const state = this.fitted('predict');
    return predictBounded(state.network, X, state);
  }

  /** The linear model in force at one row; `bounded` is the prediction where it is not the model's own number. */
  override explain(x: VectorLike): BoundedExplanation {
    const explanation = super.explain(x);
    const [prediction] = this.predict([Array.from(x)]);
    return { ...explanation, bounded: prediction === explanation.output[0] ? null : prediction };
  }

  /**
   * R^2 of the predictions on rows with known targets: 1 - squared errors / squared deviations from their mean.
   *
   * @throws {@link ArgumentError} where the targets do not differ, as those of one row: R^2 is not defined there.
   */
  score(X: MatrixLike, y: VectorLike, { sampleWeight }: ScoreCallOptions = {}): number {
    const state = this.fitted('score');
    const scores = predictBounded(state.network, X, state);
    const targets = packVector(y, 'y', scores.length);
    const weights = packWeights(sampleWeight, 'sampleWeight', scores.length);
    const counted = targets.filter((_, k) => weights === null || weights[k] > 0);
    if (counted.every((target) => target === counted[0])) {
      const received = counted.length === 1 ? 'of one row' : `of ${counted.length} equal targets`;
      throw new ArgumentError('y', received, 'targets that differ: R^2 compares errors with their spread');
    }
    return determination({ scores, targets, outputs: 1, weights });
  }
}

function spread(targets: Float64Array, weights: Float64Array | null): { mean: number; scale: number } {
  const weight = (k: number) => (weights ? weights[k] : 1);
  // Deviations from the first target: exact where all are equal.
  let total = 0;
  let sum = 0;
  targets.forEach((target, k) => {
    total += weight(k);
    sum += weight(k) * (target - targets[0]);
  });
  const mean = targets[0] + (total > 0 ? sum / total : 0);
  const largest = targets.reduce((most, target) => Math.max(most, Math.abs(target - mean)), 0);
  if (!(largest > 0)) return { mean, scale: 1 };
  let squares = 0;
  targets.forEach((target, k) => {
    const ratio = (target - mean) / largest;
    squares += weight(k) * ratio * ratio;
  });
  const scale = largest * Math.sqrt(total > 0 ? squares / total : 1);
  return { mean, scale: scale > 0 ? scale : 1 };
}
