// Batch normalization: math-architectures.md 8.
import { trainCase } from './train-case.mjs';

/** The biases alpha are part of the family; an option for one would be refused. */
const ownBias = { bias: undefined };

export const normalizationPrograms = {
  'batch-norm-relu': (item, { train, batchNormRelu }) =>
    trainCase(item, batchNormRelu(), train, null, evaluateBatchNorm, ownBias),
  'batch-norm-gated': (item, { train, batchNormGated }) =>
    trainCase(item, batchNormGated({ vectorPenalty: 'group' }), train, null, evaluateBatchNorm, {
      ...ownBias,
      patterns: { gates: Float64Array.from(item.data.gates.data) },
    }),
};

/** sum_j a_j phi(gamma_j z_j/|z_j| + alpha_j/sqrt n), z_j = (X - column means) w_j, and half the squares of gamma, alpha, |a|_1. */
function evaluateBatchNorm({ neurons, inputs: d, outputs: C, directions, gamma, alpha, gates, output }, { X }) {
  const n = X.shape[0];
  const column = (j) => Array.from({ length: n }, (_, k) => X.data[k * d + j]);
  const means = Array.from({ length: d }, (_, j) => column(j).reduce((sum, x) => sum + x, 0) / n);
  const scores = new Float64Array(n * C);
  let reg = 0;
  for (let j = 0; j < neurons; j++) {
    const along = (vector, k, shift) => vector.reduce((sum, w, i) => sum + w * (X.data[k * d + i] - shift[i]), 0);
    const z = Array.from({ length: n }, (_, k) => along(directions.slice(j * d, (j + 1) * d), k, means));
    const size = Math.hypot(...z);
    const a = output.weights.slice(j * C, (j + 1) * C);
    for (let k = 0; k < n; k++) {
      const unit = (size > 0 ? (gamma[j] * z[k]) / size : 0) + alpha[j] / Math.sqrt(n);
      const on = gates ? along(gates.weights.slice(j * d, (j + 1) * d), k, Array(d).fill(0)) + gates.bias[j] >= 0 : unit >= 0;
      for (let c = 0; on && c < C; c++) scores[k * C + c] += unit * a[c];
    }
    reg += 0.5 * (gamma[j] ** 2 + alpha[j] ** 2 + a.reduce((sum, x) => sum + Math.abs(x), 0) ** 2);
  }
  return { scores, reg };
}
