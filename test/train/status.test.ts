import { describe, expect, it } from 'vitest';
import { gatedRelu, relu, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const draws = numbers(60, 3);
const X = Array.from({ length: 20 }, (_, k) => [draws[2 * k], draws[2 * k + 1]]);
const y = X.map(([a, b], k) => Math.max(0, a - b) + 0.2 * draws[40 + k]);

describe('what a status says', () => {
  it('is the iteration limit where so many steps were taken', () => {
    const { status, iterations } = trainSync(relu(), X, y, { beta: 0.01, maxIterations: 3 });
    expect(status).toBe('iteration-limit');
    expect(iterations).toBe(3);
  });

  it('is the iteration limit where the nodes of a proof were used up', () => {
    const four = X.map(([a, b], k) => [a, b, draws[k], draws[k + 20]]);
    const { status, certificate } = trainSync(relu(), four, y, { beta: 0.01, patterns: 'certified', maxNodes: 1 });
    expect(certificate.provenGlobal).toBe(false);
    expect(status).toBe('iteration-limit');
  });

  it('is optimal where the tolerance is reached', () => {
    expect(trainSync(relu(), X, y, { beta: 0.01 }).status).toBe('optimal');
    expect(trainSync(gatedRelu(), X, y, { beta: 0.01, patterns: { sample: 10 } }).status).toBe('optimal');
  });

  for (const offset of [1e7, 1e8, 1e9]) {
    it(`is stalled, far from any limit, where rounding ends a fit: an offset of ${offset}`, () => {
      const far = X.map(([a, b]) => [offset + a, offset + b]);
      const { status, iterations, certificate } = trainSync(relu(), far, y, { beta: 1e-3, maxIterations: 100_000 });
      if (certificate.patternGap <= 1e-6) expect(status).toBe('optimal');
      else {
        expect(status).toBe('stalled');
        expect(iterations).toBeLessThan(100_000);
      }
    });
  }

  it('has stalled for at least one of these', () => {
    const far = X.map(([a, b]) => [1e8 + a, 1e8 + b]);
    expect(trainSync(relu(), far, y, { beta: 1e-3, maxIterations: 100_000 }).status).toBe('stalled');
  });
});

describe('offsets and sizes of columns', () => {
  const zero = y.reduce((sum, v) => sum + 0.5 * v * v, 0);
  for (const offset of [1, 30, 300]) {
    it(`a searched optimum is near that over all patterns: an offset of ${offset}`, () => {
      const far = X.map(([a, b]) => [offset + a, b]);
      const all = trainSync(relu(), far, y, { beta: 0.01, patterns: 'all' });
      const priced = trainSync(relu(), far, y, { beta: 0.01, patterns: 'priced' });
      expect(all.status).toBe('optimal');
      expect(priced.certificate.objective).toBeLessThan(1.02 * all.certificate.objective);
      expect(all.certificate.objective).toBeLessThan(zero);
    });
  }

  for (const size of [1e-6, 1e-3, 1e3, 1e6]) {
    it(`a searched optimum is near that over all patterns: a column of size ${size}`, () => {
      const sized = X.map(([a, b]) => [size * a, b]);
      const all = trainSync(relu(), sized, y, { beta: 0.01, patterns: 'all' });
      const priced = trainSync(relu(), sized, y, { beta: 0.01, patterns: 'priced' });
      expect(priced.certificate.objective).toBeLessThan(1.02 * all.certificate.objective);
      expect(all.certificate.objective).toBeLessThanOrEqual(zero);
    });
  }
});
