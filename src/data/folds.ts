import { ArgumentError } from '../errors.js';
import { createRandom, type Random } from '../random.js';
import { count, describeValue } from './describe.js';

/** Sample numbers of two disjoint parts that together are all samples, both ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface SplitOptions {
  /** Class number of every sample: every part then holds the classes in the proportions of the whole. Default: none. */
  readonly strata?: Int32Array | null;
  /** Default 0. */
  readonly seed?: number;
  /** Number of the repetition: another draw under the same seed. Default 0. */
  readonly repeat?: number;
}

/** Streams of the generator, one range for each use, so that folds and splits under one seed are independent. */
const FOLD_STREAM = 0x10000000;
const SPLIT_STREAM = 0x20000000;

/**
 * Assigns every sample to one of `folds` folds. Fold sizes differ by at most one, and so do the numbers of each class.
 *
 * @returns The fold of every sample.
 * @throws {@link ArgumentError} unless 2 <= folds <= samples.
 */
export function assignFolds(samples: number, folds: number, options: SplitOptions = {}): Int32Array {
  if (!Number.isInteger(folds) || folds < 2 || folds > samples) {
    throw new ArgumentError('folds', describeValue(folds), `an integer from 2 to the ${count(samples, 'row')} of X`);
  }
  const random = createRandom(options.seed ?? 0, FOLD_STREAM + (options.repeat ?? 0));
  const foldOf = new Int32Array(samples);
  // Dealt like cards, class after class without starting anew: that balances classes and sizes at once.
  let next = 0;
  for (const members of shuffledStrata(samples, options.strata ?? null, random)) {
    for (const sample of members) {
      foldOf[sample] = next;
      next = next + 1 === folds ? 0 : next + 1;
    }
  }
  return foldOf;
}

/** The split that tests on fold `fold` and trains on the others. */
export function foldSplit(foldOf: Int32Array, fold: number): Split {
  const all = foldOf.map((_, sample) => sample);
  return { train: all.filter((sample) => foldOf[sample] !== fold), test: all.filter((sample) => foldOf[sample] === fold) };
}

/**
 * Splits the samples into a training and a test part.
 *
 * The test part has round(fraction n) samples. With strata each class gives its share, rounded by largest remainder, and
 * keeps at least one sample for training (the test part is smaller then).
 *
 * @param fraction - Share of the test part, strictly between 0 and 1.
 * @throws {@link ArgumentError} for another fraction, or if a part would be empty.
 */
export function trainTestSplit(samples: number, fraction: number, options: SplitOptions = {}): Split {
  if (!(fraction > 0 && fraction < 1)) throw new ArgumentError('test', describeValue(fraction), 'a fraction between 0 and 1');
  const wanted = Math.floor(fraction * samples + 0.5);
  const random = createRandom(options.seed ?? 0, SPLIT_STREAM + (options.repeat ?? 0));
  const strata = shuffledStrata(samples, options.strata ?? null, random);
  const inTest = new Uint8Array(samples);
  shares(
    strata.map((members) => members.length),
    fraction,
    wanted,
  ).forEach((share, stratum) => {
    for (const sample of strata[stratum].subarray(0, share)) inTest[sample] = 1;
  });
  const all = Int32Array.from(inTest, (_, sample) => sample);
  const split = { train: all.filter((sample) => inTest[sample] === 0), test: all.filter((sample) => inTest[sample] === 1) };
  if (split.test.length === 0 || split.train.length === 0) {
    throw new ArgumentError(
      'test',
      describeValue(fraction),
      `a fraction that leaves rows on both sides of ${count(samples, 'row')}`,
    );
  }
  return split;
}

/** Says of one row after another whether it is held out, where their number is not known: each with probability `fraction`. */
export function heldOutRows(fraction: number | null, seed: number): () => boolean {
  const random = createRandom(seed, SPLIT_STREAM);
  return () => fraction !== null && random.uniform() < fraction;
}

/** Samples of each class in shuffled order, classes ascending; all samples as one class without strata. */
function shuffledStrata(samples: number, strata: Int32Array | null, random: Random): Int32Array[] {
  const all = new Int32Array(samples).map((_, sample) => sample);
  if (strata === null) return [random.shuffle(all)];
  const groups = new Map<number, number[]>();
  for (let sample = 0; sample < samples; sample++) {
    const group = groups.get(strata[sample]);
    if (group) group.push(sample);
    else groups.set(strata[sample], [sample]);
  }
  return Array.from(groups.keys())
    .sort((a, b) => a - b)
    .map((key) => random.shuffle(Int32Array.from(groups.get(key) ?? [])));
}

/** Largest-remainder shares of `total`, at most size - 1 from each class (ties: the earlier class). */
function shares(sizes: number[], fraction: number, total: number): number[] {
  const exact = sizes.map((size) => size * fraction);
  const result = exact.map((share, k) => Math.min(Math.floor(share), sizes[k] - 1));
  let missing = total - result.reduce((sum, share) => sum + share, 0);
  const byRemainder = sizes.map((_, k) => k).sort((a, b) => exact[b] - result[b] - (exact[a] - result[a]) || a - b);
  for (const k of byRemainder) {
    if (missing > 0 && result[k] < sizes[k] - 1) {
      result[k]++;
      missing--;
    }
  }
  return result;
}
