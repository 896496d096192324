import { betaMax, relu, trainSync } from '../../src/index.js';
import { createRandom, type Random } from '../../src/random.js';
import { descend, type Method } from '../peers/descent.js';
import { objectiveOf, randomWeights, type TrainingProblem } from '../peers/objective.js';
import { inputsOf, targetsOf } from './convex.js';

/** A small random task and how far above the certified lower bound everyone ends, as a share of it. */
export interface RandomTask {
  readonly seed: number;
  readonly n: number;
  /** Columns, the constant one counted. */
  readonly d: number;
  readonly loss: TrainingProblem['loss'];
  readonly lowerBound: number;
  /** `train`, all defaults. */
  readonly convex: number;
  /** Patterns searched, no proof asked for. */
  readonly priced: number;
  /** For every rate of a method. */
  readonly peers: Readonly<Record<Method, readonly number[]>>;
}

const perBatch = 100;
export const batches = Array.from({ length: 10 }, (_, i) => `${i * perBatch + 1}-${(i + 1) * perBatch}`);
export const triedRates: Readonly<Record<Method, readonly number[]>> = {
  sgd: [1, 0.3, 0.1],
  momentum: [0.3, 0.1, 0.03],
  adam: [0.3, 0.1, 0.03],
};
const neurons = 50;
const passes = 200;

/** Targets of four kinds: a few neurons and noise, noise alone, steps, waves. */
function targets(random: Random, X: Float64Array, n: number, d: number): Float64Array {
  const kind = random.integer(4);
  const directions = Array.from({ length: 3 }, () => Array.from({ length: d }, () => random.normal()));
  const noise = 0.3 * random.uniform();
  return Float64Array.from({ length: n }, (_, k) => {
    const z = directions.map((w) => w.reduce((sum, entry, i) => sum + entry * X[k * d + i], 0));
    const signal = [
      Math.max(0, z[0]) + Math.max(0, z[1]) - Math.max(0, z[2]),
      random.normal(),
      Math.sign(z[0] * z[1]),
      Math.sin(2 * z[0]),
    ][kind];
    return signal + noise * random.normal();
  });
}

/** 10 to 40 rows, 1 or 2 columns and the constant, squared or logistic loss, beta between 0.003 and 0.3 of the largest. */
export async function randomProblem(seed: number): Promise<TrainingProblem> {
  const random = createRandom(seed, 95);
  const n = 10 + random.integer(31);
  const d = 2 + random.integer(2);
  const X = Float64Array.from({ length: n * d }, (_, at) => (at % d === d - 1 ? 1 : random.normal()));
  const values = targets(random, X, n, d);
  const loss = random.integer(2) === 0 ? 'squared' : 'logistic';
  const y = loss === 'squared' ? values : values.map((value) => (value > 0 ? 1 : -1));
  const ratio = 0.003 * 100 ** random.uniform();
  const { beta } = await betaMax(relu(), { data: X, shape: [n, d] }, y, { bias: false, loss });
  return { X, y, n, d, outputs: 1, loss, beta: ratio * beta };
}

const rounded = (value: number) => Number(value.toPrecision(3));

export async function tryTask(seed: number): Promise<RandomTask> {
  const problem = await randomProblem(seed);
  const { n, d, loss, beta } = problem;
  const options = { beta, loss, bias: false } as const;
  const fit = (patterns: 'auto' | 'priced') =>
    trainSync(relu(), inputsOf(problem), targetsOf(problem), { ...options, patterns }).certificate;
  const certified = fit('auto');
  const lowerBound = certified.lowerBound ?? 0;
  const above = (objective: number) => rounded(objective / lowerBound - 1);
  const end = (method: Method, rate: number) => {
    const schedule = { method, rate, steps: passes, seed, ...(method === 'adam' ? {} : { batch: 8 }) };
    return above(objectiveOf(problem, descend(problem, randomWeights(problem, neurons, seed), schedule)));
  };
  const ends = (method: Method) => triedRates[method].map((rate) => end(method, rate));
  return {
    ...{ seed, n, d, loss, lowerBound },
    convex: above(certified.objective),
    priced: above(fit('priced').objective),
    peers: { sgd: ends('sgd'), momentum: ends('momentum'), adam: ends('adam') },
  };
}

/** A hundred tasks, by the name of their batch. */
export async function tryBatch(name: string): Promise<RandomTask[]> {
  const tasks: RandomTask[] = [];
  for (let seed = Number(name.split('-')[0]), end = seed + perBatch; seed < end; seed++) tasks.push(await tryTask(seed));
  return tasks;
}
