import type { DeepLayers } from './deep-operations.js';

/** How the weights of a sub-network are penalized: see {@link deepPenalty}. */
export const deepPenalties = ['normalized', 'path'] as const;
export type DeepPenalty = (typeof deepPenalties)[number];

/** What the penalty needs of a deep network. */
interface Parameters {
  readonly inputs: number;
  readonly outputs: number;
  readonly subnetworks: number;
  readonly widths: readonly number[];
  readonly layers: DeepLayers;
  readonly output: { readonly weights: Float64Array };
  readonly penalty: DeepPenalty;
}

/**
 * `normalized`: 1/2 sum_k (|later weights_k|^2 |first layer_k|^2 + |a_k|_1^2), which is weight decay of all but the first layer
 * where that has norm one (math-architectures.md 7.1). `path`: sum_k |a_k|_1 times the root of the sum over all paths of the
 * squared product of weights (7.2).
 */
export function deepPenalty(network: Parameters): number {
  const { outputs, output, penalty, subnetworks, widths, layers } = network;
  let total = 0;
  for (let k = 0; k < subnetworks; k++) {
    let top = 0;
    for (let c = 0; c < outputs; c++) top += Math.abs(output.weights[k * outputs + c]);
    const squares = firstSquares(network, k);
    if (penalty === 'path') total += top * Math.sqrt(pathSquare(network, k, squares));
    else {
      let first = 0;
      for (const square of squares) first += square;
      let later = 0;
      for (let l = 1; l < widths.length; l++) {
        const length = widths[l] * widths[l - 1];
        for (let at = k * length; at < (k + 1) * length; at++) later += layers.weights[l][at] * layers.weights[l][at];
      }
      total += 0.5 * (first * later + top * top);
    }
  }
  return total;
}

/** |w_j|^2 + b_j^2 of every unit of the first layer. */
function firstSquares({ widths, layers, inputs }: Parameters, k: number): Float64Array {
  return Float64Array.from({ length: widths[0] }, (_, j) => {
    const unit = k * widths[0] + j;
    let sum = layers.bias[unit] * layers.bias[unit];
    for (let at = unit * inputs; at < (unit + 1) * inputs; at++) sum += layers.weights[0][at] * layers.weights[0][at];
    return sum;
  });
}

function pathSquare({ widths, layers }: Parameters, k: number, first: Float64Array): number {
  let squares = first;
  for (let l = 1; l < widths.length; l++) {
    const before = squares;
    squares = Float64Array.from({ length: widths[l] }, (_, j) => {
      let sum = 0;
      before.forEach((square, i) => {
        const weight = layers.weights[l][(k * widths[l] + j) * before.length + i];
        sum += weight * weight * square;
      });
      return sum;
    });
  }
  return squares[0];
}
