import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';
import { type TwoLayerParameters, unitFunction } from './activation.js';

/**
 * sum_k row_k x_k + bias, added from k = 0 upwards, the bias last: the same bits as a last feature that is constantly 1
 * and whose weight is the bias.
 *
 * @param rowStart - Where the row of weights starts in `weights`; `xStart` likewise in `x`.
 */
export function affine(
  weights: Float64Array,
  rowStart: number,
  x: Float64Array,
  xStart: number,
  length: number,
  bias: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += weights[rowStart + k] * x[xStart + k];
  return sum + bias;
}

/**
 * Raw scores, row-major samples x outputs.
 *
 * Summation order, which assembly/forward.ts and exported source repeat, so that all three give the same bits: every z_j
 * as in {@link affine}; every output from neuron 0 upwards, its bias last. Nothing is skipped, nothing is reassociated.
 *
 * @throws {@link ArgumentError} if X has not `inputs` columns.
 */
export function forward(network: TwoLayerParameters, X: Matrix): Float64Array {
  const { inputs, outputs, neurons, activation, hidden, output } = network;
  requireColumns(X, inputs);
  const unit = unitFunction(activation);
  const scores = new Float64Array(X.rows * outputs);
  for (let i = 0; i < X.rows; i++) {
    const xStart = i * inputs;
    const start = i * outputs;
    for (let j = 0; j < neurons; j++) {
      const z = affine(hidden.weights, j * inputs, X.data, xStart, inputs, hidden.bias[j]);
      const gate =
        activation.kind === 'gated' ? affine(activation.gates, j * inputs, X.data, xStart, inputs, activation.gateBias[j]) : z;
      const value = unit(z, gate);
      for (let c = 0; c < outputs; c++) scores[start + c] += value * output.weights[j * outputs + c];
    }
    for (let c = 0; c < outputs; c++) scores[start + c] += output.bias[c];
  }
  return scores;
}

export function requireColumns(X: Matrix, inputs: number): void {
  if (X.columns !== inputs) {
    throw new ArgumentError('X', `a matrix with ${X.columns} columns`, `${inputs} columns, as the network was trained on`);
  }
}
