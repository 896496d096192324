import type { Architecture } from '../architectures/architecture.js';
import { describeValue } from '../data/describe.js';
import { appendOnes, packMatrix, packOutputs, SMALLEST_SIZE } from '../data/matrix.js';
import { divideByWeight, packWeights, pickMatrixRows } from '../data/weights.js';
import { ArgumentError } from '../errors.js';
import { outputGroups } from '../fit/fit.js';
import { familyOf } from '../fit/origin.js';
import { checkOptions, checkPatternShape, type TrainOptions, type TrainResult } from '../options.js';
import type { Problem } from '../program/training-data.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import { isFitPart } from './check-part.js';

/** Checks everything that can be checked without work, and states the problem. */
export function stateProblem(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): Problem {
  if (typeof architecture?.program !== 'function')
    throw new ArgumentError('architecture', describeValue(architecture), 'a model family such as relu() or gatedRelu()');
  checkOptions(options, architecture);
  const { loss = 'squared', bias = true, huberDelta = 1 } = options;
  const appendsOnes = bias && !architecture.ownsBias && !architecture.biasless;
  const features = packMatrix(X, 'X');
  const given = packOutputs(y, 'y', features.rows);
  const outputs = given.length / features.rows;
  const targets = { data: byOutput(given, outputs), outputs };
  checkTargets(targets.data, targets.outputs, features.rows, loss);
  if (architecture.ownsBias && options.bias === false)
    throw new ArgumentError('options.bias', 'false', `true: the biases are part of ${architecture.name}`);
  if (architecture.biasless && options.bias === true)
    throw new ArgumentError('options.bias', 'true', `false: ${architecture.name} has no bias`);
  const withBias = appendsOnes ? appendOnes(features) : features;
  checkSmallness(withBias.data);
  const refusal = architecture.accepts(loss, targets.outputs, withBias.columns, appendsOnes);
  if (refusal) {
    const received = `'${loss}' with ${targets.outputs} outputs and ${withBias.columns} columns of X${appendsOnes ? ', the bias counted' : ''}`;
    throw new ArgumentError('options.loss', received, refusal);
  }
  const weights = packWeights(options.sampleWeight, 'options.sampleWeight', features.rows);
  if (loss === 'squared' || loss === 'huber') checkSize(targets.data, 'y', features.rows, weights);
  const givenOffset = stateOffset(options.offset, features.rows, targets.outputs);
  if (givenOffset)
    checkSize(
      givenOffset.map((entry, k) => Math.abs(entry) + Math.abs(targets.data[k])),
      'options.offset',
      features.rows,
      weights,
    );
  const { X: rows, y: values, offset, sampleWeight, absent } = takingPart(withBias, targets, givenOffset, weights);
  checkPatternShape(options.patterns ?? 'auto', architecture, rows.rows, rows.columns);
  if (options.warmStart !== undefined)
    checkWarmStart(options.warmStart, architecture, { X: rows, outputs: targets.outputs, loss });
  return {
    X: rows,
    bias: appendsOnes,
    y: values,
    outputs: targets.outputs,
    loss,
    lossOptions: { huberDelta },
    sampleWeight,
    offset,
    beta: options.beta,
    absent,
  };
}

/** Null for zeros, so that they are the same as none. */
function stateOffset(value: unknown, rows: number, outputs: number): Float64Array | null {
  const packed = value === undefined ? null : packOutputs(value, 'options.offset', rows, outputs);
  return packed?.some((entry) => entry !== 0) ? byOutput(packed, outputs) : null;
}

/** A row of weight 0 is an absent row: nothing that follows sees it. */
function takingPart(
  X: Matrix,
  { data, outputs }: { data: Float64Array; outputs: number },
  offset: Float64Array | null,
  weights: Float64Array | null,
) {
  const parts = divideByWeight(weights);
  if (weights === null || parts === null) return { X, y: data, offset, sampleWeight: weights, absent: null };
  const { kept, absent } = parts;
  const pick = (all: Float64Array) => {
    const picked = new Float64Array(outputs * kept.length);
    for (let c = 0; c < outputs; c++) for (const [k, row] of kept.entries()) picked[c * kept.length + k] = all[c * X.rows + row];
    return picked;
  };
  const sampleWeight = Float64Array.from(kept, (row) => weights[row]);
  return { X: pickMatrixRows(X, kept), y: pick(data), offset: offset && pick(offset), sampleWeight, absent };
}

/** One row after another to outputs x samples. */
const byOutput = (all: Float64Array, outputs: number): Float64Array => {
  const rows = all.length / outputs;
  return all.map((_, at) => all[(at % rows) * outputs + Math.floor(at / rows)]);
};

/**
 * An earlier result must be of this very family, about as many rows, columns and outputs that are solved together in the same
 * way. Whether the rows are the same decides later: on other rows it is no start.
 */
function checkWarmStart(
  warm: unknown,
  architecture: Architecture,
  { X, outputs, loss }: Pick<Problem, 'X' | 'outputs' | 'loss'>,
): void {
  const { rows, columns } = X;
  const expected = `a result of train for ${rows} rows, of the same family and shape`;
  const refuse = (received: string) => new ArgumentError('options.warmStart', received, expected);
  const state = (warm as TrainResult | null)?.state;
  if (!Array.isArray(state?.parts) || typeof state.origin?.family !== 'string') throw refuse('no result of train');
  if (!state.parts.every(isFitPart)) throw refuse('no result of train');
  if (state.origin.family !== familyOf(architecture)) throw refuse(`of ${state.origin.family}`);
  const { bits, gate } = architecture.patternShape?.(rows, columns) ?? { bits: rows, gate: columns };
  const groups = outputGroups(architecture, { outputs, loss });
  const covered = state.parts.reduce((sum, part) => sum + part.outputs.length, 0);
  if (covered !== outputs) throw refuse(`for ${covered} outputs`);
  if (state.parts.length !== groups.length) throw refuse('of a loss that solves outputs together in another way');
  for (const part of state.parts) {
    const { samples, count } = part.patterns;
    if (!(part.v instanceof Float64Array && part.lambda instanceof Float64Array))
      throw refuse('without its numbers, as JSON leaves it');
    if (architecture.patterns === 'none' ? samples !== rows : samples !== bits) throw refuse(`for ${samples} rows`);
    if (architecture.patterns === 'none' || architecture.searchDirections || architecture.blockLength || count === 0) continue;
    const blocks = (architecture.patterns === 'cells' ? 2 : 1) * part.outputs.length;
    if (part.v.length !== blocks * count * gate) throw refuse('of another shape or family');
  }
}

/** Refuses columns that are all so small that weights on them cannot be represented. */
function checkSmallness(entries: Float64Array): void {
  const largest = entries.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  if (largest > 0 && largest < SMALLEST_SIZE)
    throw new ArgumentError(
      'X',
      `at most ${largest} in magnitude`,
      'an entry of at least 1e-302, or zeros only (rescale the data)',
    );
}

/** Refuses targets and offsets whose objective at the zero network is not a number any more. */
function checkSize(y: Float64Array, name: string, rows: number, weights: Float64Array | null): void {
  let sum = 0;
  y.forEach((target, k) => {
    sum += target * target * Math.max(1, weights ? weights[k % rows] : 1);
  });
  if (sum < Number.POSITIVE_INFINITY) return;
  const largest = y.reduce((most, target) => Math.max(most, Math.abs(target)), 0);
  throw new ArgumentError(name, `so large (up to ${largest}) that the sum of its squares overflows`, 'values below 1e150');
}

function checkTargets(y: Float64Array, outputs: number, rows: number, loss: string): void {
  if (loss === 'logistic' || loss === 'squaredHinge') {
    const bad = y.findIndex((label) => label !== 1 && label !== -1);
    if (bad >= 0) throw new ArgumentError(`y[${bad % rows}]`, describeValue(y[bad]), `-1 or +1 for the loss '${loss}'`);
  }
  if (loss !== 'softmax' || outputs < 2) return;
  for (let k = 0; k < rows; k++) {
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const entry = y[c * rows + k];
      if (entry !== 0 && entry !== 1)
        throw new ArgumentError(`y[${k}][${c}]`, describeValue(entry), "0 or 1 for the loss 'softmax'");
      sum += entry;
    }
    if (sum !== 1) throw new ArgumentError(`y[${k}]`, `a row with sum ${sum}`, 'one-hot, a single 1');
  }
}
