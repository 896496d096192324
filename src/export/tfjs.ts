import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { Operation } from '../network/operations.js';
import { transposed } from '../network/operations.js';
import type { PatchGrid } from '../network/patches.js';
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

/** A dense layer at every place of an image; then the largest value of each region where `pools`. */
interface Convolution extends Dense {
  readonly grid: PatchGrid;
  readonly pools: boolean;
}

type Layer = Dense | Convolution;

/**
 * The network as a sequential model of dense and convolutional layers for `tf.loadLayersModel`: raw scores, 32-bit weights. Leaky and
 * absolute units become two ReLU units each.
 *
 * @param weightsFile - Name under which `weights` will stand beside model.json.
 * @throws {@link ArgumentError} for networks of other units (a gate is no layer of TensorFlow.js), and for the largest of
 * regions that differ in size.
 */
export function toTfjs(network: Network, weightsFile = 'model.weights.bin'): TfjsModel {
  checkExportable(network);
  const layers = layersOf(network.operations(), network.inputs);
  const named = layers.map((layer, i) => ({ layer, name: i === layers.length - 1 ? 'scores' : `hidden${i + 1}` }));
  const [first, ...others] = named.flatMap(({ layer, name }) => configurations(layer, name));
  const start = { ...first, config: { ...first.config, batch_input_shape: [null, network.inputs] } };
  const entries = named.flatMap(({ layer, name }) => [
    { name: `${name}/kernel`, shape: kernelShape(layer), dtype: 'float32' },
    { name: `${name}/bias`, shape: [layer.bias.length], dtype: 'float32' },
  ]);
  const values = named.flatMap(({ layer: { kernel, bias } }) => [...kernel, ...bias]);
  return {
    json: {
      format: 'layers-model',
      generatedBy: 'cvxnn',
      convertedBy: null,
      modelTopology: { class_name: 'Sequential', config: { name: 'cvxnn', layers: [start, ...others] } },
      weightsManifest: [{ paths: [weightsFile], weights: entries }],
    },
    weights: littleEndian(values),
  };
}

function kernelShape(layer: Layer): number[] {
  const units = layer.bias.length;
  return 'grid' in layer ? [...layer.grid.filter, layer.grid.image[2], units] : [layer.kernel.length / units, units];
}

interface Configuration {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

function configurations(layer: Layer, name: string): Configuration[] {
  const { bias, activation } = layer;
  const one = (class_name: string, own: string, config: Record<string, unknown>): Configuration => ({
    class_name,
    config: { name: own, trainable: true, dtype: 'float32', ...config },
  });
  if (!('grid' in layer)) return [one('Dense', name, { units: bias.length, activation, use_bias: true })];
  const { image, filter, stride, padding } = layer.grid;
  const format = { data_format: 'channels_last' };
  const convolution = {
    filters: bias.length,
    kernel_size: filter,
    strides: stride,
    padding: 'valid',
    activation,
    use_bias: true,
  };
  const sides = padding.map((width) => [width, width]);
  const size = layer.pools ? poolSize(layer.grid) : null;
  return [
    one('Reshape', `${name}_image`, { target_shape: image }),
    one('ZeroPadding2D', `${name}_padding`, { padding: sides, ...format }),
    one('Conv2D', name, { ...convolution, ...format }),
    ...(size ? [one('MaxPooling2D', `${name}_largest`, { pool_size: size, strides: size, padding: 'valid', ...format })] : []),
    one('Flatten', `${name}_flat`, {}),
  ];
}

/** Places of a region, down and across, where all regions are alike. */
function poolSize({ image, filter, stride, padding, regions }: PatchGrid): number[] {
  return ([0, 1] as const).map((axis) => {
    const places = Math.floor((image[axis] + 2 * padding[axis] - filter[axis]) / stride[axis]) + 1;
    if (places % regions[axis] !== 0)
      throw new ArgumentError('network', 'of regions that differ in size', 'regions of as many places each');
    return places / regions[axis];
  });
}

/** Linear, convolutional and entrywise operations in turn, as layers. */
function layersOf(operations: readonly Operation[], inputs: number): Layer[] {
  const layers: Layer[] = [];
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
    if (operation.kind === 'convolve') {
      const { grid, weights, bias } = operation;
      const kernel = transposed(weights, bias.length, grid.length);
      layers.push({ grid, kernel, bias, activation: 'linear', pools: false });
      width = grid.count * bias.length;
      fold = [1];
      return;
    }
    const last = layers[layers.length - 1];
    if (operation.kind === 'largest') {
      layers[layers.length - 1] = { ...last, grid: operation.grid, pools: true };
      width = operation.grid.regionCount * last.bias.length;
      return;
    }
    const factors = { relu: [1], absolute: [1, 1], leaky: [1, operation.kind === 'leaky' ? -operation.slope : 0] };
    if (!(operation.kind in factors)) throw unsupported(operation.kind);
    fold = factors[operation.kind as keyof typeof factors];
    if ('grid' in last && fold.length === 2) throw unsupported(operation.kind);
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
    'linear and convolutional layers with ReLU, linear layers with leaky or absolute units (toRelu makes them of dense gated ones)',
  );
}
