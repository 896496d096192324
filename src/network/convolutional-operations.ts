import { ArgumentError } from '../errors.js';
import type { ConvolutionalParameters } from './convolutional-spec.js';
import type { Filters } from './filter-values.js';
import type { Operation } from './operations.js';

/**
 * A convolutional network as operations: places of all filters, units, and one linear layer for pooling and head together, because
 * regions need not be of one size. One scale for all pixels goes into the filters; centres and scales of single pixels become
 * a linear operation of inputs x inputs weights.
 *
 * @throws {@link ArgumentError} for gates that select the largest patch.
 */
export function convolutionalOperations(network: ConvolutionalParameters): Operation[] {
  const { grid, pooling, unit, outputs, neurons: m, filters, gates, output, input: scaling } = network;
  const list: Operation[] = [];
  const add = (operation: Operation): number => list.push(operation);
  if (m === 0) {
    add({ kind: 'linear', input: 0, weights: new Float64Array(outputs * grid.inputs), bias: output.bias });
    return list;
  }
  if (unit === 'gated' && pooling === 'max')
    throw new ArgumentError('network', 'of gates that select the largest patch', 'sums or averages, or ReLU units');
  const scale = scaling?.scales[0] ?? 1;
  const common = scaling?.centers.every((center) => center === 0) && scaling.scales.every((other) => other === scale);
  let input = 0;
  if (scaling && !common) {
    const weights = new Float64Array(grid.inputs * grid.inputs);
    scaling.scales.forEach((entry, k) => {
      weights[k * (grid.inputs + 1)] = 1 / entry;
    });
    input = add({ kind: 'linear', input, weights, bias: scaling.centers.map((center, k) => -center / scaling.scales[k]) });
  }
  const places = (layer: Filters) =>
    add({
      kind: 'convolve',
      input,
      grid,
      weights: common ? layer.weights.map((w) => w / scale) : layer.weights,
      bias: layer.bias,
    });
  let values = places(filters);
  if (gates) values = add({ kind: 'multiply', inputs: [values, add({ kind: 'step', input: places(gates) })] });
  if (unit === 'relu') values = add({ kind: 'relu', input: values });
  const selects = pooling === 'max' && unit === 'relu';
  if (selects) values = add({ kind: 'largest', input: values, grid });
  // Column (place or region, unit) of the head.
  const columns = selects ? grid.regionCount : grid.count;
  const weights = new Float64Array(outputs * columns * m);
  for (let c = 0; c < outputs; c++) {
    for (let k = 0; k < columns; k++) {
      const region = selects ? k : grid.region[k];
      const share = pooling === 'average' ? 1 / grid.regionSizes[region] : 1;
      for (let j = 0; j < m; j++)
        weights[(c * columns + k) * m + j] = share * output.weights[(j * outputs + c) * grid.regionCount + region];
    }
  }
  add({ kind: 'linear', input: values, weights, bias: output.bias });
  return list;
}
