import type { Architecture } from '../../src/architectures/architecture.js';
import { absoluteValue, leakyRelu, relu } from '../../src/architectures/two-layer.js';
import { betaMaxSync } from '../../src/beta-max.js';
import type { TwoLayerNetwork } from '../../src/network/network.js';
import type { TrainOptions } from '../../src/options.js';
import type { LossName } from '../../src/program/losses.js';
import { createRandom, type Random } from '../../src/random.js';

/** A training problem made to break certificates, and how it was made: enough to make it again. */
export interface AdversarialCase {
  readonly name: string;
  readonly seed: number;
  readonly architecture: Architecture<TwoLayerNetwork>;
  /** phi(z) = max(z, slope z). */
  readonly slope: number;
  readonly X: number[][];
  readonly y: number[] | number[][];
  readonly outputs: number;
  readonly options: TrainOptions & { readonly loss: LossName; readonly bias: boolean };
}

type Rows = number[][];
const each = (X: Rows, map: (entry: number, k: number, j: number) => number): Rows =>
  X.map((row, k) => row.map((entry, j) => map(entry, k, j)));

/** Ways to be hard: on plain Gaussian rows. */
export const shapes: Readonly<Record<string, (X: Rows, random: Random) => Rows>> = {
  plain: (X) => X,
  'integers with ties': (X) => each(X, (entry) => Math.round(2 * entry)),
  'near duplicates': (X, random) => X.map((row, k) => (k % 2 ? X[k - 1].map((entry) => entry + 1e-9 * random.normal()) : row)),
  'nearly parallel rows': (X, random) =>
    X.map((row, k) => (k % 2 ? X[k - 1].map((entry) => -3 * entry + 1e-7 * random.normal()) : row)),
  'exact multiples': (X) => X.map((row, k) => (k % 3 ? X[k - (k % 3)].map((entry) => (k % 3 === 1 ? -2 : 0.5) * entry) : row)),
  'thin cones': (X) => X.map((row, k) => row.map((entry, j) => (j === 0 ? 1 + 1e-6 * entry : entry * (k % 2 ? 1 : 1e-5)))),
  'rank deficient': (X) => X.map((row) => [...row, row.reduce((sum, entry) => sum + entry, 0)]),
  'constant columns': (X) => X.map((row) => [...row, 3, 0]),
  'huge outliers': (X) => each(X, (entry, k) => (k === 0 ? 1e6 * entry : entry)),
  'many zero rows': (X) => each(X, (entry, k) => (k % 3 ? 0 : entry)),
  'a large mean': (X) => each(X, (entry) => 1000 + entry),
  'rows of sizes 1e-9 to 1e9': (X) => each(X, (entry, k) => entry * 10 ** ((k % 19) - 9)),
  'columns of sizes 1e-6 to 1e6': (X) => each(X, (entry, _, j) => entry * 10 ** ((j % 3) * 6 - 6)),
  'X of size 1e-9': (X) => each(X, (entry) => 1e-9 * entry),
  'X of size 1e9': (X) => each(X, (entry) => 1e9 * entry),
};
/** Sizes of the targets, where the loss has any. */
const targetSizes = [1, 1, 1e-9, 1e9];
/** Shares of beta_max. */
export const betaShares = [1 + 1e-9, 1, 1 - 1e-9, 1 - 1e-6, 0.9, 0.3, 0.03, 1e-3, 1e-6];
const losses: readonly LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'];
const activations = [
  { slope: 0, architecture: relu },
  { slope: 0.2, architecture: () => leakyRelu(0.2) },
  { slope: -0.5, architecture: () => leakyRelu(-0.5) },
  { slope: -1, architecture: absoluteValue },
];

/** What a case may be asked to be; the rest is drawn from its seed. */
export interface Wishes {
  readonly shape?: string;
  readonly share?: number;
  readonly loss?: LossName;
  readonly rows?: number;
}

/** The adversarial problem of a seed: the same on every machine. */
export function adversarialCase(seed: number, wishes: Wishes = {}): AdversarialCase {
  const random = createRandom(seed, 501);
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)];
  const shape = pick(Object.keys(shapes));
  const drawn = { shape, share: pick(betaShares), loss: pick(losses), rows: 4 + random.integer(13), ...wishes };
  const columns = 1 + random.integer(3);
  const size = pick(targetSizes);
  const { slope, architecture: make } = random.integer(2) === 0 ? activations[0] : pick(activations);
  const outputs = drawn.loss === 'softmax' ? 3 : random.integer(4) === 0 ? 2 : 1;
  const bias = random.integer(3) > 0;
  const plain = Array.from({ length: drawn.rows }, () => Array.from({ length: columns }, () => random.normal()));
  const X = shapes[drawn.shape](plain, random);
  const table = targets(plain, outputs, drawn.loss, random, size);
  const sampleWeight =
    random.integer(3) === 0 ? X.map((_, k) => (k % 4 === 1 ? 0 : k % 4 === 2 ? 1e-3 : 2 * random.uniform())) : undefined;
  const y = outputs === 1 ? table.map(([entry]) => entry) : table;
  const architecture = make();
  const stated = { loss: drawn.loss, bias, sampleWeight, ...(drawn.loss === 'huber' ? { huberDelta: 0.5 * size } : {}) };
  const largest = betaMaxSync(architecture, X, y, { ...stated, patterns: 'auto' }).beta;
  const beta = drawn.share * (largest > 0 ? largest : 1);
  const weighted = sampleWeight ? ', weights with zeros' : '';
  const name = `${drawn.shape}, ${drawn.loss}, slope ${slope}, ${drawn.rows} x ${columns}, ${outputs} outputs, beta ${drawn.share} of the largest${weighted}`;
  return { name, seed, architecture, slope, X, y, outputs, options: { ...stated, beta } };
}

/** Targets that a few hinges explain in part, one of them an outlier. */
function targets(X: Rows, outputs: number, loss: LossName, random: Random, size: number): Rows {
  const hinges = Array.from({ length: 3 * outputs }, () => X[0].map(() => random.normal()));
  const scores = X.map((row, k) =>
    Array.from({ length: outputs }, (_, c) => {
      const hinge = (h: number) =>
        Math.max(
          0,
          row.reduce((sum, entry, j) => sum + entry * hinges[3 * c + h][j], 0.3 * h),
        );
      return hinge(0) - hinge(1) + 0.5 * hinge(2) + 0.3 * random.normal() * (k === 1 ? 20 : 1) - 0.2;
    }),
  );
  if (loss === 'softmax') return scores.map((row) => row.map((_, c) => (c === row.indexOf(Math.max(...row)) ? 1 : 0)));
  if (loss === 'logistic' || loss === 'squaredHinge') return scores.map((row) => row.map((score) => (score < 0 ? -1 : 1)));
  return scores.map((row) => row.map((score) => size * score));
}
