import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope as Arena, type Scope } from '../../src/core/scope.js';
import { patternSource } from '../../src/fit/choose-patterns.js';
import { pricer } from '../../src/fit/pricing.js';
import { type Architecture, gatedConvolutional } from '../../src/index.js';
import { climbGates } from '../../src/patterns/climb-gates.js';
import { gaussianRows } from '../../src/patterns/sample.js';
import { prepareData, type TrainingData } from '../../src/program/training-data.js';
import { numbers } from '../support/kernel-harness.js';

function open(architecture: Architecture, n: number, pixels: number, outputs: number, seed: number) {
  const scope = new Arena(openKernelsSync());
  const X = { data: numbers(n * pixels, seed), rows: n, columns: pixels };
  const y = numbers(n * outputs, seed + 1);
  const common = { bias: false, loss: 'squared', lossOptions: {}, sampleWeight: null, offset: null, beta: 1 } as const;
  const data = prepareData({ X, y, outputs, ...common }, 1, scope, (matrix) => {
    const rows = architecture.patternRows?.(matrix, false);
    if (!rows) throw new Error('no pattern rows');
    return rows;
  });
  return { scope, data, lambda: scope.copyIn(numbers(n * outputs, seed + 2)) };
}

/** The dual norm of each pattern, from the family's program. */
function valuesOf(architecture: Architecture, data: TrainingData, gates: Float64Array, lambda: Float64Array, scope: Scope) {
  const source = patternSource(architecture, data, scope);
  const d = data.patternRows.columns;
  return Array.from({ length: gates.length / d }, (_, i) =>
    scope.child((inner) => {
      const patterns = source.ofGates(gates.slice(i * d, (i + 1) * d));
      const { features, regularizer } = architecture.program(data, patterns, inner);
      const g = inner.vector(features.offsets[features.offsets.length - 1]);
      features.applyTranspose(inner.copyIn(lambda), g);
      return { value: regularizer.dualNorm(g), bits: patterns.bits };
    }),
  );
}

describe.each(['average', 'sum', 'max'] as const)('gates of regions, %s pooling', (pooling) => {
  it.each([
    [1, 2],
    [2, 1],
    [2, 3],
  ])('%d regions, %d outputs: values are those of the program, and none of 300 random gates is above', (regions, outputs) => {
    if (pooling !== 'max' && regions === 1) return;
    const architecture = gatedConvolutional({ image: [4], filter: 2, pooling, regions });
    for (let seed = 1; seed <= 3; seed++) {
      const { scope, data, lambda } = open(architecture, 6, 4, outputs, 10 * seed);
      const { price, directionLength, jointly } = pricer(architecture, data, scope);
      expect([directionLength, jointly]).toEqual([2, outputs]);
      const found = price(lambda, gaussianRows(60, 2, seed, 0), 0, scope);
      const multipliers = scope.copyOut(lambda);
      const gates = Float64Array.from(found.flatMap(({ gate }) => Array.from(gate as Float64Array)));
      valuesOf(architecture, data, gates, multipliers, scope).forEach(({ value, bits }, i) => {
        expect(Math.abs(value - found[i].value)).toBeLessThan(1e-10 * found[0].value);
        expect(bits).toEqual(found[i].bits);
      });
      for (const { value } of valuesOf(architecture, data, gaussianRows(300, 2, seed, 7), multipliers, scope))
        expect(value).toBeLessThanOrEqual(found[0].value * (1 + 1e-9));
    }
  });
});

describe('climbGates', () => {
  const target = Float64Array.of(0.6, -0.8);
  /** Highest along the target, with a proposal that points there. */
  const evaluate = (gates: readonly Float64Array[]) =>
    gates.map((gate) => {
      const length = Math.sqrt(gate[0] * gate[0] + gate[1] * gate[1]);
      const value = length > 0 ? (gate[0] * target[0] + gate[1] * target[1]) / length : Number.NaN;
      return { value, bits: new Uint8Array(8), gate, proposal: target };
    });

  it('goes where proposals lead, and never evaluates the gate 0 of opposite gates', () => {
    const starts = [Float64Array.of(1, 0), Float64Array.of(-1, 0), Float64Array.of(-0.6, 0.8)];
    const seen: Float64Array[] = [];
    const [best] = climbGates(
      (gates) => {
        seen.push(...gates);
        return evaluate(gates);
      },
      starts,
      0,
    );
    expect(best.value).toBeGreaterThan(1 - 1e-6);
    for (const gate of seen) expect(Math.hypot(gate[0], gate[1])).toBeGreaterThan(1e-9);
  });

  it('returns what is wanted, best first', () => {
    const starts = Array.from({ length: 100 }, (_, i) => gaussianRows(1, 2, 1, i));
    const found = climbGates(evaluate, starts, 0.5);
    expect(found.length).toBeGreaterThan(32);
    for (const [i, { value }] of found.entries()) {
      expect(value).toBeGreaterThanOrEqual(0.5);
      if (i > 0) expect(value).toBeLessThanOrEqual(found[i - 1].value);
    }
  });
});
