import type { TwoLayerParameters } from './activation.js';
import type { PatchGrid } from './patches.js';

/**
 * One operation of a feed-forward network on the rows of a batch. Values are numbered: value 0 is the input, operation i makes
 * value i + 1, and the last value is the scores. What exporters translate.
 * - `linear`: x W^T + b with W `bias.length` x inputs, row-major;
 * - `relu`, `absolute`, `leaky`, `scale` (factor x + shift), `step` (1 where x >= 0, else 0): entry by entry;
 * - `multiply`: two values, entry by entry;
 * - `convolve`: filters at every place of images (height, width, channels, row-major), entry place * filters + filter; the filters as
 *   rows of height x width x channels;
 * - `largest`: of all places of a region, for every filter: entry region * filters + filter.
 */
export type Operation =
  | { readonly kind: 'linear'; readonly input: number; readonly weights: Float64Array; readonly bias: Float64Array }
  | { readonly kind: 'relu' | 'absolute' | 'step'; readonly input: number }
  | { readonly kind: 'leaky'; readonly input: number; readonly slope: number }
  | { readonly kind: 'scale'; readonly input: number; readonly factor: number; readonly shift: number }
  | { readonly kind: 'multiply'; readonly inputs: readonly [number, number] }
  | {
      readonly kind: 'convolve';
      readonly input: number;
      readonly grid: PatchGrid;
      readonly weights: Float64Array;
      readonly bias: Float64Array;
    }
  | { readonly kind: 'largest'; readonly input: number; readonly grid: PatchGrid };

/** The operations of one hidden layer. */
export function twoLayerOperations({ outputs, neurons, activation, hidden, output }: TwoLayerParameters): Operation[] {
  const list: Operation[] = [];
  const add = (operation: Operation): number => list.push(operation);
  const z = add({ kind: 'linear', input: 0, weights: hidden.weights, bias: hidden.bias });
  const units = (): number => {
    switch (activation.kind) {
      case 'relu':
        return add({ kind: 'relu', input: z });
      case 'absolute':
        return add({ kind: 'absolute', input: z });
      case 'threshold':
        return add({ kind: 'step', input: z });
      case 'leaky':
        return add({ kind: 'leaky', input: z, slope: activation.slope });
      case 'quadratic':
        return add({ kind: 'multiply', inputs: [z, z] });
      case 'polynomial': {
        const inner = add({ kind: 'scale', input: z, factor: activation.a, shift: activation.b });
        const product = add({ kind: 'multiply', inputs: [inner, z] });
        return add({ kind: 'scale', input: product, factor: 1, shift: activation.c });
      }
      case 'gated': {
        const gate = add({ kind: 'linear', input: 0, weights: activation.gates, bias: activation.gateBias });
        return add({ kind: 'multiply', inputs: [z, add({ kind: 'step', input: gate })] });
      }
    }
  };
  add({ kind: 'linear', input: units(), weights: transposed(output.weights, neurons, outputs), bias: output.bias });
  return list;
}

/** columns x rows, from rows x columns. */
export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j];
  return out;
}
