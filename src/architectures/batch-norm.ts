import type { Scope } from '../core/scope.js';
import { appendOnes } from '../data/matrix.js';
import { safeNorm } from '../data/vector.js';
import { BatchNormNetwork, joinBatchNorm } from '../network/batch-norm.js';
import { gatePricer } from '../patterns/gate-pricer.js';
import { GateSigns } from '../patterns/gate-signs.js';
import { gateSource } from '../patterns/gate-source.js';
import { arrangementSource, type PatternSource } from '../patterns/pattern-source.js';
import { type Column, type Pricer, pausingPrice } from '../patterns/pricer.js';
import { finish, type Pausing } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { directionOnInputs, gatesOnInputs, type Whitening, whiten } from '../program/whitening.js';
import type { Matrix } from '../types.js';
import type { Architecture, NetworkShape } from './architecture.js';
import { type GatedReluOptions, gatedNeurons, gatedRelu, gatesOf } from './gated-relu.js';
import { relu } from './two-layer.js';

/** A neuron on whitened columns: hidden weights (q, tau), output weights, and the gate on [x, 1] where there is one. */
interface WhitenedNeuron {
  readonly hidden: Float64Array;
  readonly output: Float64Array;
  readonly gate: Float64Array | null;
}

/**
 * Two-layer ReLU networks with batch normalization in front of the ReLU,
 *
 *   f(x) = sum_j a_j (gamma_j (x - mean)^T w_j / |(X - mean) w_j| + alpha_j / sqrt n)_+,  beta/2 sum (gamma_j^2 + alpha_j^2 + a_j^2):
 *
 * the program of {@link relu} on whitened columns Q = [U, 1/sqrt n] in place of X (math-architectures.md 8; Ergen, Sahiner,
 * Ozturkler, Pauly, Mardani, Pilanci 2022). The optimum does not depend on how the columns of X are scaled or mixed.
 * Several outputs are penalized by |a_j|_1^2 and separate. Gates of given patterns act on [X, 1].
 */
export function batchNormRelu(): Architecture<BatchNormNetwork> {
  const inner = relu();
  return {
    ...onWhitenedColumns(inner),
    name: 'batch-norm-relu',
    recipe: ['batchNormRelu'],
    network(v, patterns, shape, scope) {
      const whitening = whiten(shape.problem, scope);
      const columns = whitening.rank + 1;
      const plain = inner.network(v, patterns, { ...shape, columns, bias: false }, scope);
      const neurons = Array.from({ length: plain.neurons }, (_, j) => ({
        hidden: plain.hidden.weights.slice(j * columns, (j + 1) * columns),
        output: plain.output.weights.slice(j * shape.outputs, (j + 1) * shape.outputs),
        gate: null,
      }));
      return rebuild(neurons, false, shape, whitening, shape.outputs > 1 ? 'group' : 'squared');
    },
  };
}

/**
 * As {@link batchNormRelu} with fixed gates on [x, 1] in place of the ReLU: the program of {@link gatedRelu} on whitened
 * columns. Exact for the gates given, sampled or found.
 */
export function batchNormGated(options: GatedReluOptions = {}): Architecture<BatchNormNetwork> {
  const inner = gatedRelu(options);
  const group = options.vectorPenalty === 'group';
  return {
    ...onWhitenedColumns(inner),
    name: 'batch-norm-gated',
    recipe: ['batchNormGated', options],
    pricer(data, scope) {
      const { X, inverseNorms, samples, columns, outputs } = data;
      const whitening = whiten(data.given, scope);
      const pricer = gatePricer({ X, inverseNorms, samples, columns, slope: 0 }, group ? 1 : outputs);
      const ones = rowsWithOnes(data, scope);
      const signs = new GateSigns(ones.rows, samples, ones.columns, scope);
      function* priceSteps(...question: Parameters<Pricer['price']>): Pausing<Column[]> {
        const found = yield* pausingPrice(pricer, ...question);
        return found
          .map((column) => ({ ...column, gate: gatesOnInputs(column.direction, whitening) }))
          .filter(({ bits, gate }) => signs.decided(gate) && signs.bits(gate).every((byte, at) => byte === bits[at]));
      }
      return {
        ...pricer,
        decides: true,
        price: (...question) => finish(priceSteps(...question)),
        priceSteps,
      };
    },
    network(v, patterns, shape, scope) {
      const { outputs } = shape;
      const whitening = whiten(shape.problem, scope);
      const gates = gatesOf(patterns);
      const width = shape.columns + 1;
      const neurons = gatedNeurons(v, patterns, whitening.rank + 1, outputs, outputs > 1 && !group).map(({ w, a, pattern }) => ({
        hidden: w,
        output: a,
        gate: gates.subarray(pattern * width, (pattern + 1) * width),
      }));
      return rebuild(neurons, true, shape, whitening, outputs > 1 && group ? 'group' : 'squared');
    },
  };
}

/** What both families have in common: the inner one's program on Q, patterns with gates on [X, 1]. */
function onWhitenedColumns(inner: Architecture) {
  return {
    patterns: inner.patterns,
    degree: inner.degree,
    slope: inner.slope,
    separatesOutputs: inner.separatesOutputs,
    ...(inner.sharesNeurons === undefined ? {} : { sharesNeurons: inner.sharesNeurons }),
    ownsBias: true,
    accepts: inner.accepts,
    program: inner.program,
    restate: (problem: NetworkShape['problem'], scope: Scope) => ({
      problem: { ...problem, X: whiten(problem, scope).Q },
      shift: 0,
    }),
    patternShape: (samples: number, columns: number) => ({ bits: samples, gate: columns + 1 }),
    blockLength: ({ columns, outputs }: TrainingData) => (inner.sharesNeurons ? columns * outputs : columns),
    patternSource: (data: TrainingData, scope: Scope) => patternSource(data, inner.patterns === 'gates', scope),
    join: joinBatchNorm,
  };
}

/** Cells of the whitened columns; the gates of gated networks act on [X, 1], and bits are their signs there. */
function patternSource(data: TrainingData, gated: boolean, scope: Scope): PatternSource {
  if (!gated) return arrangementSource(data.patternRows, scope);
  const whitening = whiten(data.given, scope);
  return gateSource(
    {
      ...data.patternRows,
      predicted: { ...rowsWithOnes(data, scope), toGates: (gates) => gatesOnInputs(gates, whitening) },
    },
    scope,
  );
}

/** [X, 1] in the arena. */
function rowsWithOnes({ given }: TrainingData, scope: Scope) {
  const { data, columns } = appendOnes(given.X);
  return { rows: scope.copyIn(data), columns };
}

/** w_j = V S^-1 q/|q|, gamma_j = |q|, alpha_j = tau; norms are measured, so that training rows are normalized to rounding. */
function rebuild(
  neurons: readonly WhitenedNeuron[],
  gated: boolean,
  { columns: d, outputs, problem: { X, sampleWeight } }: NetworkShape,
  whitening: Whitening,
  penalty: 'squared' | 'group',
): BatchNormNetwork {
  const { rank, means, total } = whitening;
  const parts = neurons.map(({ hidden }) => {
    const q = hidden.subarray(0, rank);
    const gamma = safeNorm(q);
    const w = directionOnInputs(
      q.map((entry) => (gamma > 0 ? entry / gamma : 0)),
      whitening,
    );
    return { w, gamma, alpha: hidden[rank], norm: gamma > 0 ? spread(X, sampleWeight, means, w) : 1 };
  });
  return new BatchNormNetwork({
    inputs: d,
    outputs,
    samples: total,
    means,
    directions: parts.flatMap(({ w }) => Array.from(w)),
    norms: parts.map((part) => part.norm),
    gamma: parts.map(({ gamma }) => gamma),
    alpha: parts.map(({ alpha }) => alpha),
    gates: gated
      ? {
          weights: neurons.flatMap(({ gate }) => Array.from(gate?.subarray(0, d) ?? [])),
          bias: neurons.map(({ gate }) => gate?.[d] ?? 0),
        }
      : null,
    output: { weights: neurons.flatMap(({ output }) => Array.from(output)) },
    penalty,
  });
}

/** |(X - means) w|, a row of weight w counting as w rows. */
function spread({ data, rows }: Matrix, weights: Float64Array | null, means: Float64Array, w: Float64Array): number {
  const d = means.length;
  return safeNorm(
    Float64Array.from({ length: rows }, (_, r) => {
      let z = 0;
      for (let j = 0; j < d; j++) z += w[j] * (data[r * d + j] - means[j]);
      return weights ? z * Math.sqrt(weights[r]) : z;
    }),
  );
}
