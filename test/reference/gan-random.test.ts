import { describe, expect, it } from 'vitest';
import { ganPrograms } from '../../scripts/reference/gan.mjs';
import { judge } from '../../scripts/reference/judge.mjs';
import * as cvxnn from '../../src/index.js';
import { createRandom } from '../../src/random.js';

type Program = keyof typeof ganPrograms;

/** Gaussian entries, multiples of 1/64 as in the reference cases. */
function matrix(n: number, d: number, seed: number, scale = 1) {
  const random = createRandom(seed, 55);
  return { shape: [n, d], data: Array.from({ length: n * d }, () => Math.round(64 * scale * random.normal()) / 64) };
}

/** Cases of every program as the reference files have them, without answers: what is asked is that our own bounds close. */
function casesOf(program: Program, seed: number): object[] {
  const n = 5 + (seed % 6);
  const d = 1 + (seed % 4);
  switch (program) {
    case 'gan-linear-discriminator':
      return (['linear', 'relu', 'gated'] as const).flatMap((generator) =>
        [0.1, 3, 100].map((betaD) => ({
          data: { X: matrix(n + 1, d, seed), Z: matrix(n, 1 + (seed % 3), seed + 1) },
          params: { beta_d: betaD, beta_g: 0.3, generator },
        })),
      );
    case 'gan-quadratic-discriminator':
      return ['output', 'weights'].flatMap((regularizer) =>
        [0.2, 5, 1000].map((betaD) => ({
          data: { X: matrix(n + 2, d, seed, 2), Z: matrix(n, d, seed + 1) },
          params: { beta_d: betaD, regularizer },
        })),
      );
    case 'gan-relu-discriminator-value':
      return [{ data: { X: matrix(n, d, seed), G: matrix(n - 1, d, seed + 1, 1.5) }, params: {} }];
    case 'gan-relu-discriminator-1d':
      return [0.05, 0.75, 50].flatMap((betaD) =>
        [-2, 0, 2].map((shift) => {
          const { data } = matrix(n, 1, seed);
          return { data: { x: { shape: [n], data: data.map((entry) => entry + shift) } }, params: { beta_d: betaD } };
        }),
      );
    case 'gan-two-layer-generator':
      return [0.03, 0.3, 30].map((beta) => ({
        data: { X: matrix(n + 4, d, seed, 2), Z: matrix(n + 4, d, seed + 1), gates: matrix(5, d, seed + 2) },
        params: { beta_d: 1 },
        beta,
      }));
    case 'gan-progressive':
      return [1, 20].map((betaD) => ({
        data: { X1: matrix(n + 4, d, seed, 2), X2: matrix(n + 5, d + 1, seed + 1, 2), Z: matrix(n + 4, d, seed + 2) },
        params: { beta_d: [betaD, 2 * betaD], ones_column: true },
      }));
  }
}

describe.each(Object.keys(ganPrograms) as Program[])('random cases of %s', (program) => {
  it('close their own gap and satisfy their constraints', async () => {
    let judged = 0;
    for (let seed = 0; seed < 8; seed++) {
      for (const item of casesOf(program, 31 * seed)) {
        const { detail, ...result } = await ganPrograms[program]({ program, ...item } as never, cvxnn as never);
        const problems = judge({ program, ...item }, result, detail ?? {});
        expect([item, problems]).toEqual([item, []]);
        judged++;
      }
    }
    expect(judged).toBeGreaterThanOrEqual(8);
  });

  it('are not ok with a wrong answer', async () => {
    const [item] = casesOf(program, 7);
    const { detail, ...result } = await ganPrograms[program]({ program, ...item } as never, cvxnn as never);
    const value = result.value as number;
    expect(judge({ program, ...item, optimum: value }, result, detail ?? {})).toEqual([]);
    for (const wrong of [value + 1e-4 * (1 + value), value - 1e-4 * (1 + value)])
      expect(judge({ program, ...item, optimum: wrong }, result, detail ?? {})).not.toEqual([]);
  });
});

describe('the constraint of a case', () => {
  it('is checked from the samples alone', async () => {
    const [item] = casesOf('gan-quadratic-discriminator', 3) as [{ params: { beta_d: number } }];
    const { detail, ...result } = await ganPrograms['gan-quadratic-discriminator'](item as never, cvxnn as never);
    const [[value, limit, size]] = detail.violations as number[][];
    expect(value).toBeLessThanOrEqual(limit * (1 + 1e-9));
    expect(value).toBeGreaterThan(limit * (1 - 1e-9));
    const tighter = { ...detail, violations: [[value, limit - 1e-6 * size, size]] };
    const program = 'gan-quadratic-discriminator';
    expect(judge({ program, ...item }, result, tighter)).toEqual([expect.stringContaining('discriminator value')]);
  });
});
