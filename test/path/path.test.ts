import { describe, expect, it } from 'vitest';
import { gatedRelu } from '../../src/architectures/gated-relu.js';
import { relu } from '../../src/architectures/two-layer.js';
import { betaMaxSync } from '../../src/beta-max.js';
import { AbortedError, ArgumentError } from '../../src/errors.js';
import { type CrossValidation, crossValidate, crossValidateSync } from '../../src/path/cross-validate.js';
import { regularizationPath, regularizationPathSync } from '../../src/path/path.js';
import { createRandom } from '../../src/random.js';
import { trainSync } from '../../src/train.js';

const random = createRandom(5);
const X = Array.from({ length: 40 }, () => [random.normal(), random.normal()]);
const y = X.map(([a, b]) => Math.max(0, a) - Math.abs(b) + 0.1 * random.normal());
const labels = y.map((value) => (value > -0.4 ? 1 : -1));

describe('regularizationPath', () => {
  const steps = regularizationPathSync(relu(), X, y, { values: 8, ratio: 1e-2 });

  it('goes from the zero network at betaMax down to ratio times it', () => {
    const { beta } = betaMaxSync(relu(), X, y);
    expect(steps).toHaveLength(8);
    expect(steps[0].beta).toBe(beta);
    expect(steps[0].neurons).toBe(0);
    expect(steps[7].beta / beta).toBeCloseTo(1e-2, 12);
    expect(steps[7].neurons).toBeGreaterThan(0);
  });

  it('has an optimum that is concave and not decreasing in beta', () => {
    for (const { status } of steps) expect(status).toBe('optimal');
    for (let k = 1; k < steps.length; k++) {
      const slack = 1e-6 * steps[k].objective;
      expect(steps[k].objective).toBeLessThanOrEqual(steps[k - 1].objective + slack);
    }
    for (let k = 1; k + 1 < steps.length; k++) {
      const [high, middle, low] = [steps[k - 1], steps[k], steps[k + 1]];
      const share = (middle.beta - low.beta) / (high.beta - low.beta);
      const chord = share * high.objective + (1 - share) * low.objective;
      expect(middle.objective).toBeGreaterThanOrEqual(chord * (1 - 1e-5));
    }
  });

  it('leaves the zero network right below betaMax, for every loss', () => {
    for (const loss of ['squared', 'huber', 'logistic', 'squaredHinge'] as const) {
      const targets = loss === 'squared' || loss === 'huber' ? y : labels;
      for (const patterns of ['auto', 'priced', 'certified'] as const) {
        const { beta } = betaMaxSync(relu(), X, targets, { loss });
        const options = { loss, patterns, betas: [1.001 * beta, 0.95 * beta] };
        const [above, below] = regularizationPathSync(relu(), X, targets, options);
        expect(above.neurons).toBe(0);
        expect(below.neurons).toBeGreaterThan(0);
        expect(below.objective).toBeLessThan(above.objective * (1 - 1e-5));
      }
    }
  });

  it('agrees with fits that start from nothing', () => {
    for (const { beta, objective } of steps.slice(2, 8)) {
      const cold = trainSync(relu(), X, y, { beta }).certificate.objective;
      expect(objective / cold).toBeCloseTo(1, 5);
    }
  });

  it('scores validation rows where they are given, and gives the same bits asynchronously', async () => {
    const validation = { X: X.slice(0, 20), y: y.slice(0, 20) };
    const options = { values: 4, ratio: 0.05, validation };
    const own = regularizationPathSync(gatedRelu(), X, y, { ...options, patterns: { sample: 20 } });
    expect(own[3].validationScore).toBeGreaterThan(own[0].validationScore as number);
    const later = await regularizationPath(gatedRelu(), X, y, { ...options, patterns: { sample: 20 } });
    expect(JSON.stringify(later.map(({ network }) => network))).toBe(JSON.stringify(own.map(({ network }) => network)));
    expect(steps[0].validationScore).toBeNull();
  });

  it('refuses bad grids before any work', () => {
    for (const options of [{ values: 0 }, { ratio: 1 }, { ratio: 0 }, { betas: [] }, { betas: [1, 2] }, { betas: [-1] }]) {
      expect(() => regularizationPathSync(relu(), X, y, options)).toThrow(ArgumentError);
    }
  });
});

describe('crossValidate', () => {
  const options = { folds: 4, values: 6, ratio: 1e-2, seed: 3 };
  const found = crossValidateSync(relu(), X, y, options);

  it('scores every value on every fold and takes the best mean', () => {
    expect(found.scores).toHaveLength(6);
    for (const row of found.scores) expect(row).toHaveLength(4);
    const best = Math.max(...found.mean);
    expect(found.best.score).toBe(best);
    expect(found.betas[found.mean.indexOf(best)]).toBe(found.best.beta);
    expect(found.best.betaOneStandardError).toBeGreaterThanOrEqual(found.best.beta);
    expect(best).toBeGreaterThan(0.5);
  });

  it('repeats itself with the same seed and differs with another', async () => {
    expect(await crossValidate(relu(), X, y, options)).toEqual(found);
    const other = crossValidateSync(relu(), X, y, { ...options, seed: 4 });
    expect(Array.from(other.scores[5])).not.toEqual(Array.from(found.scores[5]));
  });

  it('measures accuracy for labels, at least that of the larger class', () => {
    const { best } = crossValidateSync(relu(), X, labels, { ...options, loss: 'logistic' });
    const share = labels.filter((label) => label === 1).length / labels.length;
    expect(best.score).toBeGreaterThanOrEqual(Math.max(share, 1 - share));
    expect(best.score).toBeLessThanOrEqual(1);
  });

  it('repeats draws of folds and may end early', () => {
    const twice = crossValidateSync(relu(), X, y, { ...options, repeats: 2, values: 2 });
    expect(twice.scores[0]).toHaveLength(8);
    const patient = crossValidateSync(relu(), X, y, { ...options, values: 15, ratio: 1e-6, patience: 1 });
    expect(patient.betas.length).toBeLessThan(15);
  });

  it('may take part of the rows; beta stays about all of them', () => {
    const betas = [1, 0.1];
    const part = crossValidateSync(relu(), X, y, { betas, folds: 2, rows: 20, scoring: 'loss' });
    expect(part.betas).toEqual(Float64Array.from(betas));
    expect(part).toEqual(crossValidateSync(relu(), X, y, { betas, folds: 2, rows: 20, scoring: 'loss' }));
    const whole = crossValidateSync(relu(), X, y, { betas, folds: 2, scoring: 'loss' });
    expect(part.mean).not.toEqual(whole.mean);
    // Twice the rows are the same problem with twice the weight: half of them drawn, or half the weight of each, is one.
    const doubled = crossValidateSync(relu(), [...X, ...X], [...y, ...y], {
      betas: [2, 0.2],
      folds: 2,
      rows: 40,
      scoring: 'loss',
    });
    doubled.mean.forEach((score, k) => {
      expect(Math.abs(score - whole.mean[k])).toBeLessThan(0.5 * Math.abs(whole.mean[k]) + 0.05);
    });
    expect(crossValidateSync(relu(), X, y, { betas, folds: 2, rows: 1000 })).toEqual(
      crossValidateSync(relu(), X, y, { betas, folds: 2 }),
    );
  });

  it('can be stopped: a fold is no result', async () => {
    const stop = new AbortController();
    const running = crossValidate(relu(), X, y, { ...options, signal: stop.signal, onProgress: () => stop.abort() });
    const error = await running.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect((error as AbortedError).result).toBeNull();
  });

  it('stopped later, it tells the values that all folds have seen', async () => {
    const stop = new AbortController();
    let fits = 0;
    const onProgress = ({ iteration }: { iteration: number }) => {
      if (iteration === 0 && ++fits > 3 * 4) stop.abort();
    };
    const error = await crossValidate(relu(), X, y, { ...options, signal: stop.signal, onProgress }).catch(
      (reason: unknown) => reason,
    );
    const { betas, best } = (error as AbortedError<CrossValidation>).result as CrossValidation;
    const whole = crossValidateSync(relu(), X, y, options);
    expect(betas.length).toBeGreaterThan(0);
    expect(betas).toEqual(whole.betas.slice(0, betas.length));
    expect(betas).toContain(best.beta);
  });

  it('says that it was cut short where the last value it had time for is the best', () => {
    const hurried = crossValidateSync(relu(), X, y, { ...options, timeLimit: 1e-9 });
    expect(hurried.betas).toHaveLength(1);
    expect(hurried.cutShort).toBe(true);
    expect(crossValidateSync(relu(), X, y, options).cutShort).toBe(false);
  });

  it.each([
    { folds: 1 },
    { folds: 41 },
    { repeats: 0 },
    { patience: 0 },
    { rows: 1 },
    { rows: 2.5 },
    { scoring: 'luck' as never },
  ])('refuses %o', (bad) => {
    expect(() => crossValidateSync(relu(), X, y, bad)).toThrow(ArgumentError);
  });
});
