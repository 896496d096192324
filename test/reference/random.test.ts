import { describe, expect, it } from 'vitest';
import { lossOf, weightDecay } from '../../scripts/reference/case.mjs';
import type { Architecture } from '../../src/architectures/architecture.js';
import { gatedRelu, type LossName, relu, type SolverName, trainSync, vectorRelu } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

/** How rows are made degenerate, exactly: entries are multiples of 1/64. */
type Shape = 'general' | 'duplicates' | 'rank-deficient' | 'zero-rows';

function rows(n: number, d: number, seed: number, shape: Shape): number[][] {
  const X = Array.from({ length: n }, (_, k) => Array.from(numbers(d, 97 * seed + k, 128), (entry) => Math.round(entry) / 64));
  if (shape === 'duplicates') {
    X[1] = X[0].slice();
    X[3] = X[2].map((entry) => -2 * entry);
  }
  if (shape === 'rank-deficient') for (const row of X) row[d - 1] = row[0];
  if (shape === 'zero-rows') {
    X[0] = Array(d).fill(0);
    X[2] = Array(d).fill(0);
  }
  return X;
}

function targets(n: number, outputs: number, seed: number, loss: LossName): number[][] {
  const raw = Array.from({ length: n }, (_, k) => Array.from(numbers(outputs, 31 * seed + 7 * k + 3, 2)));
  if (loss === 'softmax') return raw.map((row) => row.map((entry) => (entry === Math.max(...row) ? 1 : 0)));
  if (loss === 'logistic' || loss === 'squaredHinge') return raw.map((row) => row.map((entry) => (entry > 0 ? 1 : -1)));
  return raw;
}

interface Kind {
  readonly name: string;
  readonly architecture: Architecture;
  readonly losses: readonly LossName[];
  readonly outputs: number;
  readonly columns: readonly number[];
  readonly penalty: 'squared' | 'group';
}

const scalar: LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber'];
const kinds: Kind[] = [
  { name: 'relu', architecture: relu(), losses: scalar, outputs: 1, columns: [2, 3], penalty: 'squared' },
  { name: 'gated', architecture: gatedRelu(), losses: scalar, outputs: 1, columns: [2, 3], penalty: 'squared' },
  { name: 'relu group', architecture: relu(), losses: ['squared', 'softmax'], outputs: 3, columns: [2], penalty: 'group' },
  {
    name: 'gated nuclear',
    architecture: gatedRelu(),
    losses: ['squared', 'softmax', 'huber'],
    outputs: 3,
    columns: [2],
    penalty: 'squared',
  },
  {
    name: 'gated group',
    architecture: gatedRelu({ vectorPenalty: 'group' }),
    losses: ['squared', 'softmax'],
    outputs: 3,
    columns: [2],
    penalty: 'group',
  },
  {
    name: 'vector relu',
    architecture: vectorRelu(),
    losses: ['squared', 'softmax'],
    outputs: 3,
    columns: [2],
    penalty: 'squared',
  },
];
const fileNames: Partial<Record<LossName, string>> = { squaredHinge: 'squared_hinge' };

describe.each(kinds)(
  '$name on random problems of the kinds in the reference',
  ({ architecture, losses, outputs, columns, penalty }) => {
    const shapes: Shape[] = ['general', 'duplicates', 'rank-deficient', 'zero-rows'];
    const problems = losses.flatMap((loss, i) => shapes.map((shape, j) => ({ loss, shape, seed: 10 * i + j + 1 })));
    it.each(problems)('$loss, $shape: three solvers close the gap and agree', ({ loss, shape, seed }) => {
      const d = columns[seed % columns.length];
      const X = rows(9, d, seed, shape);
      const Y = targets(9, outputs, seed, loss);
      const y = outputs === 1 ? Y.map(([entry]) => entry) : Y;
      const item = { loss: fileNames[loss] ?? loss, data: { y: { data: Y.flat() }, Y: { data: Y.flat(), shape: [9, outputs] } } };
      const beta = seed % 3 === 0 ? 0.02 : 0.2;
      const open = architecture.patterns === 'gates' && (shape === 'duplicates' || (shape === 'rank-deficient' && d === 2));
      const certificates = (['newton', 'fista', 'admm'] as SolverName[]).map((solver) => {
        const maxIterations = solver === 'admm' ? 2000 : 300_000;
        const options = { beta, loss, bias: false, patterns: 'all', solver, maxIterations } as const;
        const { network, certificate, status } = trainSync(architecture, X, y, options);
        // ADMM has a long tail on some cone programs: there it has to say so.
        if (solver !== 'admm') expect([solver, status]).toEqual([solver, 'optimal']);
        // Opposite or dependent rows without a bias have patterns on boundaries of cells, of which lists of gates claim nothing.
        if (open) expect(certificate.lowerBound).toBeNull();
        else expect(certificate.provenGlobal).toBe(status === 'optimal');
        const own = lossOf(item, network.predict(X)) + beta * weightDecay(network, penalty);
        expect(Math.abs(own - certificate.objective)).toBeLessThanOrEqual(1e-9 * certificate.objective);
        return certificate;
      });
      const lower = Math.max(...certificates.map(({ patternBound }) => patternBound));
      for (const { objective, patternGap } of certificates) {
        expect(objective).toBeGreaterThanOrEqual(lower * (1 - 1e-9));
        expect(objective - lower).toBeLessThanOrEqual((patternGap <= 1e-6 ? 1e-6 : 1e-2) * objective);
      }
    });
  },
);
