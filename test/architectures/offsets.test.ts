import { describe, expect, it } from 'vitest';
import { ArgumentError, betaMax, networkFromJSON, regularizationPath, type TrainResult, train } from '../../src/index.js';
import { families } from '../support/every-family.js';
import { objectiveOf, type Task, taskOf } from '../support/family-task.js';
import { numbers } from '../support/kernel-harness.js';

/** The rows of a family with an offset for every row and output, of the size of the targets. */
function movedTask(task: Task, outputs: number): Task & { readonly offset: number[][] } {
  const draws = numbers(task.X.length * outputs, 77, 1.2);
  const offset = task.X.map((_, k) => Array.from({ length: outputs }, (__, c) => 0.3 + c + draws[k * outputs + c]));
  return { ...task, offset, options: { ...task.options, offset } };
}

const regression = ({ options: { loss = 'squared' } }: Task) => loss === 'squared' || loss === 'huber';

describe.each(families)('offsets, $name', (entry) => {
  const { outputs = 1 } = entry;
  const plain = taskOf(entry);
  const task = movedTask(plain, outputs);
  const { X, y, options, offset } = task;
  const architecture = entry.architecture();
  const most = betaMax(architecture, X, y, options);
  const solve = async (share: number, changes = {}): Promise<TrainResult> =>
    train(architecture, X, y, { ...options, beta: share * (await most).beta, ...changes });

  it('the network attains the objective with the offset, above the bound, at the tolerance', async () => {
    for (const share of [0.5, 0.05]) {
      const { network, certificate, beta, status } = await solve(share);
      const { objective, patternBound, lowerBound, patternGap } = certificate;
      expect(status).toBe('optimal');
      expect(Math.abs(objectiveOf(network, task, beta) - objective)).toBeLessThanOrEqual(1e-9 * objective);
      expect(patternBound).toBeLessThanOrEqual(objective);
      expect(lowerBound ?? 0).toBeLessThanOrEqual(objective);
      expect(patternGap).toBeLessThanOrEqual(1e-6);
      const loaded = networkFromJSON(JSON.parse(JSON.stringify(network)));
      expect(loaded.predict(X)).toEqual(network.predict(X));
    }
  });

  it('is the zero network at betaMax of the problem with the offset, and something below', async () => {
    const { exact, beta } = await most;
    if (!exact) return;
    expect(beta).not.toBe((await betaMax(architecture, X, y, plain.options)).beta);
    expect((await solve(1.001)).network.weightPenalty()).toBe(0);
    expect((await solve(0.95)).network.weightPenalty()).toBeGreaterThan(0);
  });

  if (regression(plain))
    it('for losses of numbers gives the bits of targets less the offset', async () => {
      const rest = X.map((_, k) => {
        const own = y[k];
        return offset[k].map((o, c) => (typeof own === 'number' ? own : own[c]) - o);
      });
      const beta = 0.1 * (await most).beta;
      const [moved, other] = [
        await train(architecture, X, y, { ...options, beta }),
        await train(architecture, X, rest, { ...plain.options, beta }),
      ];
      expect(JSON.stringify(moved.network)).toBe(JSON.stringify(other.network));
      expect(moved.certificate).toEqual(other.certificate);
    });

  it('of zeros is none, to the last bit', async () => {
    const zeros = X.map(() => new Array<number>(outputs).fill(0));
    const beta = 0.1 * (await most).beta;
    const [moved, other] = [await solve(0.1, { offset: zeros }), await train(architecture, X, y, { ...plain.options, beta })];
    expect(JSON.stringify(moved.network)).toBe(JSON.stringify(other.network));
    expect(moved.certificate).toEqual(other.certificate);
  });

  if (options.loss === 'softmax')
    it('softmax does not see what all outputs of a row share', async () => {
      const shared = offset.map((row, k) => row.map((o) => o + 7 * k));
      const [moved, other] = [await solve(0.1, { offset: shared }), await solve(0.1)];
      const [f, g] = [moved.network.predict(X), other.network.predict(X)];
      const apart = f.map((score, at) => Math.abs(score - g[at]));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1e-4);
      expect(Math.abs(moved.certificate.objective / other.certificate.objective - 1)).toBeLessThanOrEqual(2e-6);
    });

  it('has a path that begins with the zero network and never rises in beta', async () => {
    const path = await regularizationPath(architecture, X, y, { ...options, values: 3, ratio: 0.1 });
    const loss = objectiveOf(path[0].network, task, 0);
    expect(path[0].objective).toBeLessThanOrEqual(loss * (1 + 1e-9) + path[0].beta * path[0].network.weightPenalty());
    for (const [i, step] of path.entries())
      if (i > 0 && !entry.staged) expect(step.objective).toBeLessThanOrEqual(path[i - 1].objective * (1 + 2e-6));
  });

  it('of another shape is refused before any work', async () => {
    const bad: unknown[] = [
      offset.slice(1),
      3,
      'o',
      X.map(() => new Array(outputs + 1).fill(0)),
      offset.map((row) => row.map(() => Number.NaN)),
    ];
    for (const wrong of bad) await expect(solve(0.5, { offset: wrong })).rejects.toBeInstanceOf(ArgumentError);
  });
});
