import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { gatedRelu, trainSync } from '../../src/index.js';
import { chooseBeta } from '../../src/stream/choose-beta.js';
import { certifyGram, gramBetaMax, squaredLoss } from '../../src/stream/gram-fit.js';
import { gramSolver } from '../../src/stream/gram-solver.js';
import { GramSums } from '../../src/stream/gram-sums.js';
import type { GramPoint } from '../../src/stream/reduced-program.js';
import { reduceProgram } from '../../src/stream/reduced-program.js';
import { uniform } from '../support/loss-cases.js';
import { type MaskedTable, maskedTable, residual } from './table.js';

const norm = (x: Float64Array) => Math.sqrt(x.reduce((sum, entry) => sum + entry * entry, 0));

function gramOf(table: Pick<MaskedTable, 'X' | 'y' | 'gates'>, scope = new Scope(openKernelsSync())) {
  const sums = new GramSums(table.gates, table.X.columns, scope);
  sums.add(table.X, table.y);
  return { gram: sums.total(), scope };
}

function finish<R>(steps: Generator<unknown, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const tables = fc.record({
  n: fc.integer({ min: 1, max: 60 }),
  d: fc.integer({ min: 1, max: 5 }),
  gates: fc.integer({ min: 1, max: 7 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe('the reduced program', () => {
  it('has the loss of the long one at every point, dependent gates included', () => {
    fc.assert(
      fc.property(tables, ({ n, d, gates, seed }) => {
        const table = maskedTable(n, d, gates, seed);
        const { gram, scope } = gramOf(table);
        const { at, pointOf } = reduceProgram(gram, scope);
        const program = at(1);
        const next = uniform(seed + 1);
        const v = scope.copyIn(Float64Array.from({ length: table.width }, next));
        const lambda = scope.zeros(program.features.samples);
        const { v: blocks } = pointOf({ v, lambda, objective: 0, bound: 0, iteration: 0 });
        const fit = scope.vector(program.features.samples);
        program.features.apply(v, fit);
        const long = norm(residual(table, blocks)) ** 2 / 2;
        // Of one unit of v, whatever the units of the program are.
        const unit = norm(blocks) / norm(scope.copyOut(v));
        const penalty = unit * program.regularizer.value(v);
        const short = program.loss.value(fit) * (penalty / (program.beta * program.regularizer.value(v)));
        expect(Math.abs(short - long)).toBeLessThanOrEqual(1e-10 * (long + gram.square));
        expect(Math.abs(squaredLoss(gram, blocks) - long)).toBeLessThanOrEqual(1e-11 * (long + gram.square));
      }),
      { numRuns: 60 },
    );
  });

  it('is solved to the optimum of train on all rows', () => {
    for (const [n, d, gates, share] of [
      [40, 3, 4, 0.1],
      [200, 5, 6, 0.01],
      [30, 6, 9, 0.3],
      [9, 4, 5, 0.001],
    ]) {
      const table = maskedTable(n, d, gates, n);
      const { gram, scope } = gramOf(table);
      const beta = share * gramBetaMax(gram);
      const point = finish(gramSolver(gram, scope).solve(beta, 1e-9, 300));
      const certificate = certifyGram(gram, point, beta, 1e-8);
      expect(certificate.patternGap).toBeLessThanOrEqual(1e-8);
      const X = { data: table.X.data, shape: [n, d] as const };
      const all = trainSync(gatedRelu(), X, table.y, { beta, bias: false, patterns: { gates: table.gates }, tolerance: 1e-9 });
      const slack = 2e-8 * all.certificate.objective;
      expect(Math.abs(certificate.objective - all.certificate.objective)).toBeLessThanOrEqual(slack);
      expect(certificate.patternBound).toBeLessThanOrEqual(all.certificate.objective + 1e-12);
    }
  });
});

describe('the bound from sums', () => {
  /** max over scales t of the dual value of t lambda, from the rows. */
  function longBound(table: MaskedTable, { alpha, w }: Omit<GramPoint, 'v'>, beta: number): number {
    const { T, width, y } = table;
    const d = table.X.columns;
    const Tw = residual(table, w).map((entry, k) => entry + y[k]);
    const lambda = y.map((target, k) => alpha * target + Tw[k]);
    const g = new Float64Array(width);
    lambda.forEach((entry, k) => {
      for (let i = 0; i < width; i++) g[i] += entry * T[k * width + i];
    });
    let most = 0;
    for (let i = 0; i < width; i += d) most = Math.max(most, norm(g.subarray(i, i + d)));
    const along = lambda.reduce((sum, entry, k) => sum + entry * y[k], 0);
    const square = norm(lambda) ** 2;
    const scale = Math.min(most > 0 ? beta / most : Number.POSITIVE_INFINITY, square > 0 ? Math.max(0, along / square) : 0);
    return scale * along - (scale * scale * square) / 2;
  }

  it('is that of the rows, for any dual point, and never above the optimum', () => {
    fc.assert(
      fc.property(tables, fc.double({ min: -1, max: 2, noNaN: true }), ({ n, d, gates, seed }, alpha) => {
        const table = maskedTable(n, d, gates, seed);
        const { gram, scope } = gramOf(table);
        const beta = 0.05 * gramBetaMax(gram) + 1e-3;
        const next = uniform(seed + 2);
        const random = () => Float64Array.from({ length: table.width }, next);
        const point = { v: random(), alpha, w: random() };
        const certificate = certifyGram(gram, point, beta, 1e-6);
        const own = { alpha: 1, w: point.v.map((entry) => -entry) };
        const wanted = Math.max(0, ...[point, own].map((dual) => longBound(table, dual, beta)));
        expect(certificate.patternBound).toBeLessThanOrEqual(wanted * (1 + 1e-13) + 1e-300);
        expect(certificate.patternBound).toBeGreaterThanOrEqual(wanted - 1e-9 * (wanted + gram.square));
        const best = certifyGram(gram, finish(gramSolver(gram, scope).solve(beta, 1e-8, 300)), beta, 1e-6);
        expect(certificate.patternBound).toBeLessThanOrEqual(best.objective);
        expect(certificate.objective).toBeGreaterThanOrEqual(best.patternBound);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the choice of beta', () => {
  it('is the best on the held-out rows among fits of train', () => {
    const [kept, held] = [maskedTable(160, 3, 5, 11), maskedTable(80, 3, 5, 12)].map((table) => ({
      ...table,
      gates: maskedTable(1, 3, 5, 13).gates,
    }));
    const [of, other] = [gramOf(kept), gramOf(held)];
    const { beta } = finish(chooseBeta(of.gram, other.gram, of.scope));
    const loss = (trial: number) => {
      const X = { data: kept.X.data, shape: [160, 3] as const };
      const { network } = trainSync(gatedRelu(), X, kept.y, { beta: trial, bias: false, patterns: { gates: kept.gates } });
      const scores = network.predict({ data: held.X.data, shape: [80, 3] });
      return scores.reduce((sum, score, k) => sum + (score - held.y[k]) ** 2 / 2, 0);
    };
    // 240 rows of which 160 were fitted.
    const chosen = loss((beta * 160) / 240);
    const step = 1e6 ** (1 / 15);
    for (const factor of [1 / step ** 2, 1 / step, step, step ** 2])
      expect(chosen).toBeLessThanOrEqual(loss(((beta * 160) / 240) * factor) * (1 + 2e-3));
  });

  it('looks past first neurons that are worse than none', () => {
    // The first column explains the rows that are kept and misleads about those held; the second, small where it was kept, explains both.
    const gates = Float64Array.of(1, 0, -1, 0);
    const table = (n: number, seed: number, small: number, first: number) => {
      const { data } = maskedTable(n, 2, 1, seed).X;
      const X = { data: data.map((entry, i) => (i % 2 === 0 ? entry : small * entry)), rows: n, columns: 2 };
      const y = Float64Array.from({ length: n }, (_, k) => first * X.data[2 * k] + 5 * X.data[2 * k + 1]);
      return { X, y, gates };
    };
    const [of, other] = [gramOf(table(200, 21, 0.05, 1)), gramOf(table(200, 22, 1, -0.5))];
    const scales = [1, 1e-2].map((share) => share * gramBetaMax(of.gram));
    expect(finish(chooseBeta(of.gram, other.gram, of.scope)).beta).toBeLessThan(2 * scales[1]);
    const losses = scales.map((beta) =>
      squaredLoss(other.gram, finish(gramSolver(of.gram, of.scope).solve(beta / 3, 1e-4, 100)).v),
    );
    expect(losses[1]).toBeLessThan(losses[0]);
    expect(squaredLoss(other.gram, new Float64Array(4))).toBeLessThan(losses[0]);
  });

  it('of targets that are all zero is any', () => {
    const table = { ...maskedTable(20, 2, 3, 1), y: new Float64Array(20) };
    const { gram, scope } = gramOf(table);
    expect(finish(chooseBeta(gram, gram, scope)).beta).toBe(2);
  });
});
