import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ArgumentError,
  betaMax,
  networkFromJSON,
  regularizationPath,
  type TrainOptions,
  type TrainResult,
  train,
} from '../../src/index.js';
import { families } from '../support/every-family.js';
import { objectiveOf, taskOf } from '../support/family-task.js';
import { numbers } from '../support/kernel-harness.js';

/** A copy of saved parameters with every number moved a little, except in fixed fields and zeros, which families without such weights have. */
function perturbed(value: unknown, size: number, random: () => number, fixed: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => perturbed(entry, size, random, fixed));
  if (typeof value === 'number') return value === 0 ? 0 : value + size * random() * (Math.abs(value) + 0.1);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      fixed.includes(key) || typeof entry !== 'object' ? entry : perturbed(entry, size, random, fixed),
    ]),
  );
}

describe.each(families)('$name', (entry) => {
  const task = taskOf(entry);
  const { X, y, options } = task;
  const architecture = entry.architecture();
  const most = betaMax(architecture, X, y, options);
  const solve = async (share: number, changes: Partial<TrainOptions> = {}): Promise<TrainResult> =>
    train(architecture, X, y, { ...options, ...changes, beta: share * (await most).beta });

  it('returns a network that attains the objective reported, above its bound, at the tolerance', async () => {
    for (const share of [0.5, 0.1, 0.02]) {
      const { network, certificate, beta, status } = await solve(share);
      const { objective, patternBound, lowerBound, patternGap } = certificate;
      expect(status).toBe('optimal');
      expect(Math.abs(objectiveOf(network, task, beta) - objective)).toBeLessThanOrEqual(1e-9 * objective);
      expect(patternBound).toBeLessThanOrEqual(objective);
      expect(lowerBound ?? 0).toBeLessThanOrEqual(objective);
      expect(patternGap).toBeLessThanOrEqual(1e-6);
      const { samples = 12, outputs = 1 } = entry;
      // n outputs is Caratheodory's count; polynomial, quadratic and nuclear blocks hold several neurons each.
      expect(network.neurons).toBeLessThanOrEqual(samples * outputs * (entry.inputs + 2));
    }
  });

  it('is the zero function above betaMax, and something below', async () => {
    const { exact } = await most;
    const { network } = await solve(1.001);
    if (exact) {
      expect(network.weightPenalty()).toBe(0);
      expect((await solve(0.95)).network.weightPenalty()).toBeGreaterThan(0);
    }
  });

  it('is not improved by moving its parameters', async () => {
    if (entry.constrained) return;
    const { network, certificate, beta } = await solve(0.1);
    const bound = certificate.lowerBound ?? certificate.patternBound;
    const stream = numbers(4000, 9, 1);
    let at = 0;
    const random = () => stream[at++ % stream.length];
    for (const size of [1e-1, 1e-2, 1e-3, 1e-4]) {
      for (let trial = 0; trial < 10; trial++) {
        const moved = networkFromJSON(perturbed(network.toJSON(), size, random, entry.fixed ?? []));
        const objective = objectiveOf(moved, task, beta);
        expect(objective).toBeGreaterThanOrEqual(bound);
        expect(objective).toBeGreaterThanOrEqual(certificate.objective * (1 - 1e-6));
      }
    }
  });

  it('is saved and loaded bit by bit', async () => {
    const { network } = await solve(0.1);
    const loaded = networkFromJSON(JSON.parse(JSON.stringify(network)));
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(network));
    expect(Array.from(loaded.predict(X))).toEqual(Array.from(network.predict(X)));
    expect(loaded.weightPenalty()).toBe(network.weightPenalty());
  });

  it('predicts the same on raw columns once standardization is folded in', async () => {
    const { network } = await solve(0.1);
    const { inputs, outputs } = network;
    const centers = numbers(inputs, 20, 1);
    const scales = numbers(inputs, 21, 1).map((entry) => 1.5 + entry);
    const means = Array.from({ length: outputs }, (_, c) => 0.5 - c);
    const folded = network.standardized({ centers, scales }, { outputMean: means, outputScale: 2 });
    const raw = X.map((row) => row.map((x, j) => centers[j] + scales[j] * x));
    const wanted = network.predict(X).map((score, at) => means[at % outputs] + 2 * score);
    folded.predict(raw).forEach((score, k) => {
      expect(Math.abs(score - wanted[k])).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(wanted[k])));
    });
    expect(folded.outputs).toBe(outputs);
  });

  it('has a path that is monotone and concave in beta', async () => {
    const path = await regularizationPath(architecture, X, y, { ...options, values: 5, ratio: 0.05 });
    const points = path.map(({ beta, objective, certificate }) => ({ beta, objective, certificate })).reverse();
    points.forEach(({ beta, objective, certificate }, i) => {
      expect(certificate.patternGap).toBeLessThanOrEqual(1e-6);
      if (entry.staged) return;
      const [before, after] = [points[i - 1], points[i + 1]];
      if (before) expect(objective).toBeGreaterThanOrEqual(before.objective * (1 - 2e-6));
      if (!before || !after) return;
      const chord = before.objective + ((after.objective - before.objective) * (beta - before.beta)) / (after.beta - before.beta);
      expect(objective).toBeGreaterThanOrEqual(chord * (1 - 2e-6));
    });
  });

  if (entry.staged)
    it('never has a higher objective after a further stage, and a lower one somewhere', async () => {
      let gains = 0;
      for (const share of [0.5, 0.1, 0.02]) {
        const { beta, certificate } = await solve(share);
        const first = await train({ ...architecture, next: undefined }, X, y, { ...options, beta });
        expect(certificate.objective).toBeLessThanOrEqual(first.certificate.objective);
        if (certificate.objective < first.certificate.objective) gains++;
      }
      expect(gains).toBeGreaterThan(0);
    });

  it('gives the same bits again, and continues from its own result', async () => {
    const first = await solve(0.1);
    expect(JSON.stringify((await solve(0.1)).network)).toBe(JSON.stringify(first.network));
    const warm = await solve(0.1, { warmStart: first });
    expect(warm.certificate.objective).toBeLessThanOrEqual(first.certificate.objective * (1 + 1e-6));
  });

  it('ends at a signal with its best network', async () => {
    const stop = new AbortController();
    const call = solve(0.01, { signal: stop.signal, onProgress: () => stop.abort('enough') });
    const error = await call.then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(AbortedError);
    const { network, certificate, beta } = (error as AbortedError<TrainResult>).result as TrainResult;
    expect(Math.abs(objectiveOf(network, task, beta) - certificate.objective)).toBeLessThanOrEqual(1e-9 * certificate.objective);
    expect(certificate.patternBound).toBeLessThanOrEqual(certificate.objective);
  });

  it('refuses bad data and options before any work', async () => {
    const bad: [unknown, unknown, Partial<TrainOptions>][] = [
      [X.map((row, k) => (k === 1 ? row.map(() => Number.NaN) : row)), y, {}],
      [X.map((row, k) => (k === 1 ? [...row, 1] : row)), y, {}],
      [X.map((row) => row.map(() => Number.POSITIVE_INFINITY)), y, {}],
      [[], [], {}],
      [X, y.slice(1), {}],
      [X, y, { beta: 0 }],
      [X, y, { beta: Number.NaN }],
      [X, y, { sampleWeight: [1] }],
      [X, y, { patterns: 'every' as 'all' }],
    ];
    for (const [inputs, targets, changes] of bad) {
      const call = train(architecture, inputs as number[][], targets as number[], { ...options, beta: 1, ...changes });
      await expect(call).rejects.toBeInstanceOf(ArgumentError);
    }
  });
});
