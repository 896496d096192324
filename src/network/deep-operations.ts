import { type Operation, transposed } from './operations.js';

/** Hidden layers of all sub-networks. */
export interface DeepLayers<V = Float64Array> {
  /** First layer: a row of `inputs` weights for every unit. Later ones: a row of as many weights as the layer before has units. */
  readonly weights: readonly V[];
  /** Of the units of the first layer; later layers have none. */
  readonly bias: V;
}

/** What the operations are made from. */
interface DeepParameters {
  readonly outputs: number;
  readonly widths: readonly number[];
  readonly subnetworks: number;
  readonly layers: DeepLayers;
  readonly gates: DeepLayers | null;
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
}

/** All sub-networks layer by layer: later layers are block diagonal. */
export function deepOperations({ outputs, widths, subnetworks: count, layers, gates, output }: DeepParameters): Operation[] {
  const list: Operation[] = [];
  const add = (operation: Operation): number => list.push(operation);
  const linear = ({ weights, bias }: DeepLayers, l: number, input: number) =>
    l === 0
      ? add({ kind: 'linear', input, weights: weights[0], bias })
      : add({
          kind: 'linear',
          input,
          weights: blockDiagonal(weights[l], count, widths[l], widths[l - 1]),
          bias: new Float64Array(count * widths[l]),
        });
  let [values, gateValues] = [0, 0];
  widths.forEach((_, l) => {
    const z = linear(layers, l, values);
    if (gates) {
      const gate = linear(gates, l, gateValues);
      values = add({ kind: 'multiply', inputs: [z, add({ kind: 'step', input: gate })] });
      gateValues = add({ kind: 'relu', input: gate });
    } else values = add({ kind: 'relu', input: z });
  });
  add({ kind: 'linear', input: values, weights: transposed(output.weights, count, outputs), bias: output.bias });
  return list;
}

/** count blocks of rows x columns along the diagonal. */
function blockDiagonal(blocks: Float64Array, count: number, rows: number, columns: number): Float64Array {
  const matrix = new Float64Array(count * rows * count * columns);
  for (let k = 0; k < count; k++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) matrix[((k * rows + i) * count + k) * columns + j] = blocks[(k * rows + i) * columns + j];
  return matrix;
}
