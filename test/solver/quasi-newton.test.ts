import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { finish } from '../../src/pausing.js';
import { descend } from '../../src/solver/quasi-newton.js';
import { numbers } from '../support/kernel-harness.js';

type Plain = (x: Float64Array) => { value: number; gradient: Float64Array };

/** Runs the descent on a plain function; `values` are all those that it asked for. */
function minimize(f: Plain, start: ArrayLike<number>, evaluations: number) {
  const scope = new Scope(openKernelsSync());
  const x = scope.copyIn(start);
  const values: number[] = [];
  const used = scope.used;
  const value = finish(
    descend(
      (at, gradient) => {
        const here = f(scope.copyOut(at));
        scope.view(gradient).set(here.gradient);
        values.push(here.value);
        return here.value;
      },
      x,
      evaluations,
      1,
      scope,
    ),
  );
  expect(scope.used, 'memory released').toBe(used);
  return { x: scope.copyOut(x), value, values };
}

/** sum_i w_i (x_i - c_i)^2 / 2, turned by a reflection so that no axis is special. */
function bowl(n: number, condition: number): { f: Plain; minimizer: Float64Array } {
  const c = numbers(n, 5);
  const h = numbers(n, 6);
  const length = Math.sqrt(h.reduce((sum, entry) => sum + entry * entry, 0));
  const turn = (x: Float64Array) => {
    const along = (2 * x.reduce((sum, entry, i) => sum + entry * h[i], 0)) / (length * length);
    return x.map((entry, i) => entry - along * h[i]);
  };
  const weights = Float64Array.from({ length: n }, (_, i) => condition ** (i / Math.max(1, n - 1)));
  return {
    minimizer: turn(c),
    f: (x) => {
      const off = turn(x).map((entry, i) => entry - c[i]);
      const value = off.reduce((sum, entry, i) => sum + 0.5 * weights[i] * entry * entry, 0);
      return { value, gradient: turn(off.map((entry, i) => weights[i] * entry)) };
    },
  };
}

const rosenbrock: Plain = ([a, b]) => ({
  value: 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a),
  gradient: Float64Array.of(-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a)),
});

describe('descend', () => {
  it.each([
    [1, 1],
    [2, 10],
    [7, 100],
    [40, 1000],
  ])('finds the minimizer of a quadratic of %i unknowns and condition %i', (n, condition) => {
    const { f, minimizer } = bowl(n, condition);
    const { x } = minimize(f, numbers(n, 7, 3), 400);
    for (let i = 0; i < n; i++) expect(Math.abs(x[i] - minimizer[i])).toBeLessThanOrEqual(1e-6);
  });

  it('follows the bent valley of Rosenbrock’s function to (1, 1)', () => {
    const { x, value } = minimize(rosenbrock, [-1.2, 1], 200);
    expect(value).toBeLessThanOrEqual(1e-16);
    expect(Math.max(Math.abs(x[0] - 1), Math.abs(x[1] - 1))).toBeLessThanOrEqual(1e-7);
  });

  it('never exceeds its evaluations, and ends at the best point it has kept', () => {
    let before = Number.POSITIVE_INFINITY;
    for (let evaluations = 1; evaluations <= 40; evaluations++) {
      const { x, value, values } = minimize(rosenbrock, [-1.2, 1], evaluations);
      expect(values.length).toBeLessThanOrEqual(evaluations);
      expect(value).toBe(rosenbrock(x).value);
      expect(value).toBeLessThanOrEqual(before);
      before = value;
    }
  });

  it('descends on a function with kinks without going up', () => {
    const kinks: Plain = (x) => ({
      value: x.reduce((sum, entry, i) => sum + (i + 1) * Math.abs(entry - i), 0),
      gradient: x.map((entry, i) => (i + 1) * (entry >= i ? 1 : -1)),
    });
    const start = numbers(5, 8, 20);
    const { value } = minimize(kinks, start, 200);
    expect(value).toBeLessThanOrEqual(0.1 * kinks(start).value);
  });

  it('stays at a minimum, where the gradient is zero', () => {
    const { f, minimizer } = bowl(1, 1);
    expect(Array.from(minimize(f, minimizer, 50).x)).toEqual(Array.from(minimizer));
  });
});

describe('a descent that gains little', () => {
  const slowly = (least: number) => {
    const scope = new Scope(openKernelsSync());
    const { f } = bowl(12, 1e8);
    let used = 0;
    const x = scope.copyIn(numbers(12, 3));
    const value = finish(
      descend(
        (at, gradient) => {
          used++;
          const here = f(scope.copyOut(at));
          scope.view(gradient).set(here.gradient);
          return here.value + 1;
        },
        x,
        400,
        1,
        scope,
        least,
      ),
    );
    return { used, value };
  };

  it('ends when 20 evaluations gain less than the share that is asked for', () => {
    const [all, rough] = [slowly(0), slowly(1e-2)];
    expect(rough.used).toBeLessThan(all.used);
    expect(rough.used).toBeGreaterThanOrEqual(20);
    expect(rough.value).toBeGreaterThanOrEqual(all.value);
  });

  it('goes on to its last evaluation where no share is asked for', () => {
    expect(slowly(0).used).toBeGreaterThan(60);
  });
});
