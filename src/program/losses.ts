import type { Kernels } from '../core/kernels.js';
import type { Scope, Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';
import type { Loss } from './program.js';

/** `squared` 1/2 (f-y)^2, `logistic` log(1+e^-yf), `squaredHinge` 1/2 (1-yf)_+^2, `huber`, `softmax` cross entropy. */
export type LossName = 'squared' | 'logistic' | 'squaredHinge' | 'huber' | 'softmax';

export interface LossOptions {
  /** Where the Huber loss turns from quadratic to linear, in units of the targets; above zero. Default 1. */
  readonly huberDelta?: number;
}

/** What the targets of one fit are, inside WebAssembly. */
interface Targets {
  readonly kernels: Kernels;
  readonly y: Vector;
  /** What lambda is multiplied with in g of the quadratic kinds: y less the offset. */
  readonly linear: Vector;
  readonly weights: Vector;
  readonly samples: number;
  readonly outputs: number;
}

/** Numbers that assembly/losses.ts knows the separable losses by. */
const kinds = { squared: 0, logistic: 1, squaredHinge: 2, huber: 3 } as const;

type SeparableName = keyof typeof kinds;

function separable(name: SeparableName, targets: Targets, delta: number, smoothness: number): Loss {
  const { kernels } = targets;
  const kind = kinds[name];
  const count = targets.y.length;
  const y = targets.y.address;
  const weights = targets.weights.address;
  return {
    name,
    outputs: targets.outputs,
    smoothness,
    value: (fit) => kernels.evaluateLoss(fit.address, y, weights, count, kind, delta),
    negativeGradient: (fit, lambda) => kernels.negateLossGradient(fit.address, y, weights, lambda.address, count, kind, delta),
    curvature: (fit, out) => kernels.evaluateCurvature(fit.address, y, weights, out.address, count, kind, delta),
    fitOfDual: (lambda, scale, fit) => kernels.invertLossGradient(lambda.address, y, weights, scale, fit.address, count, kind),
    dualValue: (lambda, scale) => kernels.evaluateDual(lambda.address, y, weights, scale, count, kind, delta),
    bestScale: (lambda, limit) => {
      if (name === 'logistic') return Math.min(1, limit);
      // A point of the Huber domain stays inside for scales up to one; the other two domains are cones.
      const cap = name === 'huber' ? Math.min(1, limit) : limit;
      return Math.min(cap, kernels.maximizeQuadraticDual(lambda.address, targets.linear.address, weights, count));
    },
  };
}

function softmax(targets: Targets, smoothness: number): Loss {
  const { kernels, samples, outputs } = targets;
  const y = targets.y.address;
  const weights = targets.weights.address;
  return {
    name: 'softmax',
    outputs,
    smoothness,
    value: (fit) => kernels.evaluateSoftmax(fit.address, y, weights, samples, outputs),
    negativeGradient: (fit, lambda) => kernels.negateSoftmaxGradient(fit.address, y, weights, lambda.address, samples, outputs),
    curvature: (fit, out) => kernels.evaluateSoftmaxCurvature(fit.address, weights, out.address, samples, outputs),
    applyCurvature: (fit, x, out) =>
      kernels.applySoftmaxCurvature(fit.address, weights, x.address, out.address, samples, outputs),
    fitOfDual: (lambda, scale, fit) =>
      kernels.invertSoftmaxGradient(lambda.address, y, weights, scale, fit.address, samples, outputs),
    dualValue: (lambda, scale) => kernels.evaluateSoftmaxDual(lambda.address, y, weights, scale, samples, outputs),
    bestScale: (_lambda, limit) => Math.min(1, limit),
  };
}

/**
 * L(fit + o). Its dual function is g(lambda) - lambda^T o (math.md, offsets), so all that changes is where the loss is looked
 * at, and one linear term.
 */
function withOffset(loss: Loss, offset: Float64Array, scope: Scope): Loss {
  const { kernels } = scope;
  const o = scope.copyIn(offset);
  const moved = scope.vector(offset.length);
  const move = (fit: Vector): Vector => {
    kernels.copyVector(fit.address, moved.address, moved.length);
    kernels.addScaled(1, o.address, moved.address, moved.length);
    return moved;
  };
  const { applyCurvature } = loss;
  return {
    ...loss,
    offset,
    value: (fit) => loss.value(move(fit)),
    negativeGradient: (fit, lambda) => loss.negativeGradient(move(fit), lambda),
    curvature: (fit, out) => loss.curvature(move(fit), out),
    ...(applyCurvature && { applyCurvature: (fit, x, out) => applyCurvature(move(fit), x, out) }),
    fitOfDual(lambda, scale, fit) {
      loss.fitOfDual(lambda, scale, fit);
      kernels.addScaled(-1, o.address, fit.address, fit.length);
    },
    dualValue: (lambda, scale) => loss.dualValue(lambda, scale) - scale * kernels.dot(lambda.address, o.address, lambda.length),
  };
}

/** One weight per sample: as given or ones, `copies` times one after another. */
function repeatWeights(weights: Float64Array | null, samples: number, copies: number): Float64Array {
  const repeated = new Float64Array(samples * copies).fill(1);
  if (weights) for (let c = 0; c < copies; c++) repeated.set(weights, c * samples);
  return repeated;
}

/**
 * The loss sum_k omega_k l(f_k, y_k) of the table in math.md, summed over samples and outputs.
 *
 * With weights the dual variable is lambda_k = -omega_k l'(f_k) and g(lambda) = sum_k omega_k g_k(lambda_k / omega_k);
 * where omega_k = 0, lambda_k must be 0. With an offset o it is the loss of f + o.
 *
 * @param y - outputs x samples, class-major; labels -1 and +1 for `logistic` and `squaredHinge`; for `softmax` every
 *   sample is a distribution over the outputs (one-hot for plain labels).
 * @param weights - one per sample, at least zero; null means ones.
 * @param scope - holds copies of targets and weights for as long as the loss is used.
 */
export function createLoss(
  name: LossName,
  y: Float64Array,
  samples: number,
  outputs: number,
  weights: Float64Array | null,
  scope: Scope,
  options: LossOptions & { readonly offset?: Float64Array | null } = {},
): Loss {
  if (y.length !== samples * outputs) throw new InternalError(`${y.length} targets for ${outputs} x ${samples}`);
  if (weights && weights.length !== samples) throw new InternalError(`${weights.length} weights for ${samples} samples`);
  const { offset = null, huberDelta = 1 } = options;
  if (offset && offset.length !== y.length) throw new InternalError(`${offset.length} offsets for ${y.length} targets`);
  const coupled = name === 'softmax';
  const own = scope.copyIn(y);
  const targets: Targets = {
    kernels: scope.kernels,
    y: own,
    linear: offset ? scope.copyIn(y.map((target, k) => target - offset[k])) : own,
    weights: scope.copyIn(repeatWeights(weights, samples, coupled ? 1 : outputs)),
    samples,
    outputs,
  };
  let heaviest = weights ? 0 : 1;
  if (weights) for (const weight of weights) heaviest = Math.max(heaviest, weight);
  const loss =
    name === 'softmax'
      ? softmax(targets, 0.5 * heaviest)
      : separable(name, targets, huberDelta, (name === 'logistic' ? 0.25 : 1) * heaviest);
  return offset ? withOffset(loss, offset, scope) : loss;
}
