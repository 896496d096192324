import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateInstance, shapeOf, writeInstance } from '../../bench/solve/generate.js';
import { imageInstance, labelledInstance } from '../../bench/solve/images.js';
import { readInstance } from '../../bench/solve/instance.js';
import { Profile } from '../../bench/solve/profile.js';
import { milestones, solveInstance } from '../../bench/solve/solve.js';
import type { Kernels } from '../../src/core/kernels.js';
import { root } from '../support/source-files.js';

describe('generated instances', () => {
  it('are named by their shape', () => {
    expect(shapeOf('syn-2000-20-1000')).toEqual({ n: 2000, d: 20, P: 1000 });
    expect(shapeOf('syn-500-20')).toBeNull();
    expect(shapeOf('bench/suite/syn-1-1-1')).toBeNull();
  });

  it('are the same every time, standardized, with the signs of their gates and the smallest beta that gives zero', () => {
    const instance = generateInstance({ n: 120, d: 3, P: 30 });
    expect(instance.y).toEqual(generateInstance({ n: 120, d: 3, P: 30 }).y);
    expect(generateInstance({ n: 120, d: 3, P: 30 }, 2).y).not.toEqual(instance.y);
    const { X, y, patterns, columns, betaMax } = instance;
    expect(y.reduce((sum, entry) => sum + entry, 0)).toBeCloseTo(0, 10);
    expect(y.reduce((sum, entry) => sum + entry * entry, 0) / 120).toBeCloseTo(1, 10);
    for (let i = 0; i < 30; i++) {
      for (let k = 0; k < 120; k++) {
        expect(X[k * columns + 3]).toBe(1);
        let product = 0;
        for (let j = 0; j < columns; j++) product += X[k * columns + j] * (patterns.gates?.[i * columns + j] ?? Number.NaN);
        expect((patterns.bits[i * patterns.stride + (k >> 3)] >> (k & 7)) & 1).toBe(product >= 0 ? 1 : 0);
      }
    }
    const active = (share: number) => solveInstance(instance, 'gated', share * betaMax, 1e-9, 'newton').activeBlocks;
    expect(active(1 + 1e-6)).toBe(0);
    expect(active(0.99)).toBeGreaterThan(0);
  });

  it('are written as other programs read them', () => {
    const instance = generateInstance({ n: 10, d: 2, P: 4 }, 3, 'logistic');
    expect(new Set(instance.y)).toEqual(new Set([-1, 1]));
    const folder = mkdtempSync(join(tmpdir(), 'cvxnn-'));
    writeInstance(folder, instance, 'gated', 0.5, 7);
    const problem = JSON.parse(readFileSync(join(folder, 'problem.json'), 'utf8'));
    expect(problem).toEqual({
      name: 'syn-10-2-4',
      loss: 'logistic',
      n: 10,
      d: 3,
      P: 4,
      C: 1,
      program: 'gated',
      beta: 0.5,
      target: 7,
    });
    const X = new Float64Array(Uint8Array.from(readFileSync(join(folder, 'X.bin'))).buffer);
    expect(X).toEqual(instance.X);
    const D = readFileSync(join(folder, 'D.bin'));
    expect(D.length).toBe(40);
    const { bits, stride } = instance.patterns;
    for (let k = 0; k < 10; k++)
      for (let i = 0; i < 4; i++) expect(D[k * 4 + i]).toBe((bits[i * stride + (k >> 3)] >> (k & 7)) & 1);
    rmSync(folder, { recursive: true });
  });
});

describe('images as instances', () => {
  // Pixel 1 never varies.
  const rows = Array.from({ length: 40 }, (_, k) => [k % 7, 3, (k * k) % 11, k % 3]);
  const labels = rows.map((_, k) => k % 10);
  const instance = labelledInstance('some', { rows, labels }, 30, 12);

  it('have standardized columns without those that do not vary, a constant, and one target a class', () => {
    const { X, y, columns, outputs, samples, patterns } = instance;
    expect([samples, columns, outputs, patterns.count]).toEqual([30, 4, 10, 12]);
    for (let j = 0; j < 3; j++) {
      const values = Array.from({ length: 30 }, (_, k) => X[4 * k + j]);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
      expect(values.reduce((sum, value) => sum + value * value, 0) / 30).toBeCloseTo(1, 10);
    }
    for (let k = 0; k < 30; k++) {
      expect(X[4 * k + 3]).toBe(1);
      const targets = Array.from({ length: 10 }, (_, c) => y[c * 30 + k]);
      expect(targets.filter((target) => target === 1).length).toBe(1);
      expect(targets.filter((target) => target === -1).length).toBe(9);
    }
    expect(imageInstance('syn-500-20')).toBeNull();
    expect(imageInstance('mnist')).toBeNull();
  });

  it.each(['gated', 'relu'] as const)('are solved output by output (%s)', (program) => {
    const beta = 0.3 * instance.betaMax;
    const all = solveInstance(instance, program, beta, 1e-8, 'newton');
    const single = Array.from({ length: 10 }, (_, c) => {
      const y = instance.y.subarray(30 * c, 30 * (c + 1));
      return solveInstance({ ...instance, outputs: 1, y }, program, beta, 1e-8, 'newton');
    });
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(all.objective).toBeCloseTo(sum(single.map(({ objective }) => objective)), 10);
    expect(all.lowerBound).toBeCloseTo(sum(single.map(({ lowerBound }) => lowerBound)), 10);
    expect(all.relativeGap).toBeLessThanOrEqual(1e-8);
    expect(all.reached['1e-6']).not.toBeNull();
    // (signs, outputs, patterns, columns)
    const block = 12 * 4;
    single.forEach(({ weights }, c) => {
      for (let sign = 0; sign < weights.length / block; sign++) {
        const from = (sign * 10 + c) * block;
        expect(all.weights.subarray(from, from + block)).toEqual(weights.subarray(sign * block, (sign + 1) * block));
      }
    });
    const first = solveInstance(instance, program, beta, 1e-8, 'fista', { timeLimit: 1e-6 });
    expect(first.reached['1e-6']).toBeNull();
  });

  it('are written with a row of targets for every sample', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cvxnn-'));
    writeInstance(folder, instance, 'gated', 0.5, 7);
    const Y = new Float64Array(Uint8Array.from(readFileSync(join(folder, 'Y.bin'))).buffer);
    for (let k = 0; k < 30; k++) for (let c = 0; c < 10; c++) expect(Y[10 * k + c]).toBe(instance.y[30 * c + k]);
    const G = new Float64Array(Uint8Array.from(readFileSync(join(folder, 'G.bin'))).buffer);
    expect(G).toEqual(instance.patterns.gates);
    rmSync(folder, { recursive: true });
  });
});

describe('solves of a benchmark', () => {
  it('reach the optimum of the suite, larger gaps first, and FISTA agrees', () => {
    const instance = readInstance(join(root, 'bench/suite/syn-100-5'));
    for (const program of ['gated', 'relu'] as const) {
      const { beta, best, lower } = instance.best('0.01', program);
      const { reached, objective, lowerBound } = solveInstance(instance, program, beta, 1e-7, 'newton');
      expect(objective).toBeGreaterThanOrEqual((lower as number) * (1 - 1e-9));
      expect(lowerBound).toBeLessThanOrEqual((best as number) * (1 + 1e-9));
      const times = milestones.map((gap) => reached[gap] as number);
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(times.every((time) => time >= 0)).toBe(true);
    }
  });

  it('iterate where that is cheaper than factors, to the same optimum', () => {
    const instance = generateInstance({ n: 900, d: 4, P: 60 });
    for (const program of ['gated', 'relu'] as const) {
      const profile = new Profile();
      const beta = 0.02 * instance.betaMax;
      let factors = 0;
      const counted = (kernels: Kernels): Kernels => ({
        ...kernels,
        choleskyBlock: (A, n, start, work) => {
          if (start === 0) factors++;
          return kernels.choleskyBlock(A, n, start, work);
        },
      });
      const options = { profile: (kernels: Kernels) => profile.wrap(counted(kernels)) };
      const line = solveInstance(instance, program, beta, 1e-7, 'newton', options);
      const other = solveInstance(instance, program, beta, 1e-5, 'fista', { timeLimit: 60 });
      expect(line.relativeGap).toBeLessThanOrEqual(1e-7);
      expect(other.lowerBound).toBeLessThanOrEqual(line.objective * (1 + 1e-12));
      expect(line.lowerBound).toBeLessThanOrEqual(other.objective * (1 + 1e-12));
      const calls = profile.calls('binaryMultiply');
      expect(calls).toBeGreaterThan(2 * line.iterations);
      // Cones leave so few coefficients that factors stay cheaper.
      if (program === 'gated') expect(factors).toBeLessThan(line.iterations / 2);
      else expect(factors).toBeGreaterThan(line.iterations / 2);
    }
  });

  it('end when time is up, at what they have', () => {
    const instance = readInstance(join(root, 'bench/suite/syn-100-5'));
    const { reached, relativeGap } = solveInstance(instance, 'gated', 1, 1e-12, 'fista', { timeLimit: 0 });
    expect(relativeGap).toBeGreaterThan(1e-6);
    expect(reached['1e-6']).toBeNull();
  });
});

describe('a profile', () => {
  it('counts calls, time and nominal operations, and leaves results alone', () => {
    const profile = new Profile();
    const instance = readInstance(join(root, 'bench/suite/syn-100-5'));
    const plain = solveInstance(instance, 'gated', 1, 1e-6, 'newton');
    const line = solveInstance(instance, 'gated', 1, 1e-6, 'newton', { profile: (kernels) => profile.wrap(kernels) });
    expect(line.weights).toEqual(plain.weights);
    const shares = profile.shares(10);
    expect(shares[0].kernel).toBe('(TypeScript)');
    expect(profile.calls('binaryMultiply')).toBeGreaterThan(10);
    const all = profile.shares(1e-4);
    const products = all.find(({ kernel }) => kernel === 'binaryMultiply');
    expect(products?.gflops).toBeGreaterThan(0.1);
    expect(all.map(({ share }) => share)).toEqual(all.map(({ share }) => share).sort((one, other) => other - one));
  });
});
