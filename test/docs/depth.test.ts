import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DepthRun, reference, render } from '../../bench/depth/report.js';
import { tasks } from '../../bench/depth/tasks.js';
import { placeOf } from '../../bench/page.js';
import { root } from '../support/source-files.js';

const bare = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replace(/ *\| */g, '|').replace(/-+/g, '-'));

describe('the table of depth', () => {
  const runs: DepthRun[] = JSON.parse(readFileSync(join(root, 'docs/data/depth.json'), 'utf8'));

  it('is what its data give, all models on the same five splits', () => {
    const page = readFileSync(join(root, 'docs/three-layer.md'), 'utf8');
    expect(bare(placeOf('table').exec(page)?.[1] ?? '')).toEqual(bare(render(runs)));
    const models = new Set(runs.map(({ model }) => model));
    for (const task of new Set(runs.map((run) => run.task))) {
      expect(Object.keys(tasks)).toContain(task);
      for (const model of models) {
        const seeds = runs.filter((run) => run.task === task && run.model === model).map(({ seed }) => seed);
        expect(seeds).toEqual([1, 2, 3, 4, 5]);
      }
    }
  });

  it('pairs a model with the reference on the same split', () => {
    const run = (model: string, seed: number, score: number): DepthRun => ({ task: 'a', model, seed, score, seconds: 2 });
    const table = render([...[run(reference, 1, 0.5), run(reference, 2, 0.7)], ...[run('deep', 2, 0.9), run('deep', 1, 0.6)]]);
    expect(table).toContain('| a | deep | 0.750 | +0.150 ± 0.050 | 2 of 2 | 2.0 |');
    expect(table).toContain(`| a | ${reference} | 0.600 |  |  | 2.0 |`);
  });

  it('has teachers that are the same for a seed, with noise in the training rows alone', () => {
    const [one, again, other] = [1, 1, 2].map((seed) => tasks['teacher, 4 columns'](seed));
    expect(one).toEqual(again);
    expect(other.train.y).not.toEqual(one.train.y);
    expect([one.train.X.length, one.test.X.length, one.train.X[0].length]).toEqual([500, 2000, 4]);
    // Wedges end: far from them a clean value is exactly zero.
    expect(one.test.y.filter((value) => value === 0).length).toBeGreaterThan(100);
    expect(one.train.y.filter((value) => value === 0).length).toBe(0);
  });
});
