import { describe, expect, it } from 'vitest';
import { type Blocks, descendNetwork } from '../../src/fit/descend.js';
import { isPause } from '../../src/pausing.js';
import { type Case, randomCase } from '../train/problems.js';
import { caseOf, prepare, settings } from './prepared.js';

/** All that a descent yields, and what it returns. */
function descend(prepared: ReturnType<typeof prepare>, seed = 0): { widths: Blocks[]; end: Blocks | null } {
  const { data, architecture, scope } = prepared;
  const used = scope.used;
  const steps = descendNetwork(data, architecture.slope, false, seed, scope);
  const widths: Blocks[] = [];
  let next = steps.next();
  for (; !next.done; next = steps.next()) if (!isPause(next.value)) widths.push(next.value);
  expect(scope.used, 'memory released').toBe(used);
  return { widths, end: next.value };
}

/** Objective of blocks in the program over their cells, and how far they are from their cones. */
function judge({ data, architecture, scope }: ReturnType<typeof prepare>, { patterns, v }: Blocks) {
  const { features, loss, regularizer, beta } = architecture.program(data, patterns, scope);
  const fit = scope.vector(data.samples * data.outputs);
  const blocks = scope.copyIn(v);
  features.apply(blocks, fit);
  const objective = loss.value(fit) + beta * regularizer.value(blocks);
  const projected = scope.vector(v.length);
  regularizer.prox(blocks, 0, projected);
  const outside = scope.copyOut(projected).reduce((most, entry, i) => Math.max(most, Math.abs(entry - v[i])), 0);
  return { objective, outside };
}

describe('a descent', () => {
  it.each(settings)(
    'ends at a feasible point of the program over its cells, well below zero: $loss, $architecture',
    (setting) => {
      const prepared = prepare(caseOf(setting, { beta: 0.02 }));
      const { data, scope } = prepared;
      const { end } = descend(prepared);
      if (!end) return expect.fail('nothing but zero');
      const { objective, outside } = judge(prepared, end);
      expect(objective).toBeLessThanOrEqual(0.9 * data.loss.value(scope.zeros(data.samples * data.outputs)));
      expect(outside).toBeLessThanOrEqual(1e-12);
    },
  );

  it('shows its blocks after every width, all of them feasible', () => {
    const prepared = prepare(caseOf({ loss: 'squared', architecture: 'relu' }, { beta: 0.02 }));
    const { widths, end } = descend(prepared);
    expect(widths).toHaveLength(3);
    expect(widths[2]).toEqual(end);
    for (const blocks of widths) expect(judge(prepared, blocks).outside).toBeLessThanOrEqual(1e-12);
  });

  it('is the same on every call, and another one for another seed', () => {
    const prepared = prepare(randomCase({ rows: 30, columns: 3, seed: 2, options: { beta: 0.05 } }));
    const { end } = descend(prepared);
    expect(end).not.toBeNull();
    expect(descend(prepared).end).toEqual(end);
    expect(descend(prepared, 1).end?.v).not.toEqual(end?.v);
  });

  it('finds nothing where all rows are zero', () => {
    const zero: Case = randomCase({ rows: 6, columns: 2, options: { bias: false } });
    const prepared = prepare({ ...zero, X: zero.X.map((row) => row.map(() => 0)) });
    expect(descend(prepared)).toEqual({ widths: [], end: null });
  });

  it('comes near the optimum: within 2 % of what training finds on planted units', () => {
    const prepared = prepare(randomCase({ rows: 60, columns: 3, seed: 7, options: { beta: 0.1 } }));
    const { end } = descend(prepared);
    const before = end ? judge(prepared, end).objective : Number.POSITIVE_INFINITY;
    const others = [1, 2, 3].map((seed) => {
      const other = descend(prepared, seed).end;
      return other ? judge(prepared, other).objective : Number.POSITIVE_INFINITY;
    });
    expect(before).toBeLessThanOrEqual(1.02 * Math.min(...others));
  });
});
