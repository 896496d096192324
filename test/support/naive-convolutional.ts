import type { ConvolutionalNetwork } from '../../src/network/convolutional.js';

/** Scores of one image by plain loops over places, in the mathematics' own order: units, then pooling, then the head. */
export function naiveScores(network: ConvolutionalNetwork, image: ArrayLike<number>): number[] {
  const { grid, filters, gates, output, outputs, neurons, pooling, unit, input } = network;
  const [H, W, C] = grid.image;
  const [h, w] = grid.filter;
  const pixel = (y: number, x: number, c: number): number => {
    if (y < 0 || y >= H || x < 0 || x >= W) return 0;
    const at = (y * W + x) * C + c;
    return input ? (image[at] - input.centers[at]) / input.scales[at] : image[at];
  };
  const places: [number, number][] = [];
  for (let y = -grid.padding[0]; y + h <= H + grid.padding[0]; y += grid.stride[0])
    for (let x = -grid.padding[1]; x + w <= W + grid.padding[1]; x += grid.stride[1]) places.push([y, x]);
  const response = (layer: { weights: Float64Array; bias: Float64Array }, j: number, [y, x]: [number, number]): number => {
    let z = layer.bias[j];
    for (let a = 0; a < h; a++)
      for (let b = 0; b < w; b++)
        for (let c = 0; c < C; c++) z += layer.weights[((j * h + a) * w + b) * C + c] * pixel(y + a, x + b, c);
    return z;
  };
  const scores = Array.from(output.bias);
  for (let j = 0; j < neurons; j++) {
    for (let r = 0; r < grid.regionCount; r++) {
      const members = places.filter((_, k) => grid.region[k] === r);
      const z = members.map((place) => response(filters, j, place));
      const open = gates ? members.map((place) => response(gates, j, place)) : z;
      let value: number;
      if (unit === 'linear') value = z.reduce((sum, entry) => sum + entry, 0);
      else if (pooling === 'max') {
        const most = Math.max(...open);
        value = most > 0 ? z[open.indexOf(most)] : 0;
      } else value = z.reduce((sum, entry, k) => sum + (open[k] >= 0 ? entry : 0), 0);
      if (pooling === 'average') value /= members.length;
      for (let c = 0; c < outputs; c++) scores[c] += output.weights[(j * outputs + c) * grid.regionCount + r] * value;
    }
  }
  return scores;
}

/** 1/2 sum over neurons of |w|^2 + b^2 + |a|^2, the norm of a by outputs first where they separate. */
export function naivePenalty({ filters, output, neurons, outputs, penalty, grid }: ConvolutionalNetwork): number {
  let total = 0;
  for (const entry of [...filters.weights, ...filters.bias]) total += entry * entry;
  const R = grid.regionCount;
  for (let j = 0; j < neurons; j++) {
    const norms = Array.from({ length: outputs }, (_, c) => {
      const start = (j * outputs + c) * R;
      return Math.hypot(...output.weights.subarray(start, start + R));
    });
    total +=
      penalty === 'group' ? norms.reduce((sum, size) => sum + size, 0) ** 2 : norms.reduce((sum, size) => sum + size ** 2, 0);
  }
  return total / 2;
}
