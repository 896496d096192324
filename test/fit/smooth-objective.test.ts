import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/core/scope.js';
import { meanSquare, type Smoothing, SmoothObjective } from '../../src/fit/smooth-objective.js';
import type { TrainingData } from '../../src/program/training-data.js';
import { numbers } from '../support/kernel-harness.js';
import { naiveBackwardUnits, naiveForwardUnits, naiveWidths } from '../support/naive-smooth.js';
import { caseOf, prepare, settings } from './prepared.js';

const each = 5;
const signs = (outputs: number) => Float64Array.from({ length: each * outputs }, (_, j) => (j % 2 === 0 ? 1 : -1));

/** The same objective in plain loops and double precision. */
function plain(data: TrainingData, slope: number, u: Float64Array, { width, round }: Smoothing, scope: Scope) {
  const { samples: n, columns: d, outputs, beta, loss } = data;
  const X = scope.copyOut(data.X);
  const omega = width * Math.sqrt(meanSquare(data, scope));
  const shape = { n, m: each, d, slope };
  const own = (c: number) => u.subarray(c * each * d, (c + 1) * each * d);
  const sign = signs(outputs);
  const fits = Array.from({ length: outputs }, (_, c) =>
    naiveForwardUnits(X, own(c), sign.subarray(c * each, (c + 1) * each), naiveWidths(own(c), omega, each, d), shape),
  );
  const fit = scope.copyIn(fits.flatMap((one) => Array.from(one.fit)));
  const multipliers = scope.vector(fit.length);
  loss.negativeGradient(fit, multipliers);
  const lambda = scope.copyOut(multipliers);
  let value = loss.value(fit);
  const gradient = new Float64Array(u.length);
  for (let c = 0; c < outputs; c++) {
    const sums = naiveBackwardUnits(X, own(c), lambda.subarray(c * n, (c + 1) * n), naiveWidths(own(c), omega, each, d), shape);
    for (let j = 0; j < each; j++) {
      const neuron = own(c).subarray(j * d, (j + 1) * d);
      const square = neuron.reduce((sum, entry) => sum + entry * entry, 0);
      const rounded = Math.sqrt(square + round * round);
      value += beta * rounded;
      for (let i = 0; i < d; i++) {
        const band = (omega * sums.bands[j] * neuron[i]) / Math.sqrt(square);
        gradient[(c * each + j) * d + i] = (beta * neuron[i]) / rounded - sign[c * each + j] * (sums.gradient[j * d + i] + band);
      }
    }
  }
  return { value, gradient };
}

describe.each(settings)('the smoothed objective: $loss, $architecture', (setting) => {
  const { scope, data, architecture } = prepare(caseOf(setting));
  const { slope } = architecture;
  const u = numbers(each * data.outputs * data.columns, 4);
  const smoothing = { width: 0.4, round: 1e-2 };

  it('has the value and the gradient of plain loops, to single precision', () => {
    const objective = new SmoothObjective(
      data,
      slope,
      { counts: Array(data.outputs).fill(each), signs: signs(data.outputs) },
      scope,
    );
    objective.smoothing = smoothing;
    const gradient = scope.vector(u.length);
    const value = objective.evaluate(scope.copyIn(u), gradient);
    const exact = plain(data, slope, u, smoothing, scope);
    expect(Math.abs(value - exact.value)).toBeLessThanOrEqual(1e-5 * exact.value);
    const size = Math.sqrt(exact.gradient.reduce((sum, entry) => sum + entry * entry, 0));
    scope.copyOut(gradient).forEach((entry, i) => {
      expect(Math.abs(entry - exact.gradient[i])).toBeLessThanOrEqual(1e-5 * size);
    });
  });

  it('has in double precision the gradient of its differences, widths that grow with the neurons included', () => {
    const { gradient } = plain(data, slope, u, smoothing, scope);
    const step = 1e-6;
    const at = (i: number, by: number) =>
      plain(
        data,
        slope,
        u.map((entry, j) => (j === i ? entry + by : entry)),
        smoothing,
        scope,
      ).value;
    gradient.forEach((entry, i) => {
      expect(Math.abs((at(i, step) - at(i, -step)) / (2 * step) - entry)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(entry)));
    });
  });
});

describe('the smoothed objective', () => {
  it('tends to that of the network as its width falls', () => {
    const { scope, data, architecture } = prepare(caseOf({ loss: 'squared', architecture: 'relu' }));
    const u = numbers(each * data.columns, 4);
    const objective = new SmoothObjective(data, architecture.slope, { counts: [each], signs: signs(1) }, scope);
    const at = (width: number) => {
      objective.smoothing = { width, round: 0 };
      return objective.evaluate(scope.copyIn(u), scope.vector(u.length));
    };
    const network = plain(data, architecture.slope, u, { width: 0, round: 0 }, scope).value;
    const off = [1, 0.1, 0.01].map((width) => Math.abs(at(width) - network));
    expect(off[1]).toBeLessThan(off[0] / 5);
    expect(off[2]).toBeLessThan(off[1] / 5);
  });

  it('is the same on every call, to the last bit', () => {
    const { scope, data, architecture } = prepare(caseOf({ loss: 'logistic', architecture: 'leaky 0.2' }));
    const u = scope.copyIn(numbers(each * data.columns, 9));
    const run = () => {
      const objective = new SmoothObjective(data, architecture.slope, { counts: [each], signs: signs(1) }, scope);
      objective.smoothing = { width: 0.1, round: 1e-3 };
      const gradient = scope.vector(u.length);
      return { value: objective.evaluate(u, gradient), gradient: scope.copyOut(gradient) };
    };
    expect(run()).toEqual(run());
  });
});
