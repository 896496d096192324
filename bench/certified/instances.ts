import { gaussianRows } from '../../src/patterns/sample.js';
import { createRandom } from '../../src/random.js';

/** Gaussian inputs (the bias column is added by training; d counts it) and targets of five random ReLU units plus noise. */
export function instance(n: number, d: number, seed: number, noise = 0.1): { X: Float64Array[]; y: Float64Array } {
  const inputs = d - 1;
  const units = 5;
  const flat = gaussianRows(n, inputs, seed, 1);
  const W = gaussianRows(units, d, seed, 2);
  const random = createRandom(seed, 3);
  const signs = Array.from({ length: units }, () => (random.normal() > 0 ? 1 : -1));
  const X = Array.from({ length: n }, (_, k) => flat.slice(k * inputs, (k + 1) * inputs));
  const y = Float64Array.from(X, (row) => {
    let sum = noise * random.normal();
    for (let i = 0; i < units; i++) {
      let score = W[i * d + inputs];
      row.forEach((entry, j) => {
        score += entry * W[i * d + j];
      });
      if (score > 0) sum += signs[i] * score;
    }
    return sum;
  });
  return { X, y };
}
