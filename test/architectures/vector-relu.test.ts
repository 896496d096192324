import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import type { LossName, SolverName } from '../../src/index.js';
import { betaMax, networkFromJSON, relu, trainSync, vectorRelu } from '../../src/index.js';
import { PlaneSearch } from '../../src/patterns/plane-search.js';
import { descend } from '../support/descend.js';
import { numbers } from '../support/kernel-harness.js';

const n = 10;
const outputs = 2;
const X = Array.from({ length: n }, (_, k) => Array.from(numbers(2, 10 + k, 2)));
const Y = Array.from({ length: n }, (_, k) => Array.from(numbers(outputs, 60 + k, 2)));
const beta = 0.3;

/** The weight decay objective, written down once more: 8 neurons of (w, a). */
function objective(p: Float64Array): number {
  let value = 0;
  X.forEach((x, k) => {
    const fit = [0, 0];
    for (let j = 0; j < 32; j += 4) {
      const z = Math.max(0, p[j] * x[0] + p[j + 1] * x[1]);
      fit[0] += z * p[j + 2];
      fit[1] += z * p[j + 3];
    }
    value += 0.5 * ((fit[0] - Y[k][0]) ** 2 + (fit[1] - Y[k][1]) ** 2);
  });
  return value + (beta / 2) * p.reduce((sum, entry) => sum + entry * entry, 0);
}

describe('vectorRelu', () => {
  const exact = trainSync(vectorRelu(), X, Y, { beta, bias: false, tolerance: 1e-9 });

  it('closes the gap over all networks, below the penalty that separates outputs', () => {
    expect(exact.certificate.provenGlobal).toBe(true);
    const separate = trainSync(relu(), X, Y, { beta, bias: false }).certificate;
    expect(exact.certificate.objective).toBeLessThan(separate.objective * 0.99);
  });

  it('is not beaten by training, which comes close', () => {
    const best = Math.min(...[1, 2, 3, 4].map((seed) => descend(objective, numbers(32, seed), 800)));
    expect(best).toBeGreaterThanOrEqual(exact.certificate.lowerBound as number);
    expect(best).toBeLessThan(1.1 * exact.certificate.objective);
  });

  it('gives a network that attains the objective, also after saving', () => {
    const loaded = networkFromJSON(JSON.parse(JSON.stringify(exact.network)));
    const loss = loaded.predict(X).reduce((sum, f, at) => sum + 0.5 * (f - Y[at >> 1][at % 2]) ** 2, 0);
    expect(loss + beta * loaded.weightPenalty()).toBeCloseTo(exact.certificate.objective, 11);
    expect(exact.network.penalty).toBe('squared');
    expect(exact.network.neurons).toBeLessThanOrEqual(n * outputs);
  });

  const labels = Y.map(([a]) => (a > 0 ? [1, 0] : [0, 1]));
  const signs = Y.map((row) => row.map(Math.sign));
  const cases: [LossName, number[][], number][] = [
    ['softmax', labels, 0.1],
    ['logistic', signs, 0.1],
    ['squaredHinge', signs, 0.05],
    ['huber', Y, 0.1],
  ];
  it.each(cases)('%s: solvers agree on a closed gap', (loss, targets, strength) => {
    const run = (solver: SolverName) =>
      trainSync(vectorRelu(), X, targets, { beta: strength, loss, bias: false, solver, maxIterations: 50_000 }).certificate;
    const [newton, fista] = [run('newton'), run('fista')];
    expect(newton.relativeGap).toBeLessThanOrEqual(1e-6);
    expect(fista.relativeGap).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(newton.objective - fista.objective)).toBeLessThanOrEqual(1e-6 * newton.objective);
  });

  it('continues from an earlier result', () => {
    const again = trainSync(vectorRelu(), X, Y, { beta: 0.29, bias: false, warmStart: exact });
    const fresh = trainSync(vectorRelu(), X, Y, { beta: 0.29, bias: false });
    expect(again.certificate.objective).toBeCloseTo(fresh.certificate.objective, 5);
    expect(again.iterations).toBeLessThan(fresh.iterations);
  });

  it('is zero from betaMax on, and not below', async () => {
    const { beta: most, exact: proven } = await betaMax(vectorRelu(), X, Y, { bias: false });
    expect(proven).toBe(true);
    expect(trainSync(vectorRelu(), X, Y, { beta: most * 1.0001, bias: false }).network.neurons).toBe(0);
    expect(trainSync(vectorRelu(), X, Y, { beta: most * 0.999, bias: false }).network.neurons).toBeGreaterThan(0);
  });

  it('refuses other numbers of columns, the bias counted', () => {
    expect(() => trainSync(vectorRelu(), X, Y, { beta })).toThrow('exact for those only');
    const column = X.map(([x]) => [x]);
    expect(trainSync(vectorRelu(), column, Y, { beta }).certificate.provenGlobal).toBe(true);
  });
});

describe('PlaneSearch', () => {
  const degenerate = [1, 0, 2, 0, -1, 0, 0, 0, 0, 3, 1, 1, -2, -2];
  it.each([
    ['general', X.flat()],
    ['duplicate, opposite and zero rows', degenerate],
    ['rank one', [1, 2, -1, -2, 2, 4]],
    ['one row', [0, -1]],
    ['zero', [0, 0, 0, 0]],
  ])('%s: no direction of 3600 is above the maximum, one is close', (_, rows) => {
    const samples = rows.length / 2;
    const scope = new Scope(openKernelsSync());
    const search = new PlaneSearch(scope.copyIn(rows), samples, outputs, scope);
    for (const seed of [1, 2, 3]) {
      const lambda = numbers(samples * outputs, seed);
      const most = Math.max(...search.maximize(scope.copyIn(lambda)).map(({ value }) => value));
      let seen = 0;
      for (let i = 0; i < 3600; i++) {
        const w = [Math.cos((i * Math.PI) / 1800), Math.sin((i * Math.PI) / 1800)];
        const pairing = [0, 0];
        for (let k = 0; k < samples; k++) {
          const z = Math.max(0, rows[2 * k] * w[0] + rows[2 * k + 1] * w[1]);
          for (let c = 0; c < outputs; c++) pairing[c] += lambda[c * samples + k] * z;
        }
        seen = Math.max(seen, Math.sqrt(pairing[0] ** 2 + pairing[1] ** 2));
      }
      expect(seen).toBeLessThanOrEqual(most * (1 + 1e-14));
      expect(seen).toBeGreaterThanOrEqual(most * (1 - 5e-3));
    }
  });
});
