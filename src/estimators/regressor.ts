import type { Architecture } from '../architectures/architecture.js';
import { packVector } from '../data/matrix.js';
import type { Network } from '../network/base.js';
import { determination } from '../path/score.js';
import type { LossName } from '../program/losses.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import { Estimator } from './estimator.js';
import { checkEstimatorOptions, type EstimatorOptions } from './options.js';
import type { Targets } from './task.js';

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

  protected encode(X: Matrix, y: unknown, sampleWeight: Float64Array | null): Targets {
    const targets = packVector(y, 'y', X.rows);
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

  /** One number for every row. */
  predict(X: MatrixLike): Float64Array {
    return this.scoresFor('predict', X);
  }

  /** R^2 on rows with known targets. */
  score(X: MatrixLike, y: VectorLike): number {
    const scores = this.scoresFor('score', X);
    return determination({ scores, targets: packVector(y, 'y', scores.length), outputs: 1, weights: null });
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
