import { describe, expect, it } from 'vitest';
import { judge } from '../../scripts/reference/judge.mjs';
import { programs } from '../../scripts/reference/programs.mjs';
import * as cvxnn from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

/** Cases of the kinds in the reference without an answer: the certificate must close to 1e-6, and the network attain its objective. */
const names = [
  'batch-norm-relu',
  'batch-norm-gated',
  'cnn-circular-linear',
  'cnn-circular-relu-three-layer',
  'cnn-circular-gated-three-layer',
] as const;
const losses = ['squared', 'logistic', 'squared_hinge', 'huber'] as const;
type Shape = 'general' | 'rank-deficient' | 'duplicates' | 'wide' | 'bias';
const shapes: Shape[] = ['general', 'rank-deficient', 'duplicates', 'wide', 'bias'];

function caseOf(program: (typeof names)[number], loss: (typeof losses)[number], shape: Shape, seed: number) {
  const relu = program.includes('relu');
  const n = shape === 'wide' ? 4 : relu ? 8 : 15;
  const d = shape === 'wide' ? 6 : relu ? 2 + (seed % 2) : 4 + (seed % 3);
  const rows = Array.from({ length: n }, (_, k) => Array.from(numbers(d, 31 * seed + k, 3)));
  if (shape === 'rank-deficient') for (const row of rows) row[d - 1] = -2 * row[0];
  if (shape === 'duplicates') {
    rows[1] = rows[0].slice();
    rows[3] = rows[2].map((entry) => -entry);
  }
  if (shape === 'bias') for (const row of rows) row[d - 1] = 1;
  const raw = Array.from(numbers(n, 7 * seed + 3, 2), (entry, k) => entry + rows[k][0]);
  const y = loss === 'squared' || loss === 'huber' ? raw : raw.map((entry) => (entry > 0 ? 1 : -1));
  const width = program === 'batch-norm-gated' ? d + 1 : d;
  const gates = program.includes('gated') ? { gates: { shape: [8, width], data: Array.from(numbers(8 * width, seed, 2)) } } : {};
  return {
    program,
    loss,
    params: loss === 'huber' ? { huber_delta: 0.5 } : {},
    beta: seed % 4 === 0 ? 0.01 : 0.15,
    data: { X: { shape: [n, d], data: rows.flat() }, y: { shape: [n], data: y }, ...gates },
  };
}

describe.each(names)('%s', (program) => {
  const cases = losses.flatMap((loss, i) => shapes.map((shape, j) => ({ loss, shape, seed: 5 * i + j + 1 })));
  it.each(cases)('is proven on an unseen case: $loss, $shape', async ({ loss, shape, seed }) => {
    const item = caseOf(program, loss, shape, seed);
    const { detail, ...result } = await programs[program](item, cvxnn);
    expect(judge(item, result, detail)).toEqual([]);
  });
});
