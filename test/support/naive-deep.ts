import type { DeepNetwork } from '../../src/index.js';

/** Rows of a flat matrix. */
export const rowsOf = (flat: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: flat.length / columns }, (_, i) => Array.from({ length: columns }, (_, j) => flat[i * columns + j]));

export const product = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, entry, i) => sum + entry * y[i], 0);

/** Weight matrices of sub-network k, layer after layer, and the biases of the first: nothing is shared with the library. */
function subnetwork(of: DeepNetwork['layers'], { inputs, widths }: DeepNetwork, k: number) {
  return {
    matrices: widths.map((width, l) => {
      const columns = l === 0 ? inputs : widths[l - 1];
      return rowsOf(of.weights[l], columns).slice(k * width, (k + 1) * width);
    }),
    bias: Array.from(of.bias.slice(k * widths[0], (k + 1) * widths[0])),
  };
}

/** Scores of one row. */
export function naiveScores(network: DeepNetwork, x: readonly number[]): number[] {
  const { outputs, output, layers, gates, subnetworks } = network;
  const scores = Array.from(output.bias);
  for (let k = 0; k < subnetworks; k++) {
    const own = subnetwork(layers, network, k);
    const gating = gates && subnetwork(gates, network, k);
    let values = x;
    let gateValues = x;
    own.matrices.forEach((matrix, l) => {
      const affine = (row: readonly number[], j: number, from: readonly number[], bias: readonly number[]) =>
        product(row, from) + (l === 0 ? bias[j] : 0);
      const z = matrix.map((row, j) => affine(row, j, values, own.bias));
      const open = gating ? gating.matrices[l].map((row, j) => affine(row, j, gateValues, gating.bias)) : z;
      values = z.map((entry, j) => (open[j] >= 0 ? entry : 0));
      gateValues = open.map((entry) => Math.max(0, entry));
    });
    for (let c = 0; c < outputs; c++) scores[c] += output.weights[k * outputs + c] * values[0];
  }
  return scores;
}

/** Penalty by listing every path (path), or by the definition with first layers of norm one (normalized). */
export function naivePenalty(network: DeepNetwork): number {
  const { outputs, output, layers, penalty, widths } = network;
  let total = 0;
  for (let k = 0; k < network.subnetworks; k++) {
    const { matrices, bias } = subnetwork(layers, network, k);
    const top = Array.from({ length: outputs }, (_, c) => Math.abs(output.weights[k * outputs + c])).reduce((a, b) => a + b, 0);
    const first = matrices[0].map((row, j) => product(row, row) + bias[j] ** 2);
    if (penalty === 'normalized') {
      const size = Math.sqrt(first.reduce((a, b) => a + b, 0));
      // Rescaled to a first layer of norm one, the second layer takes the factor.
      const second = matrices
        .slice(1)
        .flat(2)
        .map((w) => w * size);
      total += 0.5 * (second.reduce((sum, w) => sum + w * w, 0) + top * top);
      continue;
    }
    let paths = first.map((square, j) => ({ unit: j, square }));
    for (let l = 1; l < widths.length; l++)
      paths = paths.flatMap(({ unit, square }) => matrices[l].map((row, j) => ({ unit: j, square: square * row[unit] ** 2 })));
    total += top * Math.sqrt(paths.reduce((sum, { square }) => sum + square, 0));
  }
  return total;
}
