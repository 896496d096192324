import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absoluteValue,
  CertificateError,
  leakyRelu,
  relu,
  type TrainOptions,
  type Verification,
  verifyCertificate,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';
import { classesOf, proofOf, signs, table } from './proofs.js';

/** The certificate proves what the result says, as tightly as the tolerance asks. */
function expectAccepted({ result, proof }: ReturnType<typeof proofOf>, X: number[][], y: number[] | number[][]): Verification {
  const found = verifyCertificate(proof, X, y);
  const { objective, lowerBound, relativeGap, provenGlobal } = result.certificate;
  expect(provenGlobal).toBe(true);
  expect(found.lowerBound).toBeGreaterThanOrEqual(lowerBound ?? Number.POSITIVE_INFINITY);
  expect(Math.abs(found.objective - objective)).toBeLessThanOrEqual(1e-11 * Math.abs(objective));
  expect(found.relativeGap).toBeLessThanOrEqual((relativeGap ?? 0) + 1e-11);
  expect(found.gap).toBe(found.objective - found.lowerBound);
  return found;
}

describe('a certificate of a problem with an offset', () => {
  const { X, y } = table(24, 2, 3);
  const three = classesOf(y);
  const settings: [string, number[] | number[][], Partial<TrainOptions>][] = [
    ['squared', y, {}],
    ['logistic', signs(y), { loss: 'logistic' }],
    ['squared hinge', signs(y), { loss: 'squaredHinge' }],
    ['Huber', y, { loss: 'huber', huberDelta: 2 }],
    ['softmax', three, { loss: 'softmax' }],
    ['three outputs, logistic', three.map((row) => row.map((entry) => 2 * entry - 1)), { loss: 'logistic' }],
  ];
  for (const [name, targets, options] of settings) {
    const width = Array.isArray(targets[0]) ? targets[0].length : 1;
    const draws = numbers(24 * width, 31, 1.5);
    const rows = X.map((_, k) => Array.from({ length: width }, (__, c) => draws[k * width + c]));
    const own = { beta: 0.1, patterns: 'certified', ...options } as const;

    it(`is accepted, and states it: ${name}`, () => {
      const made = proofOf(X, targets, { ...own, offset: rows });
      expect(made.proof.version).toBe(2);
      expect(made.proof.problem.offset).toEqual(rows.flat());
      expectAccepted(made, X, targets);
    });

    it(`states one number for every output where rows share it: ${name}`, () => {
      const shared = rows[0].map((_, c) => 0.4 - 0.3 * c);
      const made = proofOf(X, targets, { ...own, offset: X.map(() => shared) });
      expect(made.proof.problem.offset).toEqual(shared);
      expectAccepted(made, X, targets);
    });

    it(`is refused with another offset, or with none: ${name}`, () => {
      const { proof } = proofOf(X, targets, { ...own, offset: rows });
      const others = [null, rows.flat().map((entry, at) => (at === 5 ? entry + 1e-6 : entry)), rows[0]];
      for (const offset of others) {
        const changed = { ...proof, problem: { ...proof.problem, offset } };
        expect(() => verifyCertificate(changed, X, targets)).toThrow(CertificateError);
      }
      const { length } = rows.flat();
      expect(() =>
        verifyCertificate({ ...proof, problem: { ...proof.problem, offset: rows.flat().slice(1) } }, X, targets),
      ).toThrow(`problem.offset`);
      expect(proof.problem.offset?.length).toBe(length);
    });
  }

  it('of a fit without one is as good as a file of version 1, whose offset does not count', () => {
    const { proof } = proofOf(X, y, { beta: 0.1, patterns: 'certified' });
    const { offset, ...problem } = proof.problem;
    expect(offset).toBeNull();
    const old = { ...proof, version: 1, problem };
    expect(verifyCertificate(old, X, y)).toEqual(verifyCertificate(proof, X, y));
    expect(() => verifyCertificate({ ...proof, problem }, X, y)).toThrow('problem.offset is missing');
  });
});

describe('a certificate of branch and bound is accepted', () => {
  const { X, y } = table(24, 2, 3);
  const weights = Array.from(numbers(24, 9), (w, k) => (k % 7 === 0 ? 0 : Math.abs(w)));
  const settings: [string, number[] | number[][], Partial<TrainOptions>][] = [
    ['squared', y, {}],
    ['logistic', signs(y), { loss: 'logistic' }],
    ['squared hinge', signs(y), { loss: 'squaredHinge' }],
    ['Huber', y, { loss: 'huber', huberDelta: 0.2 }],
    ['softmax', classesOf(y), { loss: 'softmax' }],
    ['two outputs', y.map((entry, k) => [entry, X[k][0] - entry]), {}],
    ['three outputs, logistic', classesOf(y).map((row) => row.map((entry) => 2 * entry - 1)), { loss: 'logistic' }],
    ['no bias', y, { bias: false }],
    ['tiny beta', y, { beta: 1e-3 }],
    ['beta above betaMax', y, { beta: 1e3 }],
  ];
  for (const [name, targets, options] of settings) {
    for (const weighted of [false, true]) {
      it(`${name}${weighted ? ', weighted' : ''}`, () => {
        const own = { beta: 0.1, patterns: 'certified', ...options, ...(weighted ? { sampleWeight: weights } : {}) } as const;
        for (const architecture of [relu(), leakyRelu(0.3), leakyRelu(-0.4)])
          expectAccepted(proofOf(X, targets, own, architecture), X, targets);
      });
    }
  }

  it('absolute values, whose two signs are one', () => {
    expectAccepted(proofOf(X, y, { beta: 0.1, patterns: 'certified' }, absoluteValue()), X, y);
  });

  it.each([
    [30, 1],
    [60, 3],
    [40, 4],
  ])('%i rows of %i columns', (n, d) => {
    const other = table(n, d, n + d);
    const found = expectAccepted(proofOf(other.X, other.y, { beta: 0.2, patterns: 'certified' }), other.X, other.y);
    expect(found.cones).toBeGreaterThan(2 * d);
  });

  it('rank deficient, zero, equal and opposite rows, at scales from 1e-9 to 1e9', () => {
    const base = table(20, 3, 9);
    const rows = base.X.map((row) => row.slice());
    rows[0] = [0, 0, 0];
    rows[1] = rows[2].slice();
    rows[3] = rows[4].map((entry) => -2 * entry);
    rows[5] = rows[6].map((entry) => entry / 3);
    for (const row of rows) row[2] = row[0] - 3 * row[1];
    for (const scale of [1e-9, 1, 1e9]) {
      // With a bias column of ones, another scale of X would be another problem.
      for (const bias of scale === 1 ? [false, true] : [false]) {
        const scaled = rows.map((row) => row.map((entry) => entry * scale));
        const made = proofOf(scaled, base.y, { beta: 0.1 * scale, bias, patterns: 'certified' });
        if (!bias) {
          expect(made.proof.rows.basis?.length).toBe(6);
          expect(made.proof.rows.merged.map(([k]) => k)).toEqual(expect.arrayContaining([4]));
        }
        expectAccepted(made, scaled, base.y);
      }
    }
  });

  it('targets at 1e-150 and 1e100', () => {
    for (const scale of [1e-150, 1e100]) {
      const scaled = y.map((entry) => entry * scale);
      expectAccepted(proofOf(X, scaled, { beta: 0.1 * scale, patterns: 'certified' }), X, scaled);
    }
  });

  it('of any random problem', () => {
    const losses = ['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'] as const;
    fc.assert(
      fc.property(
        fc.record({
          n: fc.integer({ min: 1, max: 14 }),
          d: fc.integer({ min: 1, max: 3 }),
          seed: fc.integer({ min: 1, max: 1e6 }),
          loss: fc.constantFrom(...losses),
          bias: fc.boolean(),
          ties: fc.boolean(),
          beta: fc.constantFrom(0.01, 0.1, 1),
          slope: fc.constantFrom(0, 0, 0.2, -0.5),
          patterns: fc.constantFrom('certified' as const, 'all' as const),
        }),
        ({ n, d, seed, loss, bias, ties, beta, slope, patterns }) => {
          const own = table(n, d, seed);
          const rows = ties ? own.X.map((row) => row.map((entry) => Math.round(2 * entry))) : own.X;
          const labels = loss === 'logistic' || loss === 'squaredHinge';
          const targets = loss === 'softmax' ? classesOf(own.y) : labels ? signs(own.y) : own.y;
          const architecture = slope === 0 ? relu() : leakyRelu(slope);
          expectAccepted(proofOf(rows, targets, { beta, loss, bias, patterns }, architecture), rows, targets);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a certificate of listed patterns is accepted', () => {
  it.each(['all', 'auto'] as const)('%s', (patterns) => {
    const { X, y } = table(14, 2, 21);
    for (const [loss, targets] of [
      ['squared', y],
      ['logistic', signs(y)],
      ['softmax', classesOf(y)],
    ] as const)
      expectAccepted(proofOf(X, [...targets] as number[], { beta: 0.1, loss, patterns }), X, [...targets] as number[]);
  });
});

describe('the reference', () => {
  it.each(['logistic-n60-d2', 'squared-n100-d4', 'squared-n200-d3'])('%s has a certificate that holds', (name) => {
    const file = new URL(`../reference/certified-${name}.json`, import.meta.url);
    const { data, beta, loss, params, optimum } = JSON.parse(readFileSync(file, 'utf8'));
    const [n, d] = data.X.shape;
    const X = Array.from({ length: n }, (_, k) => data.X.data.slice(k * d, (k + 1) * d));
    const y = (data.y ?? data.Y).data;
    const found = expectAccepted(proofOf(X, y, { beta, loss, bias: params.bias, patterns: 'certified' }), X, y);
    expect(found.lowerBound).toBeLessThanOrEqual(optimum * (1 + 1e-9));
    expect(found.objective).toBeLessThanOrEqual(optimum * (1 + 1e-6));
  });
});
