import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descend as adam } from '../../bench/peers/descent.js';
import { objectiveOf, randomWeights, type TrainingProblem, type Weights } from '../../bench/peers/objective.js';
import { problems } from '../../bench/peers/problems.js';
import { type Comparison, render, undercut } from '../../bench/peers/report.js';
import { relu, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';
import { root } from '../support/source-files.js';

const read = (file: string) => readFileSync(join(root, 'docs', file), 'utf8');
const lines: Comparison[] = JSON.parse(read('data/adam.json'));

describe('the comparison with Adam', () => {
  it('has ten seeds and five rates of every problem, none of them below ours by more than the tolerance of `train`', () => {
    expect(lines.length).toBe(problems.length);
    for (const line of lines) {
      const runs = line.runs.flatMap(({ objectives }) => objectives);
      expect(line.runs.map(({ objectives }) => objectives.length)).toEqual([10, 10, 10, 10, 10]);
      expect(undercut(line), line.name).toBeLessThanOrEqual(1e-6);
      if (line.train.lowerBound !== null) expect(line.train.lowerBound).toBeLessThanOrEqual(Math.min(...runs));
    }
  });

  it('is the table of the page', () => {
    const rowsOf = (text: string) =>
      text
        .split('\n')
        .filter((row) => row.startsWith('| ') && !row.startsWith('| -'))
        .map((row) =>
          row
            .split('|')
            .map((cell) => cell.trim())
            .join('|'),
        )
        .sort();
    expect(rowsOf(read('adam.md'))).toEqual(rowsOf(render(lines)));
  });
});

function problemOf(loss: 'squared' | 'logistic', outputs: number): TrainingProblem {
  const [n, d] = [12, 3];
  const X = numbers(n * d, 5).map((entry, at) => (at % d === d - 1 ? 1 : 2 * entry));
  const y = numbers(n * outputs, 6).map((entry) => (loss === 'squared' ? entry : entry < 0 ? -1 : 1));
  return { X, y, n, d, outputs, loss, beta: 0.05 };
}

/** The gradient by central differences, weights first. */
function differences(problem: TrainingProblem, { W, a }: Weights): Float64Array {
  const all = Float64Array.from([...W, ...a]);
  const value = (p: Float64Array) => objectiveOf(problem, { W: p.slice(0, W.length), a: p.slice(W.length) });
  return all.map((entry, i) => {
    const moved = (h: number) => value(all.map((other, j) => (j === i ? entry + h : other)));
    return (moved(1e-6) - moved(-1e-6)) / 2e-6;
  });
}

describe("the benchmark's Adam", () => {
  it.each([
    ['squared', 1],
    ['logistic', 1],
    ['squared', 2],
    ['logistic', 3],
  ] as const)('takes its first step along the signs of the gradient: %s, %d outputs', (loss, outputs) => {
    const problem = problemOf(loss, outputs);
    const start = randomWeights(problem, 4, 1);
    const rate = 1e-4;
    const end = adam(problem, start, { rate, steps: 1 });
    const gradient = differences(problem, start);
    [...end.W, ...end.a].forEach((entry, i) => {
      const before = i < start.W.length ? start.W[i] : start.a[i - start.W.length];
      if (Math.abs(gradient[i]) > 1e-4) expect(entry - before).toBeCloseTo(-rate * Math.sign(gradient[i]), 7);
    });
  });

  it('has an objective of its own that agrees with ours', () => {
    for (const loss of ['squared', 'logistic'] as const) {
      const problem = problemOf(loss, 1);
      const { X, y, n, d, beta } = problem;
      const { network, certificate } = trainSync(relu(), { data: X, shape: [n, d] }, y, { beta, loss, bias: false });
      const own = { W: Float64Array.from(network.hidden.weights), a: Float64Array.from(network.output.weights) };
      expect(objectiveOf(problem, own)).toBeCloseTo(certificate.objective, 10);
    }
  });

  it('comes close to the optimum of a small problem, and never below', () => {
    const problem = problemOf('squared', 1);
    const { X, y, n, d, beta } = problem;
    const options = { beta, bias: false, patterns: 'all' } as const;
    const { objective, lowerBound } = trainSync(relu(), { data: X, shape: [n, d] }, y, options).certificate;
    const ends = [1, 2, 3].map((seed) =>
      objectiveOf(problem, adam(problem, randomWeights(problem, 30, seed), { rate: 0.03, steps: 1500 })),
    );
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(lowerBound as number);
    expect(Math.min(...ends)).toBeLessThanOrEqual(1.05 * objective);
  });
});
