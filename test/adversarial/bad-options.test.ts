import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import * as library from '../../src/index.js';

// Types that no compiler would let through: every public function refuses them by the name of the argument, before any work.
type Loose = Record<string, (...given: unknown[]) => unknown>;
const call = library as unknown as Loose;
const X = [
  [1, 2],
  [3, 1],
  [0, 4],
];
const y = [1, 2, 3];

async function argumentOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error instanceof ArgumentError ? error.argument : error;
  }
  return 'nothing thrown';
}

const factories: readonly [name: string, given: unknown, argument: string][] = [
  ['leakyRelu', Number.NaN, 'slope'],
  ['leakyRelu', '0.1', 'slope'],
  ['leakyRelu', 1, 'slope'],
  ['leakyRelu', -1.5, 'slope'],
  ['gatedRelu', null, 'options'],
  ['gatedRelu', { penalty: 'group' }, 'options.penalty'],
  ['gatedRelu', { vectorPenalty: 'l1' }, 'options.vectorPenalty'],
  ['threeLayer', { widths: 2 }, 'options.widths'],
  ['gatedThreeLayer', { depth: 2 }, 'options.depth'],
  ['deepGated', { layers: 2 }, 'options.layers'],
  ['layerwise', { stage: 2 }, 'options.stage'],
  ['polynomial', null, 'options'],
  ['polynomial', { a: 1, b: 1, c: 1, d: 1 }, 'options.d'],
  ['batchNormGated', null, 'options'],
  ['batchNormGated', { vectorPenalty: 1 }, 'options.vectorPenalty'],
];
const estimators = Object.keys(library).filter((name) => /(Regressor|Classifier)$/.test(name));

const functions: readonly [name: string, given: unknown[], argument: string][] = [
  ['betaMax', [library.relu(), X, y, null], 'options'],
  ['regularizationPath', [library.relu(), X, y, null], 'options'],
  ['regularizationPath', [library.relu(), X, y, { beta: 1 }], 'options.beta'],
  ['crossValidate', [library.relu(), X, y, null], 'options'],
  ['crossValidate', [library.relu(), X, y, { beta: 1 }], 'options.beta'],
  ['enumeratePatterns', [X, null], 'options'],
  ['enumeratePatterns', [X, { memory: 1 }], 'options.memory'],
  ['enumeratePatterns', [X, { memoryLimit: 'much' }], 'options.memoryLimit'],
  ['enumeratePatterns', [X, { seed: 1 }], 'options.seed'],
  ['dualMaximum', [X, y, null], 'options'],
  ['dualMaximum', [X, y, { seed: -1 }], 'options.seed'],
  ['toRelu', [undefined, X, y, { beta: 1 }], 'result'],
  ['toRelu', [{ network: {} }, X, y, { beta: 1 }], 'result'],
  ['toOnnx', [{}], 'network'],
  ['toOnnx', [library.trainSync(library.relu(), X, y, { beta: 1 }).network, { labels: [] }], 'options.labels'],
  ['toTfjs', [null], 'network'],
];

describe('bad options', () => {
  it.each(factories)('of %s(%o)', async (name, given, argument) => {
    expect(await argumentOf(() => call[name](given))).toBe(argument);
  });

  it.each(functions)('of %s (%#)', async (name, given, argument) => {
    expect(await argumentOf(() => call[name](...given))).toBe(argument);
  });

  // Defaults are spread around the options, and a spread takes anything.
  it.each(estimators)('of the constructor of %s', async (name) => {
    const Model = call[name] as unknown as new (options: unknown) => unknown;
    for (const given of [null, 3, true, 'auto', [], () => 1]) {
      expect(await argumentOf(() => new Model(given)), String(given)).toBe('options');
    }
    const image = /^Convolutional/.test(name) ? { image: [4, 4] } : {};
    expect(await argumentOf(() => new Model({ ...image, betta: 1 }))).toBe('options.betta');
    const classWeight = await argumentOf(() => new Model({ ...image, classWeight: 'balanced' }));
    expect(classWeight).toBe(/Classifier$/.test(name) ? 'nothing thrown' : 'options.classWeight');
  });

  it('estimators are all there', () => expect(estimators.length).toBe(12));

  it('edges of slopes are served', () => {
    for (const slope of [-1, 0, 0.999]) {
      const { certificate } = library.trainSync(library.leakyRelu(slope), X, y, { beta: 0.1 });
      expect(certificate.lowerBound).toBeLessThanOrEqual(certificate.objective);
      expect(certificate.provenGlobal).toBe(true);
    }
  });
});
