import { describeValue } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { safeNorm } from '../data/vector.js';
import { ArgumentError, InternalError } from '../errors.js';
import { joinOutputs } from '../network/join.js';
import { TwoLayerNetwork } from '../network/network.js';
import { balance } from '../network/neurons.js';
import { basicNetwork } from '../network/simplify.js';
import type { Patterns } from '../patterns/patterns.js';
import { MaskedFeatures } from '../program/masked-features.js';
import { NuclearNorm } from '../program/nuclear-norm.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { Architecture, NetworkShape } from './architecture.js';
import { singularTriples } from './spectral.js';
import { splitBias } from './two-layer.js';

export interface GatedReluOptions {
  /**
   * Penalty with several outputs. `nuclear` (default): weight decay beta/2 sum (|w_j|^2 + |a_j|^2), neurons are shared by
   * all outputs (math.md 3.1). `group`: beta/2 sum (|w_j|^2 + |a_j|_1^2), which separates into outputs and is cheaper to solve.
   */
  readonly vectorPenalty?: 'nuclear' | 'group';
}

/** A neuron with w_j and a_j, and the pattern whose gate it has. */
export interface GatedNeuron {
  readonly w: Float64Array;
  readonly a: Float64Array;
  readonly pattern: number;
}

/**
 * Gated ReLU networks, f(x) = sum_j a_j 1[g_j^T x >= 0] w_j^T x with fixed gates: a group lasso for one output (math.md 2;
 * Mishkin, Sahiner, Pilanci 2022), a sum of nuclear norms for several (3.1; Sahiner, Ergen, Pauly, Pilanci 2021).
 */
export function gatedRelu(options: GatedReluOptions = {}): Architecture<TwoLayerNetwork> {
  checkOptionNames(options, ['vectorPenalty']);
  const { vectorPenalty = 'nuclear' } = options;
  if (vectorPenalty !== 'nuclear' && vectorPenalty !== 'group')
    throw new ArgumentError('options.vectorPenalty', describeValue(vectorPenalty), "'nuclear' or 'group'");
  const group = vectorPenalty === 'group';
  const joint = (outputs: number) => outputs > 1 && !group;
  return {
    name: 'gated-relu',
    recipe: ['gatedRelu', options],
    patterns: 'gates',
    degree: 1,
    slope: 0,
    separatesOutputs: group,
    sharesNeurons: !group,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    program(data, patterns, scope) {
      const { X, columns, loss, beta, outputs } = data;
      const layout = joint(outputs) ? 'joint' : 'separate';
      const features = new MaskedFeatures({ X, columns, patterns, outputs, layout, signed: false, slope: 0 }, scope);
      const regularizer = joint(outputs)
        ? new NuclearNorm(features.blocks, outputs, columns, scope)
        : new ConeGroupNorm(features.blocks, columns, null, scope);
      return { features, loss, regularizer, beta };
    },
    network(v, patterns, shape) {
      const neurons = gatedNeurons(v, patterns, shape.columns, shape.outputs, joint(shape.outputs));
      return gatedNetwork(neurons, gatesOf(patterns), shape, shape.outputs > 1 && group ? 'group' : 'squared');
    },
    simplify: basicNetwork,
    join: joinOutputs,
  };
}

/** The network of these neurons, each with the gate of its pattern (rows of `gates`). */
export function gatedNetwork(
  neurons: readonly GatedNeuron[],
  gates: Float64Array,
  { columns, outputs, bias }: Pick<NetworkShape, 'columns' | 'outputs' | 'bias'>,
  penalty: 'group' | 'squared',
): TwoLayerNetwork {
  const gate = splitBias(
    neurons.flatMap(({ pattern }) => Array.from(gates.subarray(pattern * columns, (pattern + 1) * columns))),
    columns,
    bias,
  );
  return balance(
    new TwoLayerNetwork({
      inputs: bias ? columns - 1 : columns,
      outputs,
      activation: { kind: 'gated', gates: gate.weights, gateBias: gate.bias },
      hidden: splitBias(
        neurons.flatMap(({ w }) => Array.from(w)),
        columns,
        bias,
      ),
      output: { weights: neurons.flatMap(({ a }) => Array.from(a)) },
      penalty,
    }),
  );
}

/** Balanced neurons of the blocks; `joint`: blocks Z_i are outputs x columns. */
export function gatedNeurons(
  v: Float64Array,
  patterns: Pick<Patterns, 'count'>,
  columns: number,
  outputs: number,
  joint: boolean,
): GatedNeuron[] {
  return joint ? sharedNeurons(v, columns, outputs) : singleNeurons(v, patterns, columns, outputs);
}

export function gatesOf({ gates }: Patterns): Float64Array {
  if (!gates) throw new InternalError('gated patterns without gates');
  return gates;
}

/** One neuron for every singular value: Z = sum s a w^T with w and a both scaled by sqrt s. */
function sharedNeurons(v: Float64Array, columns: number, outputs: number): GatedNeuron[] {
  const length = columns * outputs;
  return Array.from({ length: v.length / length }, (_, pattern) => {
    const triples = singularTriples(v.subarray(pattern * length, (pattern + 1) * length), outputs, columns);
    return triples.map(({ left, value, right }) => {
      const root = Math.sqrt(value);
      return { w: right.map((entry) => entry * root), a: left.map((entry) => entry * root), pattern };
    });
  }).flat();
}

/** One neuron for every block: it feeds one output. */
function singleNeurons(v: Float64Array, patterns: Pick<Patterns, 'count'>, columns: number, outputs: number): GatedNeuron[] {
  const neurons: GatedNeuron[] = [];
  for (let block = 0; block < v.length / columns; block++) {
    const own = v.subarray(block * columns, (block + 1) * columns);
    if (own.every((entry) => entry === 0)) continue;
    const output = Math.floor(block / patterns.count) % outputs;
    const root = Math.sqrt(safeNorm(own));
    const a = Float64Array.from({ length: outputs }, (_, c) => (c === output ? root : 0));
    neurons.push({ w: own.map((entry) => entry / root), a, pattern: block % patterns.count });
  }
  return neurons;
}
