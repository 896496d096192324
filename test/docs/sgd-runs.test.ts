import { describe, expect, it } from 'vitest';
import { descend } from '../../bench/peers/descent.js';
import { objectiveOf, randomWeights } from '../../bench/peers/objective.js';
import { convexRun } from '../../bench/sgd/convex.js';
import { type FitInput, type Library, tuned } from '../../bench/sgd/javascript.js';
import { rendered, tableOf } from '../../bench/sgd/page.js';
import type { RandomTask } from '../../bench/sgd/reliability.js';
import { bestExcess, bestRates, excessOf, secondsTo } from '../../bench/sgd/summaries.js';
import { made, problemOf } from '../../bench/sgd/tasks.js';

describe('a convex run', () => {
  it('ends proven, below a run of Adam, with a trace that falls to its objective', async () => {
    const task = made['planted 20'](1);
    const problem = await problemOf(task, 0.1);
    const run = convexRun(task, problem);
    expect(run.provenGlobal).toBe(true);
    const adam = descend(problem, randomWeights(problem, 50, 1), { rate: 0.1, steps: 500 });
    expect(run.lowerBound as number).toBeLessThanOrEqual(objectiveOf(problem, adam));
    expect(run.test).toBeGreaterThan(0.5);
    run.trace.slice(1).forEach(([seconds, objective], k) => {
      expect(seconds).toBeGreaterThanOrEqual(run.trace[k][0]);
      // The last objective is the network's own forward pass, whose sums round in another order.
      expect(objective).toBeLessThanOrEqual(run.trace[k][1] * (1 + 1e-12));
    });
    expect(run.trace.at(-1)?.[1]).toBe(run.objective);
  });
});

describe('options of the other libraries', () => {
  it('are chosen on rows that the fit has not seen, then all rows are fitted', () => {
    const task = made.xor(1);
    const seen: FitInput[] = [];
    const library: Library = {
      name: 'threshold',
      options: [{ flip: 1 }, { flip: 0 }],
      fit(input, { flip }) {
        seen.push(input);
        return { predict: (rows) => rows.map(([s, t]) => (s * t > 0 ? 1 - flip : flip)), bytes: flip };
      },
    };
    const { model, options } = tuned(library, task, 3);
    expect(options).toEqual({ flip: 0 });
    expect(seen.map(({ X }) => X.length)).toEqual([75, 75, 100]);
    expect(seen.at(-1)?.y).toEqual(task.train.values);
    expect(model.predict([[1, -1]])).toEqual([0]);
  });
});

describe('summaries', () => {
  const run = (rate: number, seconds: number | null) => ({
    ...{ rate, seed: 1, objective: 1, seconds: 1, test: 1 },
    reached: [seconds, null],
  });
  const study = { method: 'adam', neurons: 1, passes: 1, bestRate: 0.1, band: [] } as const;

  it('seconds are the median at the best rate, if half of the runs got there', () => {
    const most = [run(0.1, 3), run(0.1, 1), run(0.1, null), run(0.3, 0.1)];
    expect(secondsTo({ ...study, runs: most }, 0)).toBe(3);
    expect(secondsTo({ ...study, runs: most }, 1)).toBeNull();
    expect(secondsTo({ ...study, runs: [run(0.1, 3), run(0.1, null), run(0.1, null)] }, 0)).toBeNull();
  });

  it('the best rate is that with most tasks within 1 %; a diverged run is never the best', () => {
    const task = (adam: readonly number[]): RandomTask => ({
      ...{ seed: 1, n: 10, d: 2, loss: 'squared', lowerBound: 1, convex: 0, priced: 0 },
      peers: { sgd: [1, 1, 1], momentum: [1, 1, 1], adam },
    });
    const tasks = [task([0.5, 0.001, 0.1]), task([0.001, 0.002, 0.5])];
    expect(bestRates(tasks).adam).toBe(0.1);
    expect(excessOf(tasks, 'adam', 0.1)).toEqual([0.001, 0.002]);
    expect(bestExcess([task([Number.NaN, 0.3, 0.2])], 'adam')).toEqual([0.2]);
  });
});

describe('the page', () => {
  it('gets tables between their marks, and nothing else changes', () => {
    const page = 'before\n<!-- seeds -->\nold\n<!-- end -->\nbetween\n<!-- times -->\n<!-- end -->\nafter\n';
    const text = rendered(page, {});
    expect(text).not.toContain('old');
    expect(text.split('\n').filter((line) => ['before', 'between', 'after'].includes(line))).toEqual([
      'before',
      'between',
      'after',
    ]);
    expect(rendered(text, {})).toBe(text);
    expect(tableOf(['a', 'b'], [[1, 'x']])).toBe('| a | b |\n| --- | --- |\n| 1 | x |');
  });
});
