import { relu } from './architectures/two-layer.js';
import { openKernels } from './core/load.js';
import { Scope } from './core/scope.js';
import { ArgumentError } from './errors.js';
import { decompose } from './fit/decompose.js';
import { type FitState, outputGroups } from './fit/fit.js';
import { originOf } from './fit/origin.js';
import type { TwoLayerNetwork } from './network/network.js';
import type { TrainOptions, TrainResult } from './options.js';
import { PatternSet } from './patterns/pattern-set.js';
import { prepareData } from './program/training-data.js';
import { train } from './train.js';
import { trainingObjective } from './training/conclude.js';
import { stateProblem } from './training/problem.js';
import type { MatrixLike, VectorLike } from './types.js';

/** A gated network as a ReLU network, before and after training continued. */
export interface ReluConversion {
  /** The same scores on the training rows, with its own objective: at least that of `polished`, and often far above. */
  readonly decomposed: { readonly network: TwoLayerNetwork; readonly objective: number };
  /** The best ReLU network over the patterns of the gated one. */
  readonly polished: TrainResult<TwoLayerNetwork>;
}

/**
 * Turns a gated ReLU network into a plain ReLU network: every block v of pattern i becomes p - q with p and q in the cone
 * of the pattern, |p| + |q| least (cone decomposition, math.md 2; Mishkin, Sahiner, Pilanci 2022). Thin cones make that
 * expensive, so training then continues over the same patterns from there.
 *
 * p*_gated <= polished <= decomposed, on the same patterns, with weight decay and one output.
 *
 * @param result - of `train(gatedRelu(), X, y, options)`.
 * @param X - the training rows; y and options as they were, `patterns` and `warmStart` apart.
 * @throws {@link ArgumentError} if `result` is no gated network, or as {@link train}.
 */
export async function toRelu(
  result: TrainResult<TwoLayerNetwork>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): Promise<ReluConversion> {
  if (result?.network?.activation === undefined || result.state === undefined)
    throw new ArgumentError('result', 'no result of train', 'a result of train(gatedRelu(), X, y, options)');
  if (result.network.activation.kind !== 'gated')
    throw new ArgumentError('result', `a network with activation '${result.network.activation.kind}'`, 'a gated network');
  const architecture = relu();
  const problem = stateProblem(architecture, X, y, { ...options, patterns: 'auto' });
  const { columns } = problem.X;
  const { outputs } = problem;
  const scope = new Scope(await openKernels(), options.memoryLimit);
  const data = prepareData(problem, architecture.degree, scope);
  const set = new PatternSet(problem.X.rows);
  const shared = outputs > 1 && result.network.penalty === 'squared';
  const blocks = blocksOf(result.state, columns, shared, set);
  const patterns = set.toPatterns();
  const bits = scope.copyInBytes(patterns.bits);

  // Blocks ordered sign, output, pattern.
  const v = new Float64Array(2 * outputs * patterns.count * columns);
  for (const { output, pattern, weights } of blocks) {
    const cone = { rows: data.X, inverseNorms: data.inverseNorms, count: data.samples, bits: bits + pattern * patterns.stride };
    const { p, q } = decompose(weights, cone, scope);
    const at = (output * patterns.count + pattern) * columns;
    v.set(p, at);
    v.set(q, v.length / 2 + at);
  }
  const network = architecture.network(v, patterns, { columns, outputs, bias: problem.bias, problem }, scope);
  const objective = trainingObjective(network, problem, data, scope);
  if (patterns.count === 0) {
    const polished = await train(architecture, X, y, { ...options, warmStart: undefined });
    return { decomposed: { network, objective }, polished };
  }
  const state: FitState = {
    origin: originOf(architecture, problem),
    parts: outputGroups(architecture, problem).map((group) => ({
      ...result.state.parts[0],
      outputs: group,
      patterns,
      v: blocksOfOutputs(group, v, patterns.count * columns, outputs),
    })),
  };
  const polished = await train(architecture, X, y, { ...options, patterns, warmStart: { ...result, state } });
  return { decomposed: { network, objective }, polished };
}

interface Block {
  readonly output: number;
  readonly pattern: number;
  readonly weights: Float64Array;
}

/** The non-zero blocks of a gated fit, one for every output that they feed; their patterns join the set. */
function blocksOf(state: FitState, columns: number, shared: boolean, set: PatternSet): Block[] {
  const blocks: Block[] = [];
  for (const { outputs, patterns, v } of state.parts) {
    const { count, stride, bits, gates } = patterns;
    const jointly = v.length / (count * columns);
    for (let at = 0; at < v.length; at += columns) {
      const weights = v.slice(at, at + columns);
      if (weights.every((entry) => entry === 0)) continue;
      const row = at / columns;
      // Shared neurons have all outputs of a pattern together; others all patterns of an output.
      const [own, output] = shared ? [Math.floor(row / jointly), row % jointly] : [row % count, Math.floor(row / count)];
      const pattern = bits.subarray(own * stride, (own + 1) * stride);
      set.add(pattern, gates ? gates.subarray(own * columns, (own + 1) * columns) : null);
      blocks.push({ output: outputs[output], pattern: set.indexOf(pattern), weights });
    }
  }
  return blocks;
}

/** From blocks of all outputs, `width` numbers for a sign and an output, those of a group. */
function blocksOfOutputs(group: readonly number[], all: Float64Array, width: number, outputs: number): Float64Array {
  const v = new Float64Array(2 * group.length * width);
  for (const sign of [0, 1]) {
    group.forEach((output, i) => {
      const from = (sign * outputs + output) * width;
      v.set(all.subarray(from, from + width), (sign * group.length + i) * width);
    });
  }
  return v;
}
