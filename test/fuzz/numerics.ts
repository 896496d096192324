import fc from 'fast-check';
import type * as cvxnn from '../../src/index.js';
import { lossOf } from '../train/problems.js';
import { hold, type Target } from './target.js';

type Library = typeof cvxnn;

/** What a family is trained on: columns, outputs, and whether all of its patterns are listed. */
interface Family {
  readonly make: (library: Library) => cvxnn.Architecture;
  readonly columns: readonly number[];
  readonly outputs?: number;
  readonly options?: Partial<cvxnn.TrainOptions>;
  /** Order of the columns means something: images, signals. */
  readonly ordered?: boolean;
  /** Trained in stages, or by statistics of the rows: weights, repeats and offsets are another problem. */
  readonly ownStatistics?: boolean;
}

export const families: Readonly<Record<string, Family>> = {
  relu: { make: (l) => l.relu(), columns: [1, 2, 3] },
  leaky: { make: (l) => l.leakyRelu(0.2), columns: [1, 2] },
  absolute: { make: (l) => l.absoluteValue(), columns: [1, 2] },
  'relu, two outputs': { make: (l) => l.relu(), columns: [2], outputs: 2 },
  'relu, certified': { make: (l) => l.relu(), columns: [1, 2, 3], options: { patterns: 'certified' } },
  'relu, priced': { make: (l) => l.relu(), columns: [2, 4], options: { patterns: 'priced' } },
  gated: { make: (l) => l.gatedRelu(), columns: [2, 3], options: { patterns: { sample: 6 } } },
  'gated, all': { make: (l) => l.gatedRelu(), columns: [1, 2] },
  'gated, two outputs': { make: (l) => l.gatedRelu(), columns: [2], outputs: 2, options: { patterns: { sample: 5 } } },
  vector: { make: (l) => l.vectorRelu(), columns: [1], outputs: 2 },
  'one input': { make: (l) => l.oneInputRelu(), columns: [1] },
  quadratic: { make: (l) => l.quadratic(), columns: [1, 2, 3] },
  threshold: { make: (l) => l.threshold(), columns: [1, 2] },
  'batch norm': { make: (l) => l.batchNormRelu(), columns: [1, 2], ownStatistics: true },
  'circular linear': { make: (l) => l.circularLinear(), columns: [3], ordered: true },
  'circular relu': { make: (l) => l.circularRelu(), columns: [3], ordered: true },
  convolutional: { make: (l) => l.convolutional({ image: [3], filter: 2 }), columns: [3], ordered: true },
  'linear convolutional': { make: (l) => l.linearConvolutional({ image: [3], filter: 2 }), columns: [3], ordered: true },
  'gated three layers': { make: (l) => l.gatedThreeLayer({ width: 2 }), columns: [2], options: { patterns: { sample: 4 } } },
  layerwise: { make: (l) => l.layerwise(), columns: [2], options: { patterns: { sample: 4 } }, ownStatistics: true },
};

const losses = ['squared', 'huber', 'logistic', 'squaredHinge', 'softmax'] as const;

/** Small integers, and what makes them hard. All of it shrinks. */
export interface NumericsInput {
  readonly family: string;
  readonly loss: (typeof losses)[number];
  readonly columns: number;
  /** Rows of four: three columns and a target. */
  readonly rows: readonly (readonly number[])[];
  /** Powers of ten of X and of y. */
  readonly sizes: readonly [number, number];
  /** Added to every entry of a column before the size, per column. */
  readonly offsets: readonly number[];
  /** Column j becomes the sum of the others. */
  readonly dependent: boolean;
  readonly weights: readonly number[] | null;
  readonly beta: number;
  readonly bias: boolean;
  readonly law: (typeof laws)[number];
  readonly seed: number;
}

const laws = ['none', 'rows', 'columns', 'solvers', 'repeats', 'offset', 'others', 'proof'] as const;
const entry = fc.integer({ min: -4, max: 4 });
/** Mostly none. */
const size = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(-6, 6, 3, -3) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-150, 150, 100, -100, 30, -30, -70, 70),
  },
);

export const inputs: fc.Arbitrary<NumericsInput> = fc.constantFrom(...Object.keys(families)).chain((family) =>
  fc.record({
    family: fc.constant(family),
    loss: fc.oneof(
      { weight: 2, arbitrary: fc.constant('squared' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...losses) },
    ),
    columns: fc.constantFrom(...families[family].columns),
    rows: fc.array(fc.tuple(entry, entry, entry, entry, entry), { minLength: 2, maxLength: 8 }),
    sizes: fc.tuple(size, size),
    offsets: fc.oneof(
      fc.constant([0, 0, 0, 0]),
      fc.array(fc.constantFrom(0, 0, 1, -3, 1000, 1e6, 0.1), { minLength: 4, maxLength: 4 }),
    ),
    dependent: fc.boolean(),
    weights: fc.oneof(fc.constant(null), fc.array(fc.constantFrom(0, 1, 1, 2, 3), { minLength: 8, maxLength: 8 })),
    beta: fc.constantFrom(0.3, 0.03, 0.9, 0.001, 1, 2),
    bias: fc.boolean(),
    law: fc.constantFrom(...laws),
    seed: fc.integer({ min: 0, max: 5 }),
  }),
);

type Rows = number[][];

export interface Problem {
  readonly X: Rows;
  readonly y: number[] | Rows;
  readonly options: cvxnn.TrainOptions;
}

const oneHot = (value: number, outputs: number) =>
  Array.from({ length: outputs }, (_, c) => (Math.abs(value) % outputs === c ? 1 : 0));

/** The problem that an input stands for; `beta` is a share of a bound on the largest useful one. */
export function problemOf(input: NumericsInput): Problem | null {
  const { family, loss, columns, sizes, offsets, dependent, weights, bias, seed } = input;
  const { outputs = 1, options = {} } = families[family];
  const [sizeX, sizeY] = sizes.map((power) => Number(`1e${power}`));
  const X = input.rows.map((row) => {
    const own = row.slice(0, columns).map((value, j) => value + offsets[j]);
    if (dependent && columns > 1) own[columns - 1] = own.slice(0, -1).reduce((sum, value) => sum + value, 0);
    return own.map((value) => value * sizeX);
  });
  const target = (row: readonly number[], c: number) => (c === 0 ? row[4] + Math.abs(row[0]) : row[0] - row[4]);
  const width = loss === 'softmax' ? Math.max(outputs, 3) : outputs;
  const y = input.rows.map((row) => {
    if (loss === 'softmax') return oneHot(target(row, 0), width);
    return Array.from({ length: width }, (_, c) => {
      const value = target(row, c);
      return loss === 'logistic' || loss === 'squaredHinge' ? (value > 0 ? 1 : -1) : value * sizeY;
    });
  });
  const usedSize = loss === 'squared' ? sizeX * sizeY : sizeX;
  const beta = input.beta * usedSize;
  if (!(beta > 1e-290 && beta < 1e290)) return null;
  return {
    X,
    y: width === 1 ? y.map(([value]) => value) : y,
    options: {
      loss,
      beta,
      bias,
      seed,
      timeLimit: 20,
      ...options,
      ...(weights?.slice(0, X.length).some((weight) => weight > 0) && { sampleWeight: weights.slice(0, X.length) }),
    },
  };
}

/** Relative room for rounding where two runs of the same problem are compared. */
const room = 1e-7;

interface Fit {
  readonly result: cvxnn.TrainResult;
  readonly objective: number;
  readonly lowerBound: number | null;
  /** What the zero network costs: objectives are judged on its scale. */
  readonly scale: number;
}

/** The sum of losses of scores. */
function lossesOf(scores: Float64Array, outputs: number, { y, options }: Problem): number {
  const { loss = 'squared', sampleWeight } = options;
  let sum = 0;
  y.forEach((target: number | number[], k: number) => {
    const own = typeof target === 'number' ? [target] : target;
    const weight = sampleWeight ? (sampleWeight as ArrayLike<number>)[k] : 1;
    if (weight > 0) sum += weight * lossOf(loss, Array.from(scores.subarray(k * outputs, (k + 1) * outputs)), own, 1);
  });
  return sum;
}

/** A fit and everything that must hold of it alone; null where the arguments were refused. */
function fit(library: Library, family: Family, problem: Problem, changes: Partial<cvxnn.TrainOptions> = {}): Fit | null {
  const stated = { ...problem, options: { ...problem.options, ...changes } };
  let result: cvxnn.TrainResult;
  try {
    result = library.trainSync(family.make(library), stated.X, stated.y as number[], stated.options);
  } catch (error) {
    const { code, message, name } = error as cvxnn.CvxnnError;
    hold(code === 'argument' || code === 'memory-limit', `${name}: ${message}`);
    return null;
  }
  const { objective, lowerBound, gap, patternBound, patternGap } = result.certificate;
  hold(Number.isFinite(objective) && objective >= 0, `the objective is ${objective}`);
  hold(lowerBound === null || lowerBound <= objective, `the bound ${lowerBound} is above the objective ${objective}`);
  hold(gap === null || gap >= 0, `the gap is ${gap}`);
  hold(
    patternBound <= objective && patternGap >= 0,
    `the bound over the patterns ${patternBound} is above the objective ${objective}`,
  );
  const { tolerance = 1e-6 } = stated.options;
  hold(result.status !== 'optimal' || patternGap <= tolerance * (1 + 1e-6), `optimal with a gap of ${patternGap}`);
  const { network } = result;
  const zero = lossesOf(new Float64Array(stated.X.length * network.outputs), network.outputs, stated);
  const scale = Math.max(zero, objective);
  // The network's own predictions and penalty: no number of the certificate is used.
  const own = lossesOf(network.predict(stated.X), network.outputs, stated) + stated.options.beta * network.weightPenalty();
  hold(Math.abs(own - objective) <= room * scale, `the network attains ${own}, the certificate says ${objective}`);
  return { result, objective, lowerBound, scale };
}

/** No result may lie below what another one of the same problem proves. */
function agree(one: Fit | null, other: Fit | null, what: string): void {
  if (!one || !other) return;
  const slack = room * Math.max(one.scale, other.scale);
  for (const [a, b] of [
    [one, other],
    [other, one],
  ])
    hold(
      a.lowerBound === null || b.objective >= a.lowerBound - slack,
      `${what}: ${b.objective} is below the proven bound ${a.lowerBound}`,
    );
}

const reversed = <T>(list: readonly T[]): T[] => [...list].reverse();

/** Degenerate data under the invariants of a certificate, and under one law of the optimum. */
export function numericsTarget(library: Library): Target<NumericsInput> {
  const check = (input: NumericsInput): void => {
    const problem = problemOf(input);
    if (!problem) return;
    const family = families[input.family];
    const { X, y, options } = problem;
    const { sampleWeight } = options as { sampleWeight?: number[] };
    const first = fit(library, family, problem);
    if (!first) return;
    switch (input.law) {
      case 'rows': {
        const weights = sampleWeight && { sampleWeight: reversed(sampleWeight) };
        agree(
          first,
          fit(library, family, { X: reversed(X), y: reversed(y as number[]), options: { ...options, ...weights } }),
          'rows reversed',
        );
        return;
      }
      case 'columns':
        if (!family.ordered) agree(first, fit(library, family, { ...problem, X: X.map(reversed) }), 'columns reversed');
        return;
      case 'solvers':
        for (const solver of ['fista', 'admm'] as const)
          agree(first, fit(library, family, problem, { solver, tolerance: 1e-4, maxIterations: 3000 }), `solver ${solver}`);
        return;
      case 'repeats': {
        if (!sampleWeight || family.ownStatistics) return;
        const repeat = <T>(list: readonly T[]) => list.flatMap((item, k) => new Array<T>(sampleWeight[k]).fill(item));
        const { sampleWeight: _, ...rest } = options;
        agree(
          first,
          fit(library, family, { X: repeat(X), y: repeat(y as number[]), options: rest }),
          'rows repeated for weights',
        );
        return;
      }
      case 'offset': {
        if (options.loss !== 'squared' && options.loss !== 'huber') return;
        if (typeof y[0] !== 'number') return;
        const shift = Math.max(...(y as number[]).map(Math.abs));
        const moved = (y as number[]).map((value) => value + shift);
        const shifted = fitWithOffset(library, family, { ...problem, y: moved }, new Array(X.length).fill(shift));
        agree(
          first,
          shifted && { ...shifted, scale: 4 * Math.max(shifted.scale, first.scale) },
          'an offset for targets that are moved',
        );
        return;
      }
      case 'others':
        for (const patterns of [{ sample: 8 }, 'priced', 'all', 'auto'] as const)
          agree(first, fit(library, family, problem, { patterns, seed: input.seed + 1 }), `patterns ${JSON.stringify(patterns)}`);
        return;
      case 'proof': {
        if (!/relu|leaky|absolute/.test(input.family) || /circular/.test(input.family)) return;
        const proven = fit(library, family, problem, { proof: true });
        if (proven?.result.proof) library.verifyCertificate(JSON.parse(JSON.stringify(proven.result.proof)), X, y as number[]);
        return;
      }
    }
  };
  return { name: 'numerics', inputs, check: async (input) => check(input) };
}

/** The same as {@link fit}, on the scale of the certificate alone: predictions of rows with an offset need it again. */
function fitWithOffset(library: Library, family: Family, { X, y, options }: Problem, offset: number[]): Fit | null {
  try {
    const result = library.trainSync(family.make(library), X, y as number[], { ...options, offset });
    const { objective, lowerBound } = result.certificate;
    hold(lowerBound === null || lowerBound <= objective, `the bound ${lowerBound} is above the objective ${objective}`);
    return { result, objective, lowerBound, scale: objective };
  } catch (error) {
    const { code, message, name } = error as cvxnn.CvxnnError;
    hold(code === 'argument' || code === 'memory-limit', `${name}: ${message}`);
    return null;
  }
}
