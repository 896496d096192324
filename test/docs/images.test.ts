import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gridOf, pooledFeatures } from '../../bench/images/models.js';
import { type Line, render } from '../../bench/images/report.js';
import { accuracy, split } from '../../bench/images/tables.js';
import { ConvolutionalNetwork } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const root = join(import.meta.dirname, '../..');
const lines: Line[] = JSON.parse(readFileSync(join(root, 'docs/data/images.json'), 'utf8'));
const page = readFileSync(join(root, 'docs/images.md'), 'utf8');
const cells = (text: string) => text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/images.md', () => {
  it('shows what was measured', () => {
    const table = page.slice(page.indexOf('<!-- table -->'), page.indexOf('<!-- end -->'));
    const shown = cells(table).filter((row) => row.length > 3 && !row[1].startsWith('---'));
    const wanted = cells(render(lines)).filter((row) => row.length > 3 && !row[1].startsWith('---'));
    expect(shown).toEqual(wanted);
    expect(shown.length).toBeGreaterThan(6);
  });

  it('has every measurement once, with numbers that can be', () => {
    const keys = lines.map(({ task, model, split: which }) => `${task} ${model} ${which}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const line of lines) {
      expect(line.accuracy > 0.5 && line.accuracy <= 1 && line.seconds > 0).toBe(true);
      if (line.status === 'optimal') expect(line.gap).toBeLessThanOrEqual(line.model.includes('30 gates') ? 1e-4 : 1e-6);
    }
  });

  it('has no run of Adam below the optimum of the same problem', () => {
    const ours = lines.find(({ task, model, split: which }) => task === 'digits' && model.includes('of a class') && which === 0);
    const runs = lines.filter(({ task, model }) => task === 'digits' && model.startsWith('adam'));
    expect(runs.length).toBe(15);
    for (const run of runs) expect(run.objective ?? 0).toBeGreaterThan((ours?.objective ?? Number.NaN) * (1 - 1e-3));
  });
});

describe('the bench of images', () => {
  it('splits rows at random, none twice', () => {
    const { train, test } = split(50, 30, 15, 3);
    expect([train.length, test.length]).toEqual([30, 15]);
    expect(new Set([...train, ...test]).size).toBe(45);
    expect(split(50, 30, 15, 3)).toEqual({ train, test });
    expect(split(50, 30, 15, 4).train).not.toEqual(train);
  });

  it('counts the largest scores', () => {
    expect(accuracy([1, 2, 3, 0, 5, 5], [1, 0, 0], 2)).toBe(1);
    expect(accuracy([1, 2, 3, 0], [0, 0], 2)).toBe(0.5);
  });

  it('pools as the network does: one unit of a gate is its features times filter and weights', () => {
    const grid = gridOf(8);
    const length = grid.length + 1;
    const [gates, filter, weights] = [numbers(2 * length, 1), numbers(length, 2), numbers(grid.regionCount, 3)];
    const images = [4, 5, 6].map((seed) => numbers(64, seed));
    const features = pooledFeatures(images, grid, gates);
    const width = grid.regionCount * length;
    for (const gate of [0, 1]) {
      const own = gates.subarray(gate * length, (gate + 1) * length);
      const network = new ConvolutionalNetwork({
        patches: grid,
        pooling: 'average',
        unit: 'gated',
        outputs: 1,
        filters: { weights: filter.subarray(0, length - 1), bias: filter.subarray(length - 1) },
        gates: { weights: own.subarray(0, length - 1), bias: own.subarray(length - 1) },
        output: { weights },
      });
      const scores = network.predict(images.map((image) => Array.from(image)));
      images.forEach((_, i) => {
        const row = features.subarray((gate * 3 + i) * width, (gate * 3 + i + 1) * width);
        const sum = row.reduce((total, x, at) => total + x * filter[at % length] * weights[Math.floor(at / length)], 0);
        expect(Math.abs(sum - scores[i])).toBeLessThan(1e-5);
      });
    }
  });
});
