import { describeValue } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { safeNorm } from '../data/vector.js';
import { ArgumentError } from '../errors.js';
import { joinOutputs } from '../network/join.js';
import { type GatedLayer, LayerwiseNetwork } from '../network/layerwise.js';
import type { TwoLayerNetwork } from '../network/network.js';
import { gateSource } from '../patterns/gate-source.js';
import { type AllPatterns, pausingAll, pausingBound, pausingSample } from '../patterns/pattern-source.js';
import { finish, type Pausing } from '../pausing.js';
import type { Problem } from '../program/training-data.js';
import type { Architecture } from './architecture.js';
import { type GatedReluOptions, gatedRelu } from './gated-relu.js';
import { singularTriples } from './spectral.js';

export interface LayerwiseOptions extends GatedReluOptions {
  /** Stages at most, each a layer deeper than the one before; default 2. */
  readonly stages?: number;
}

/**
 * Layerwise training of gated networks (math-architectures.md 7.5): every stage is a gated network on the features of the stage
 * before, the fits of its neurons, and one gate that is always open. The open gate can repeat the former fit at the former penalty,
 * so the objective never rises; training ends at a stage without neurons or without gain. Each stage is convex and solved to its
 * optimum; the certificate is about the last one, for its features and gates.
 *
 * @throws {@link ArgumentError} for less than one stage.
 */
export function layerwise(options: LayerwiseOptions = {}): Architecture<LayerwiseNetwork> {
  checkOptionNames(options, ['stages', 'vectorPenalty']);
  const { stages = 2, ...gates } = options;
  if (!Number.isSafeInteger(stages) || stages < 1) throw new ArgumentError('stages', describeValue(stages), 'a positive integer');
  return { ...stageOn([], gates, stages - 1), recipe: ['layerwise', options] };
}

/** The family of one stage on given layers; `left` more may follow. */
function stageOn(layers: readonly GatedLayer[], options: GatedReluOptions, left: number): Architecture<LayerwiseNetwork> {
  const inner = gatedRelu(options);
  const last = layers[layers.length - 1];
  return {
    ...inner,
    name: 'layerwise',
    simplify: undefined,
    restate: (problem) => ({ problem: onFeatures(problem, layers), shift: 0 }),
    patternSource({ patternRows }, scope) {
      const source = gateSource(patternRows, scope);
      if (!last) return source;
      const withOpen = (gates: Float64Array | null) =>
        source.ofGates(Float64Array.from([...new Float64Array(patternRows.columns), ...(gates ?? [])]));
      function* allSteps(): Pausing<AllPatterns> {
        const { complete = true, gates } = yield* pausingAll(source);
        return { ...withOpen(gates), complete };
      }
      return {
        bound: (limit) => source.bound(limit),
        boundSteps: (limit) => pausingBound(source, limit ?? Number.POSITIVE_INFINITY),
        all: () => finish(allSteps()),
        allSteps,
        sample: (count, seed) => withOpen(source.sample(count, seed + layers.length).gates),
        *sampleSteps(count, seed) {
          return withOpen((yield* pausingSample(source, count, seed + layers.length)).gates);
        },
        ofGates: withOpen,
      };
    },
    network(v, patterns, shape, scope) {
      const { bias } = shape;
      const columns = last ? last.bias.length + (bias ? 1 : 0) : shape.columns;
      const inputs = bias ? shape.columns - 1 : shape.columns;
      return new LayerwiseNetwork(inputs, layers, inner.network(v, patterns, { ...shape, columns }, scope));
    },
    join: (networks) => new LayerwiseNetwork(networks[0].inputs, layers, joinOutputs(networks.map(({ top }) => top))),
    next: ({ top }) => (left > 0 && top.neurons > 0 ? stageOn([...layers, layerOf(top)], options, left - 1) : null),
  };
}

/** The problem with the features of the layers in place of X; the constant column stays. */
function onFeatures(problem: Problem, layers: readonly GatedLayer[]): Problem {
  const { X, bias } = problem;
  let below = X.data;
  let width = X.columns;
  for (const { weights, bias: shifts, gates, gateBias } of layers) {
    // Where there is a constant column, it carries the biases.
    const columns = weights.length / shifts.length;
    const units = shifts.length;
    const next = units + (bias ? 1 : 0);
    const data = new Float64Array(X.rows * next).fill(1);
    for (let k = 0; k < X.rows; k++) {
      for (let j = 0; j < units; j++) {
        let [z, gate] = [0, 0];
        for (let i = 0; i < columns; i++) {
          z += weights[j * columns + i] * below[k * width + i];
          gate += gates[j * columns + i] * below[k * width + i];
        }
        data[k * next + j] = gate + gateBias[j] >= 0 ? z + shifts[j] : 0;
      }
    }
    below = data;
    width = next;
  }
  return { ...problem, X: { data: below, rows: X.rows, columns: width } };
}

/**
 * The neurons of a stage as features t |a_j| D_j (w_j^T x + b_j), with t so that the open gate repeats the former fit, output weights
 * a_j / (t |a_j|), at the former penalty.
 */
function layerOf({ inputs, outputs, neurons, hidden, output, activation, penalty }: TwoLayerNetwork): GatedLayer {
  const group = penalty === 'group';
  const sizes = Array.from({ length: neurons }, (_, j) => {
    const a = output.weights.subarray(j * outputs, (j + 1) * outputs);
    return group ? a.reduce((sum, entry) => sum + Math.abs(entry), 0) : safeNorm(a);
  });
  let former = 0;
  sizes.forEach((size, j) => {
    former += size * safeNorm(Float64Array.from([...hidden.weights.subarray(j * inputs, (j + 1) * inputs), hidden.bias[j]]));
  });
  // outputs x neurons: what the open gate's block would be at t = 1.
  const repeat = Float64Array.from({ length: outputs * neurons }, (_, at) => {
    const j = at % neurons;
    return output.weights[j * outputs + Math.floor(at / neurons)] / sizes[j];
  });
  const rows = Array.from({ length: outputs }, (_, c) => safeNorm(repeat.subarray(c * neurons, (c + 1) * neurons)));
  const cost = group ? rows : singularTriples(repeat, outputs, neurons).map(({ value }) => value);
  const t = cost.reduce((sum, value) => sum + value, 0) / former;
  const gates = activation.kind === 'gated' ? activation : { gates: hidden.weights, gateBias: hidden.bias };
  return {
    weights: hidden.weights.map((entry, at) => t * sizes[Math.floor(at / inputs)] * entry),
    bias: hidden.bias.map((entry, j) => t * sizes[j] * entry),
    gates: gates.gates,
    gateBias: gates.gateBias,
  };
}
