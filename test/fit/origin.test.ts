import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/architectures/architecture.js';
import { originOf } from '../../src/fit/origin.js';
import {
  ArgumentError,
  batchNormGated,
  circularGated,
  enumeratePatterns,
  gatedRelu,
  gatedThreeLayer,
  layerwise,
  quadratic,
  relu,
  type TrainResult,
  threshold,
  trainSync,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const table = (seed: number) =>
  Array.from({ length: 8 }, (_, k) => Array.from(numbers(16, seed, 0.5).subarray(2 * k, 2 * k + 2)));
const X = table(1);
const others = table(2);
const y = Array.from(numbers(8, 3, 0.5));
const options = { beta: 0.005 };

const families: Readonly<Record<string, () => Architecture>> = {
  relu,
  'gated relu': gatedRelu,
  'batch normalization, gated': batchNormGated,
  'circular, gated': circularGated,
  'gated three layers': gatedThreeLayer,
  layerwise,
};

describe('where a warm start comes from', () => {
  for (const [name, family] of Object.entries(families)) {
    it(`${name}: a result on other rows changes nothing`, () => {
      const warmStart = trainSync(family(), others, y, options);
      const cold = trainSync(family(), X, y, options);
      const warm = trainSync(family(), X, y, { ...options, warmStart });
      expect(JSON.stringify(warm.network)).toBe(JSON.stringify(cold.network));
      expect(warm.certificate).toEqual(cold.certificate);
    });

    // A local search for gates of several layers may end elsewhere from elsewhere; the others see all patterns of so few rows.
    if (name === 'gated three layers') continue;
    it(`${name}: a result on these rows is no worse than none`, () => {
      const cold = trainSync(family(), X, y, options);
      const warm = trainSync(family(), X, y, { ...options, warmStart: trainSync(family(), X, y, { beta: 0.02 }) });
      expect(warm.certificate.objective).toBeLessThanOrEqual(cold.certificate.objective * (1 + 2e-6));
    });
  }

  const refused: Readonly<Record<string, [Architecture, unknown, string]>> = {
    'of another family': [gatedRelu(), trainSync(quadratic(), X, y, options), 'of ["quadratic"]'],
    'of threshold units': [batchNormGated(), trainSync(threshold(), X, y, options), 'of ["threshold"]'],
    'read from JSON': [quadratic(), JSON.parse(JSON.stringify(trainSync(quadratic(), X, y, options))), 'as JSON leaves it'],
    'of fewer rows': [relu(), trainSync(relu(), X.slice(1), y.slice(1), options), 'for 7 rows'],
    'of another number of outputs': [
      relu(),
      trainSync(
        relu(),
        X,
        y.map((v) => [v, v]),
        options,
      ),
      'for 2 outputs',
    ],
    'a network': [relu(), trainSync(relu(), X, y, options).network, 'no result of train'],
  };
  for (const [name, [family, warmStart, message]] of Object.entries(refused)) {
    it(`a warm start ${name} is refused`, () => {
      const warm = () => trainSync(family, X, y, { ...options, warmStart: warmStart as TrainResult });
      expect(warm).toThrow(ArgumentError);
      expect(warm).toThrow(message);
    });
  }

  it('tells tables apart by any entry, by the order of rows and by their shape', () => {
    const origin = (data: readonly number[], columns: number) =>
      originOf(relu(), { X: { data: Float64Array.from(data), rows: data.length / columns, columns } }).rows;
    const rows = [1, 2, 3, 4, 5, 6];
    expect(origin(rows, 2)).toBe(origin(rows.slice(), 2));
    expect(origin(rows, 3)).not.toBe(origin(rows, 2));
    expect(origin([3, 4, 1, 2, 5, 6], 2)).not.toBe(origin(rows, 2));
    expect(origin([1, 2, 3, 4, 5, 6 + 1e-15], 2)).not.toBe(origin(rows, 2));
    expect(origin([0, 1], 1)).toBe(origin([-0, 1], 1));
  });
});

describe('patterns of another table', () => {
  it('have the bits of their gates on these rows', async () => {
    const patterns = await enumeratePatterns(others);
    for (const family of [gatedRelu(), threshold(), relu()]) {
      const given = trainSync(family, X, y, { ...options, patterns });
      const gates = patterns.gates ?? new Float64Array(0);
      const same = trainSync(family, X, y, { ...options, patterns: { gates } });
      expect(JSON.stringify(given.network)).toBe(JSON.stringify(same.network));
      expect(given.certificate.objective).toBeLessThan(y.reduce((sum, v) => sum + 0.5 * v * v, 0));
      expect(given.certificate.patternGap).toBeLessThan(1e-6);
    }
  });

  it('are refused where their gates are of other columns, or no numbers', async () => {
    const patterns = await enumeratePatterns(others, { bias: false });
    const fit = (changed: object) => () => trainSync(gatedRelu(), X, y, { ...options, patterns: { ...patterns, ...changed } });
    expect(fit({})).toThrow('rows of 3 numbers (a column for the bias counts)');
    expect(fit({ gates: null })).toThrow('without gates');
    expect(fit({ gates: undefined })).toThrow('without gates');
    expect(fit({ bits: Array.from(patterns.bits) })).toThrow('without typed arrays');
    expect(fit({ gates: new Float64Array(3 * patterns.count).fill(Number.NaN) })).toThrow('not finite');
  });
});
