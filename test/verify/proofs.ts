import type { Architecture } from '../../src/architectures/architecture.js';
import { type CertificateFile, relu, type TrainOptions, type TrainResult, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

/** Rows of random numbers, and targets of three ReLU units plus noise. */
export function table(n: number, d: number, seed: number): { X: number[][]; y: number[] } {
  const flat = numbers(n * d, seed);
  const units = numbers(3 * (d + 1), seed + 1);
  const noise = numbers(n, seed + 2, 0.2);
  const X = Array.from({ length: n }, (_, k) => Array.from(flat.subarray(k * d, (k + 1) * d)));
  const y = X.map((row, k) => {
    let sum = noise[k];
    for (let i = 0; i < 3; i++) {
      let score = units[i * (d + 1) + d];
      row.forEach((entry, j) => {
        score += entry * units[i * (d + 1) + j];
      });
      sum += (i - 1 || 0.5) * Math.max(0, score);
    }
    return sum;
  });
  return { X, y };
}

/** A proof as another reads it: from its text. */
export function proofOf(
  X: number[][],
  y: number[] | number[][],
  options: TrainOptions,
  architecture: Architecture = relu(),
): { result: TrainResult; proof: CertificateFile } {
  const result = trainSync(architecture, X, y, { ...options, proof: true });
  if (!result.proof) throw new Error(`no proof: ${JSON.stringify(result.certificate)}`);
  return { result, proof: JSON.parse(JSON.stringify(result.proof)) };
}

export const signs = (y: readonly number[]): number[] => y.map((entry) => (entry > 0 ? 1 : -1));

/** One-hot rows of three classes by the size of the target. */
export const classesOf = (y: readonly number[]): number[][] => {
  const sorted = [...y].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(y.length / 3)], sorted[Math.floor((2 * y.length) / 3)]];
  return y.map((entry) => [entry < low, entry >= low && entry < high, entry >= high].map(Number));
};
