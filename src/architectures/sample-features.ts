import type { Scope } from '../core/scope.js';
import { DenseFeatures, type FeatureCopy } from '../program/dense-features.js';
import type { TrainingData } from '../program/training-data.js';

/** Feature map with one block a copy, fit_k = <features of x_k, block>: for units that are linear in a matrix. */
export function sampleFeatures(
  data: TrainingData,
  featuresOf: (x: Float64Array) => Float64Array,
  copies: readonly FeatureCopy[],
  scope: Scope,
): DenseFeatures {
  const { X, samples, columns: d, outputs } = data;
  const inputs = scope.copyOut(X);
  const rows = Array.from({ length: samples }, (_, k) => featuresOf(inputs.slice(k * d, (k + 1) * d)));
  const width = rows[0].length;
  const columns = new Float64Array(width * samples);
  rows.forEach((row, k) => {
    for (let i = 0; i < width; i++) columns[i * samples + k] = row[i];
  });
  return new DenseFeatures({ columns: scope.copyIn(columns), samples, outputs, offsets: [0, width], copies }, scope);
}
