import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { Operation } from '../network/operations.js';
import { transposed } from '../network/operations.js';
import { checkExportable } from './exportable.js';
import { littleEndian } from './onnx.js';

/** A model in the layers format of TensorFlow.js: `json` is model.json, which names the file that holds `weights`. */
export interface TfjsModel {
  readonly json: Readonly<Record<string, unknown>>;
  readonly weights: Uint8Array;
}

interface Dense {
  /** inputs x units. */
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  readonly activation: 'relu' | 'linear';
}

/**
 * The network as a sequential model of dense layers for `tf.loadLayersModel`: raw scores, 32-bit weights. Leaky and absolute
 * units become two ReLU units each.
 *
 * @param weightsFile - Name under which `weights` will stand beside model.json.
 * @throws {@link ArgumentError} for networks of other units: a gate is no layer of TensorFlow.js.
 */
export function toTfjs(network: Network, weightsFile = 'model.weights.bin'): TfjsModel {
  checkExportable(network);
  const layers = denseLayers(network.operations(), network.inputs);
  const named = layers.map((layer, i) => ({ ...layer, name: i === layers.length - 1 ? 'scores' : `hidden${i + 1}` }));
  const configuration = named.map(({ name, bias, activation }, i) => ({
    class_name: 'Dense',
    config: {
      name,
      trainable: true,
      ...(i === 0 ? { batch_input_shape: [null, network.inputs] } : {}),
      dtype: 'float32',
      units: bias.length,
      activation,
      use_bias: true,
    },
  }));
  const entries = named.flatMap(({ name, kernel, bias }) => [
    { name: `${name}/kernel`, shape: [kernel.length / bias.length, bias.length], dtype: 'float32' },
    { name: `${name}/bias`, shape: [bias.length], dtype: 'float32' },
  ]);
  const values = named.flatMap(({ kernel, bias }) => [...kernel, ...bias]);
  return {
    json: {
      format: 'layers-model',
      generatedBy: 'cvxnn',
      convertedBy: null,
      modelTopology: { class_name: 'Sequential', config: { name: 'cvxnn', layers: configuration } },
      weightsManifest: [{ paths: [weightsFile], weights: entries }],
    },
    weights: littleEndian(values),
  };
}

/** Linear and entrywise operations in turn, as dense layers. */
function denseLayers(operations: readonly Operation[], inputs: number): Dense[] {
  const layers: Dense[] = [];
  let width = inputs;
  /** How the last result of the pending units is put together: kernel rows of the next layer, per unit. */
  let fold = [1];
  operations.forEach((operation, i) => {
    if ('inputs' in operation || operation.input !== i) throw unsupported('multiply');
    if (operation.kind === 'linear') {
      const units = operation.bias.length;
      const kernel = fold.flatMap((factor) => Array.from(transposed(operation.weights, units, width), (w) => factor * w));
      // A layer needs a unit: one that is always zero stands for none.
      const empty = units === 0;
      layers.push({
        kernel: empty
          ? new Float64Array(fold.length * width)
          : kernel.length === 0
            ? new Float64Array(fold.length * units)
            : Float64Array.from(kernel),
        bias: empty ? new Float64Array(1) : operation.bias,
        activation: 'linear',
      });
      width = units;
      fold = [1];
      return;
    }
    const factors = { relu: [1], absolute: [1, 1], leaky: [1, operation.kind === 'leaky' ? -operation.slope : 0] };
    if (!(operation.kind in factors)) throw unsupported(operation.kind);
    fold = factors[operation.kind as keyof typeof factors];
    const last = layers[layers.length - 1];
    layers[layers.length - 1] = { ...(fold.length === 2 ? mirrored(last) : last), activation: 'relu' };
  });
  return layers;
}

/** The units and their negatives: relu(z) and relu(-z). */
function mirrored({ kernel, bias }: Dense): Omit<Dense, 'activation'> {
  const units = bias.length;
  const rows = kernel.length / units;
  const both = new Float64Array(2 * kernel.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < units; j++) {
      both[i * 2 * units + j] = kernel[i * units + j];
      both[i * 2 * units + units + j] = -kernel[i * units + j];
    }
  }
  return { kernel: both, bias: Float64Array.from([...bias, ...bias.map((entry) => -entry)]) };
}

function unsupported(kind: string): ArgumentError {
  return new ArgumentError(
    'network',
    `with the operation '${kind}'`,
    'linear layers with ReLU, leaky or absolute units (toRelu makes them of gated ones)',
  );
}
