import { checkOptionNames } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import { type LossName, targetEncoding } from '../network/decision.js';
import type { Operation } from '../network/operations.js';
import type { PatchGrid } from '../network/patches.js';
import type { Label } from '../types.js';
import { checkExportable } from './exportable.js';
import { Message } from './protobuf.js';

export interface OnnxOptions {
  /** Labels of a classifier, in the order of its probabilities: adds the outputs `label` and `probabilities`. */
  readonly classes?: readonly Label[];
  /** Loss that a classifier was trained with, which decides how scores become probabilities. Default `logistic`. */
  readonly loss?: LossName;
  /** Names of the inputs, kept as metadata. */
  readonly featureNames?: readonly string[];
  /** Further texts to keep as metadata, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Numbers of onnx.proto3 (IR version 8, operator set 13). */
const elementTypes = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;
type ElementType = keyof typeof elementTypes;
const attributeTypes = { float: 1, integer: 2, integers: 7 } as const;

/** Nodes and constants of a graph under construction; values have names. */
class Graph {
  readonly nodes: Message[] = [];
  readonly constants: Message[] = [];

  /** @returns the name of the result. */
  node(operator: string, inputs: readonly string[], attributes: readonly Message[] = [], result?: string): string {
    const output = result ?? `value${this.nodes.length}`;
    const message = new Message();
    for (const input of inputs) message.text(1, input);
    message.text(2, output).text(3, `${operator}${this.nodes.length}`).text(4, operator);
    for (const attribute of attributes) message.message(5, attribute);
    this.nodes.push(message);
    return output;
  }

  /** A tensor of numbers; an empty shape is a scalar. */
  floats(values: ArrayLike<number>, shape: readonly number[]): string {
    return this.tensor(shape, 'float', (tensor) => tensor.bytes(9, littleEndian(values)));
  }

  tensor(shape: readonly number[], type: ElementType, fill: (tensor: Message) => void): string {
    const name = `constant${this.constants.length}`;
    const tensor = new Message();
    for (const size of shape) tensor.integer(1, size);
    tensor.integer(2, elementTypes[type]);
    fill(tensor);
    this.constants.push(tensor.text(8, name));
    return name;
  }
}

/** Little-endian 32-bit floats. */
export function littleEndian(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setFloat32(4 * k, values[k], true);
  return bytes;
}

const attribute = {
  integer: (name: string, value: number) => new Message().text(1, name).integer(3, value).integer(20, attributeTypes.integer),
  integers: (name: string, values: readonly number[]) => {
    const message = new Message().text(1, name);
    for (const value of values) message.integer(8, value);
    return message.integer(20, attributeTypes.integers);
  },
  float: (name: string, value: number) => new Message().text(1, name).float(2, value).integer(20, attributeTypes.float),
};

/**
 * The network as an ONNX model: input `X` (any number of rows, 32-bit floats), output `scores` (rows x outputs), and for
 * classifiers `label` and `probabilities`. Operator set 13, no custom operators. Weights are rounded to 32 bits, so scores
 * agree with `predict` to about 1e-6 of the size of their terms; a sample that lies on a gate's boundary may fall on the other side.
 *
 * @returns The bytes of the file.
 * @throws {@link ArgumentError} for a network without such a form, or classes that do not fit its outputs.
 */
export function toOnnx(network: Network, options: OnnxOptions = {}): Uint8Array {
  checkExportable(network);
  checkOptionNames(options, ['classes', 'loss', 'featureNames', 'metadata']);
  const { classes, loss = 'logistic', featureNames } = options;
  const { inputs, outputs } = network;
  const wanted = outputs === 1 ? 2 : outputs;
  if (classes && classes.length !== wanted)
    throw new ArgumentError('options.classes', `of ${classes.length} labels`, `${wanted} labels for ${outputs} outputs`);
  if (featureNames && featureNames.length !== inputs)
    throw new ArgumentError('options.featureNames', `of ${featureNames.length} names`, `${inputs}, one for every input`);
  const graph = new Graph();
  translate(network.operations(), inputs, graph);
  const results = [valueInfo('scores', 'float', ['rows', outputs])];
  if (classes) {
    addProbabilities(graph, outputs, loss);
    results.push(
      valueInfo('label', addLabel(graph, outputs, classes), ['rows']),
      valueInfo('probabilities', 'float', ['rows', wanted]),
    );
  }
  const body = new Message();
  for (const node of graph.nodes) body.message(1, node);
  body.text(2, 'cvxnn');
  for (const constant of graph.constants) body.message(5, constant);
  body.message(11, valueInfo('X', 'float', ['rows', inputs]));
  for (const result of results) body.message(12, result);
  const model = new Message().integer(1, 8).text(2, 'cvxnn').message(7, body);
  model.message(8, new Message().text(1, '').integer(2, 13));
  for (const [name, text] of Object.entries(options.metadata ?? {})) model.message(14, new Message().text(1, name).text(2, text));
  if (featureNames) model.message(14, new Message().text(1, 'features').text(2, JSON.stringify(featureNames)));
  return model.encode();
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): Message {
  const dimensions = new Message();
  for (const size of shape)
    dimensions.message(1, typeof size === 'string' ? new Message().text(2, size) : new Message().integer(1, size));
  const tensor = new Message().integer(1, elementTypes[type]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** All operations; the last one's result is called `scores`. */
function translate(operations: readonly Operation[], inputs: number, graph: Graph): void {
  const names = ['X'];
  const widths = [inputs];
  operations.forEach((operation, i) => {
    const result = i === operations.length - 1 ? 'scores' : undefined;
    const [first, second] = 'inputs' in operation ? operation.inputs : [operation.input];
    const x = names[first];
    widths.push(widthOf(operation, widths[first]));
    names.push(translateOne(operation, x, second === undefined ? '' : names[second], widths[first], graph, result));
  });
}

function widthOf(operation: Operation, before: number): number {
  if (operation.kind === 'linear') return operation.bias.length;
  if (operation.kind === 'convolve') return operation.grid.count * operation.bias.length;
  if (operation.kind === 'largest') return (before / operation.grid.count) * operation.grid.regionCount;
  return before;
}

function translateOne(op: Operation, x: string, y: string, width: number, graph: Graph, result?: string): string {
  switch (op.kind) {
    case 'linear': {
      // A layer without neurons has no constants of positive size: its result is the bias, for every row.
      const weights = width === 0 ? new Float64Array(op.bias.length) : op.weights;
      const from = width === 0 ? graph.node('ReduceSum', [x, axes(graph)], [attribute.integer('keepdims', 1)]) : x;
      const W = graph.floats(weights, [op.bias.length, width === 0 ? 1 : width]);
      return graph.node('Gemm', [from, W, graph.floats(op.bias, [op.bias.length])], [attribute.integer('transB', 1)], result);
    }
    case 'relu':
      return graph.node('Relu', [x], [], result);
    case 'absolute':
      return graph.node('Abs', [x], [], result);
    case 'leaky':
      return graph.node('LeakyRelu', [x], [attribute.float('alpha', op.slope)], result);
    case 'step': {
      const bits = graph.node('GreaterOrEqual', [x, graph.floats([0], [])]);
      return graph.node('Cast', [bits], [attribute.integer('to', elementTypes.float)], result);
    }
    case 'scale': {
      const scaled = graph.node('Mul', [x, graph.floats([op.factor], [])]);
      return graph.node('Add', [scaled, graph.floats([op.shift], [])], [], result);
    }
    case 'multiply':
      return graph.node('Mul', [x, y], [], result);
    case 'convolve':
      return convolve(op.grid, op.weights, op.bias, x, graph);
    case 'largest': {
      const { grid } = op;
      const places = graph.node('Reshape', [x, integers([-1, grid.count, width / grid.count], graph)]);
      const parts = Array.from({ length: grid.regionCount }, (_, r) => {
        const members = Array.from(grid.region.keys()).filter((k) => grid.region[k] === r);
        const own = graph.node('Gather', [places, integers(members, graph)], [attribute.integer('axis', 1)]);
        return graph.node('ReduceMax', [own], [attribute.integers('axes', [1]), attribute.integer('keepdims', 0)]);
      });
      return graph.node('Concat', parts, [attribute.integer('axis', 1)]);
    }
  }
}

/** Channels come first in ONNX, and last here. */
function convolve(grid: PatchGrid, weights: Float64Array, bias: Float64Array, x: string, graph: Graph): string {
  const { image, filter, stride, padding, count } = grid;
  const [area, channels] = [filter[0] * filter[1], image[2]];
  const filters = Float64Array.from(weights, (_, at) => {
    const [j, c, k] = [Math.floor(at / (area * channels)), Math.floor(at / area) % channels, at % area];
    return weights[(j * area + k) * channels + c];
  });
  const pixels = graph.node('Reshape', [x, integers([-1, ...image], graph)]);
  const input = graph.node('Transpose', [pixels], [attribute.integers('perm', [0, 3, 1, 2])]);
  const values = graph.node(
    'Conv',
    [input, graph.floats(filters, [bias.length, channels, ...filter]), graph.floats(bias, [bias.length])],
    [attribute.integers('strides', stride), attribute.integers('pads', [...padding, ...padding])],
  );
  const places = graph.node('Transpose', [values], [attribute.integers('perm', [0, 2, 3, 1])]);
  return graph.node('Reshape', [places, integers([-1, count * bias.length], graph)]);
}

function integers(values: readonly number[], graph: Graph): string {
  return graph.tensor([values.length], 'int64', (tensor) => void values.map((value) => tensor.integer(7, value)));
}

/** The axis of outputs. */
function axes(graph: Graph): string {
  return integers([1], graph);
}

/** `probabilities`, as network/decision.ts computes them. */
function addProbabilities(graph: Graph, outputs: number, loss: LossName): void {
  if (loss === 'softmax') {
    graph.node('Softmax', ['scores'], [attribute.integer('axis', 1)], 'probabilities');
    return;
  }
  const one = (score: string): string => {
    if (loss === 'logistic') return graph.node('Sigmoid', [score]);
    const signs = targetEncoding(loss, outputs) === 'signs';
    const half = () => graph.floats([0.5], []);
    const mean = signs ? graph.node('Add', [graph.node('Mul', [score, half()]), half()]) : score;
    return graph.node('Clip', [mean, graph.floats([0], []), graph.floats([1], [])]);
  };
  if (outputs === 1) {
    const parts = [one(graph.node('Neg', ['scores'])), one('scores')];
    graph.node('Concat', parts, [attribute.integer('axis', 1)], 'probabilities');
    return;
  }
  // Rows of one-against-the-rest values over their sum; a row of zeros becomes uniform.
  const each = one('scores');
  const sum = graph.node('ReduceSum', [each, axes(graph)], [attribute.integer('keepdims', 1)]);
  const empty = graph.node('Equal', [sum, graph.floats([0], [])]);
  const share = graph.node('Div', [each, graph.node('Where', [empty, graph.floats([1], []), sum])]);
  graph.node('Where', [empty, graph.floats([1 / outputs], []), share], [], 'probabilities');
}

/** `label`: the class of the largest score, the second of two classes where a single score is >= 0. */
function addLabel(graph: Graph, outputs: number, classes: readonly Label[]): ElementType {
  const index =
    outputs === 1
      ? graph.node(
          'Cast',
          [graph.node('GreaterOrEqual', [graph.node('Squeeze', ['scores', axes(graph)]), graph.floats([0], [])])],
          [attribute.integer('to', elementTypes.int64)],
        )
      : graph.node('ArgMax', ['scores'], [attribute.integer('axis', 1), attribute.integer('keepdims', 0)]);
  const { type, fill } = labelTensor(classes);
  graph.node('Gather', [graph.tensor([classes.length], type, fill), index], [attribute.integer('axis', 0)], 'label');
  return type;
}

/** Labels of one kind keep it (integers as int64); mixed ones become text. */
function labelTensor(classes: readonly Label[]): { type: ElementType; fill: (tensor: Message) => void } {
  if (classes.every((label): label is number => typeof label === 'number' && Number.isSafeInteger(label)))
    return { type: 'int64', fill: (tensor) => void classes.map((label) => tensor.integer(7, label)) };
  if (classes.every((label): label is number => typeof label === 'number')) {
    const bytes = new Uint8Array(Float64Array.from(classes).buffer);
    return { type: 'double', fill: (tensor) => void tensor.bytes(9, bytes) };
  }
  if (classes.every((label) => typeof label === 'boolean'))
    return { type: 'bool', fill: (tensor) => void tensor.bytes(9, Uint8Array.from(classes, Number)) };
  return { type: 'string', fill: (tensor) => void classes.map((label) => tensor.text(6, String(label))) };
}
