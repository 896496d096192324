import { describe, expect, it } from 'vitest';
import { ascend, firstStep } from '../../src/patterns/ascent.js';

describe('ascend', () => {
  const at = (x: number, step = firstStep) => ({ x, value: -Math.abs(x - 3), step });
  const propose = (from: readonly ReturnType<typeof at>[]) => from.map(({ x, step }) => at(x + (x < 3 ? step : -step)));

  it('climbs every point on its own, with steps that grow and shrink', () => {
    const [low, high] = ascend([at(0), at(100)], propose, 60);
    expect(Math.abs(low.x - 3)).toBeLessThan(1e-3);
    expect(Math.abs(high.x - 3)).toBeLessThan(1e-3);
    expect(low.step).toBeLessThan(firstStep);
  });

  it('never falls, and leaves its start alone', () => {
    const start = [at(1), at(2.9)];
    for (const rounds of [0, 1, 2, 5, 10]) {
      ascend(start, propose, rounds).forEach(({ value }, i) => {
        expect(value).toBeGreaterThanOrEqual(start[i].value);
      });
    }
    expect(start).toEqual([at(1), at(2.9)]);
  });
});
