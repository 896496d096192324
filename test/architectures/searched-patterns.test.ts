import { describe, expect, it } from 'vitest';
import { type Architecture, circularGated, circularRelu, convolutional, gatedConvolutional, trainSync } from '../../src/index.js';
import type { Pooling } from '../../src/network/convolutional-spec.js';
import { numbers } from '../support/kernel-harness.js';

interface Kind {
  readonly name: string;
  readonly outputs: number;
  make(length: number, filter: number): Architecture;
}

const gated = (pooling: Pooling, regions: number, outputs: number): Kind => ({
  name: `gated, ${pooling}, ${regions} regions, ${outputs} outputs`,
  outputs,
  make: (length, filter) => gatedConvolutional({ image: [length], filter, pooling, regions }),
});
const kinds: Kind[] = [
  {
    name: 'relu, max',
    outputs: 1,
    make: (length, filter) => convolutional({ image: [length], filter, pooling: 'max' }),
  },
  gated('average', 1, 2),
  gated('average', 2, 1),
  gated('sum', 2, 2),
  gated('max', 1, 1),
  gated('max', 2, 2),
  { name: 'circular relu', outputs: 1, make: circularRelu },
  { name: 'circular gated', outputs: 2, make: circularGated },
];
const shapes = [
  { length: 3, filter: 2, n: 8 },
  { length: 4, filter: 2, n: 7 },
  { length: 4, filter: 3, n: 5 },
];
const cases = shapes.flatMap((shape) => [1, 2, 3].map((seed) => ({ ...shape, seed })));

describe.each(kinds)('searched patterns: $name', ({ make, outputs }) => {
  it.each(cases)('$length pixels, filter $filter, seed $seed: the optimum over all, at most that of a sample', (shape) => {
    const { length, filter, n, seed } = shape;
    const X = Array.from({ length: n }, (_, k) => Array.from(numbers(length, 41 * seed + k)));
    const Y = Array.from({ length: n }, (_, k) => Array.from(numbers(outputs, 900 + 41 * seed + k)));
    const architecture = make(length, filter);
    const common = { beta: [0.02, 0.1, 0.4][seed % 3], bias: false, tolerance: 1e-6, pricingTolerance: 1e-6, seed };
    const [all, priced, sampled] = (['all', 'priced', { sample: 10 }] as const).map((patterns) => {
      const { certificate, status } = trainSync(architecture, X, Y, { ...common, patterns });
      expect(status).toBe('optimal');
      return certificate;
    });
    expect([all.patterns, priced.patterns, sampled.patterns]).toEqual(['all', 'priced', 'sampled']);
    expect([priced.provenGlobal, priced.lowerBound]).toEqual([false, null]);
    expect(priced.objective).toBeLessThanOrEqual(sampled.objective * (1 + 1e-6));
    expect(Math.abs(priced.objective - all.objective)).toBeLessThanOrEqual(2e-6 * all.objective);
  });
});
