import { describe, expect, it } from 'vitest';
import { exact } from '../../src/verify/interval.js';
import { dualDown, lossUp, suits } from '../../src/verify/losses.js';
import { lossNames, uniform } from '../support/loss-cases.js';
import { lossOf } from '../train/problems.js';

type Statement = Parameters<typeof lossUp>[0];
const statement = (loss: Statement['loss'], outputs: number): Statement => ({
  loss,
  outputs,
  huberDelta: 0.5,
  beta: 1,
  slope: 0,
  bias: true,
  sampleWeight: null,
  offset: null,
});

/** Minus the gradient at a fit, from the definitions; for softmax made to cancel exactly. */
function gradient(loss: Statement['loss'], f: number[], y: number[], weight: number): number[] {
  if (loss === 'softmax') {
    const total = f.reduce((sum, entry) => sum + Math.exp(entry), 0);
    const grid = 2 ** 40;
    const others = f.map((entry, c) => (y[c] === 1 ? 0 : -Math.round(((weight * Math.exp(entry)) / total) * grid) / grid));
    return others.map((entry, c) => (y[c] === 1 ? -others.reduce((sum, other) => sum + other, 0) : entry));
  }
  return f.map((entry, c) => {
    const r = y[c] - entry;
    if (loss === 'squared') return weight * r;
    if (loss === 'huber') return weight * Math.max(-0.5, Math.min(0.5, r));
    if (loss === 'squaredHinge') return weight * y[c] * Math.max(0, 1 - y[c] * entry);
    return (weight * y[c]) / (1 + Math.exp(y[c] * entry));
  });
}

describe.each(lossNames)('%s', (loss) => {
  const outputs = loss === 'softmax' ? 3 : 2;
  const next = uniform(loss.length);
  const labels = loss === 'logistic' || loss === 'squaredHinge';
  const samples = Array.from({ length: 60 }, (_, k) => {
    const f = Array.from({ length: outputs }, () => 3 * next());
    const raw = f.map(() => next());
    const y = loss === 'softmax' ? raw.map((_, c) => (c === k % 3 ? 1 : 0)) : raw.map((r) => (labels ? (r < 0 ? -1 : 1) : 2 * r));
    return { f, y, weight: 1.1 + next() };
  });

  it('is bounded from above, closely', () => {
    for (const { f, y, weight } of samples) {
      const wanted = weight * lossOf(loss, f, y, 0.5);
      const found = lossUp(statement(loss, outputs), y, weight, f.map(exact));
      expect(found).toBeGreaterThanOrEqual(wanted * (1 - 1e-14) - 1e-300);
      expect(found).toBeLessThanOrEqual(wanted + 1e-13 * (1 + wanted));
      const wide = lossUp(
        statement(loss, outputs),
        y,
        weight,
        f.map((entry) => ({ lo: entry - 0.2, hi: entry + 0.1 })),
      );
      for (const shift of [-0.2, -0.05, 0.1])
        expect(wide).toBeGreaterThanOrEqual(
          weight *
            lossOf(
              loss,
              f.map((entry, c) => entry + (c === 0 ? shift : 0)),
              y,
              0.5,
            ) -
            1e-13,
        );
    }
  });

  it('has a dual value that is below loss + mu^T f everywhere, and meets it at the gradient', () => {
    const scales = Array(outputs).fill(1 - 2 ** -40);
    for (const [k, { f, y, weight }] of samples.entries()) {
      const lambda = gradient(loss, f, y, weight);
      const found = dualDown(statement(loss, outputs), y, weight, lambda, scales);
      expect(found).not.toBeNull();
      const at = (fit: number[]) =>
        weight * lossOf(loss, fit, y, 0.5) + fit.reduce((sum, entry, c) => sum + scales[c] * lambda[c] * entry, 0);
      expect(found).toBeLessThanOrEqual(at(f) + 1e-13);
      expect(found).toBeGreaterThanOrEqual(at(f) - 1e-10);
      expect(found).toBeLessThanOrEqual(at(samples[(k + 7) % 60].f) + 1e-13);
      for (const t of [0, 0.5]) {
        const part = dualDown(statement(loss, outputs), y, weight, lambda, Array(outputs).fill(t)) ?? Number.NaN;
        const mixed = weight * lossOf(loss, f, y, 0.5) + t * f.reduce((sum, entry, c) => sum + lambda[c] * entry, 0);
        expect(part).toBeLessThanOrEqual(mixed + 1e-13);
      }
    }
  });

  it('with an offset has a dual value below the loss of fit plus offset, and meets it', () => {
    const scales = Array(outputs).fill(1 - 2 ** -40);
    for (const [k, { f, y, weight }] of samples.entries()) {
      const offset = f.map((_, c) => 2.5 * next() + (loss === 'softmax' ? 1e3 * (k % 2) : c));
      const there = (fit: number[]) => fit.map((entry, c) => entry + offset[c]);
      const lambda = gradient(
        loss,
        there(f).map((entry) => entry - (loss === 'softmax' ? 1e3 * (k % 2) : 0)),
        y,
        weight,
      );
      const found = dualDown(statement(loss, outputs), y, weight, lambda, scales, offset);
      const at = (fit: number[]) =>
        weight * lossOf(loss, there(fit), y, 0.5) + fit.reduce((sum, entry, c) => sum + scales[c] * lambda[c] * entry, 0);
      expect(found).not.toBeNull();
      expect(found).toBeLessThanOrEqual(at(f) + 1e-12);
      expect(found).toBeGreaterThanOrEqual(at(f) - 1e-9);
      expect(found).toBeLessThanOrEqual(at(samples[(k + 7) % 60].f) + 1e-12);
    }
  });

  it('knows its domain and its targets', () => {
    const own = statement(loss, outputs);
    const [{ y, f, weight }] = samples;
    const lambda = gradient(loss, f, y, weight);
    const t = Array(outputs).fill(1);
    expect(dualDown(own, y, 0, lambda, t)).toBeNull();
    expect(
      dualDown(
        own,
        y,
        0,
        lambda.map(() => 0),
        t,
      ),
    ).toBe(0);
    if (loss !== 'squared') {
      expect(
        dualDown(
          own,
          y,
          weight,
          lambda.map((entry) => -9 * (entry || 1)),
          t,
        ),
      ).toBeNull();
      if (loss !== 'squaredHinge')
        expect(
          dualDown(
            own,
            y,
            weight,
            lambda.map((_, c) => 9 * (y[c] || -0.5)),
            t,
          ),
        ).toBeNull();
    }
    if (loss === 'softmax')
      expect(
        dualDown(
          own,
          y,
          weight,
          lambda.map((entry, c) => entry - (c === 0 ? 2 ** -50 : 0)),
          t,
        ),
      ).toBeNull();
    expect(suits(own, y)).toBe(true);
    if (loss === 'squared' || loss === 'huber') return;
    expect(
      suits(
        own,
        y.map(() => 0.5),
      ),
    ).toBe(false);
    if (loss === 'softmax') {
      expect(suits(own, [1, 1, 0])).toBe(false);
      expect(suits(statement(loss, 1), [1])).toBe(false);
    } else expect(suits(own, [0, 1])).toBe(false);
  });
});
