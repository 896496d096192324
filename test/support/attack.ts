import type { TwoLayerNetwork } from '../../src/network/network.js';
import { createRandom, type Random } from '../../src/random.js';
import type { AdversarialCase } from './adversarial.js';
import { NonconvexObjective } from './nonconvex-objective.js';

/** The best network that an attack found, and what rounding may have done to its objective. */
export interface Attempt {
  readonly method: string;
  readonly value: number;
  readonly rounding: number;
}

export interface Effort {
  /** Starts of every method, and steps of each descent. */
  readonly starts: number;
  readonly steps: number;
}

/** Tries to find networks with a small objective, by every means that needs no convexity; best of every method. */
export function attack(problem: AdversarialCase, own: readonly TwoLayerNetwork[], seed: number, effort: Effort): Attempt[] {
  const objective = new NonconvexObjective(problem);
  const random = createRandom(seed, 502);
  const known = own.map((network) => objective.parametersOf(network));
  const units = () => (2 + random.integer(8)) * problem.outputs;
  const methods: Readonly<Record<string, () => Float64Array>> = {
    zero: () => objective.random(random, problem.outputs, 0),
    'our network': () => pick(known, random),
    'random network, best scale': () => objective.rescaled(objective.random(random, units(), 1)),
    'Adam from a random start': () =>
      adam(objective, objective.random(random, units(), 1), effort.steps, 10 ** -(1 + random.integer(3))),
    'descent from a random start': () => descend(objective, objective.random(random, units(), 1), effort.steps),
    'descent from our network, perturbed': () =>
      descend(objective, perturbed(pick(known, random), 10 ** -(1 + random.integer(8)), random), effort.steps),
    'Adam from our network, perturbed': () => adam(objective, perturbed(pick(known, random), 1e-2, random), effort.steps, 1e-3),
    'our network, a unit split': () => descend(objective, objective.split(pick(known, random), random), effort.steps),
    'our network, two units merged': () => descend(objective, objective.merged(pick(known, random), random), effort.steps),
    'our network and a new unit': () => descend(objective, objective.extended(pick(known, random), random), effort.steps),
  };
  return Object.entries(methods).map(([method, make]) => {
    let best: Attempt = { method, value: Number.POSITIVE_INFINITY, rounding: 0 };
    for (let start = 0; start < (method === 'zero' ? 1 : effort.starts); start++) {
      const { value, rounding } = objective.evaluate(make());
      if (value * objective.unit < best.value)
        best = { method, value: value * objective.unit, rounding: rounding * objective.unit };
    }
    return best;
  });
}

/** How far below a bound an attempt is for certain; not positive: the bound holds. */
export function below(bound: number, { value, rounding }: Attempt): number {
  return bound - value - rounding;
}

const pick = <T>(list: readonly T[], random: Random): T => list[random.integer(list.length)];

/** Every parameter moved by a share of itself. */
function perturbed(theta: Float64Array, share: number, random: Random): Float64Array {
  return theta.map((entry) => entry * (1 + share * random.normal()));
}

/** Gradient descent with Barzilai and Borwein's steps, halved until the objective falls. */
export function descend(objective: NonconvexObjective, start: Float64Array, steps: number): Float64Array {
  let at = start;
  let { value } = objective.evaluate(at);
  let gradient = objective.gradient(at);
  let size = 1e-3;
  for (let step = 0; step < steps; step++) {
    let next = at;
    let there = Number.POSITIVE_INFINITY;
    for (; size > 1e-18; size /= 2) {
      next = at.map((entry, i) => entry - size * gradient[i]);
      there = objective.evaluate(next).value;
      if (there < value) break;
    }
    if (!(there < value)) break;
    const slope = objective.gradient(next);
    let moved = 0;
    let curved = 0;
    for (let i = 0; i < at.length; i++) {
      const change = next[i] - at[i];
      moved += change * change;
      curved += change * (slope[i] - gradient[i]);
    }
    size = curved > 0 ? moved / curved : 2 * size;
    at = next;
    value = there;
    gradient = slope;
  }
  return at;
}

/** Adam with a falling rate; its best step. */
function adam(objective: NonconvexObjective, start: Float64Array, steps: number, rate: number): Float64Array {
  const at = start.slice();
  const first = new Float64Array(at.length);
  const second = new Float64Array(at.length);
  let best = start;
  let least = objective.evaluate(start).value;
  for (let step = 1; step <= steps; step++) {
    const gradient = objective.gradient(at);
    const size = rate * (1 - (step - 1) / steps);
    for (let i = 0; i < at.length; i++) {
      first[i] += 0.1 * (gradient[i] - first[i]);
      second[i] += 0.01 * (gradient[i] * gradient[i] - second[i]);
      const denominator = Math.sqrt(second[i] / (1 - 0.99 ** step)) + 1e-300;
      at[i] -= (size * first[i]) / (1 - 0.9 ** step) / denominator;
    }
    const { value } = objective.evaluate(at);
    if (value < least) {
      least = value;
      best = at.slice();
    }
  }
  return descend(objective, best, steps);
}
