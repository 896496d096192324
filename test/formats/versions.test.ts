import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  AffineGenerator,
  generatorFromJSON,
  ModelFormatError,
  networkFromJSON,
  ReLURegressor,
  relu,
  trainSync,
} from '../../src/index.js';
import { loadNetwork } from '../../src/predict.js';
import { MODEL_VERSION } from '../../src/table/model-document.js';
import { root } from '../support/source-files.js';
import { commits } from './fixtures.js';

const page = readFileSync(join(root, 'docs', 'formats.md'), 'utf8');
const X = [[1], [2], [4], [7]];
const y = [1, 0, 2, 1];

/** What this version writes of each format. */
function written(): Record<string, { format: string; version: number }> {
  const { network, proof } = trainSync(relu(), X, y, { beta: 0.1, patterns: 'certified', proof: true });
  const estimator = new ReLURegressor({ beta: 0.1 }).fitSync(X, y).toJSON();
  const generator = new AffineGenerator(1, [{ weights: Float64Array.of(1), bias: Float64Array.of(0) }]).toJSON();
  return Object.fromEntries(
    [network.toJSON(), estimator, proof, generator, { format: 'cvxnn-model', version: MODEL_VERSION }].map((document) => {
      const { format, version } = document as unknown as { format: string; version: number };
      return [format, { ...document, format, version }];
    }),
  );
}

describe('the page of formats', () => {
  const rows = [...page.matchAll(/^\| `(cvxnn-[a-z]+)` +\| (\d+) +\|/gm)].map(([, format, version]) => [format, Number(version)]);

  it('lists every version of every format, up to the one that is written', () => {
    const wanted = Object.values(written()).flatMap(({ format, version }) =>
      Array.from({ length: version }, (_, k) => [format, k + 1]),
    );
    expect([...rows].sort()).toEqual([...wanted].sort());
  });

  it('names no format that is not written, and each in its first table', () => {
    const first = [...page.matchAll(/^\| `(cvxnn-[a-z]+)` +\| [^\d]/gm)].map(([, format]) => format);
    expect(first.sort()).toEqual(Object.keys(written()).sort());
  });
});

describe('a document of a version to come', () => {
  const documents = written();
  const later = (format: string) => ({ ...documents[format], version: documents[format].version + 1 });
  it.each([
    ['cvxnn-network', networkFromJSON],
    ['cvxnn-network', loadNetwork],
    ['cvxnn-estimator', (json: unknown) => ReLURegressor.fromJSON(json)],
    ['cvxnn-estimator', loadNetwork],
    ['cvxnn-generator', generatorFromJSON],
  ] as const)('%s is refused by its version, whichever function reads it', (format, read) => {
    const { version } = documents[format];
    expect(() => read(later(format))).toThrow(ModelFormatError);
    expect(() => read(later(format))).toThrow(new RegExp(`version.*${version + 1}.*${version}`));
    expect(() => read(documents[format])).not.toThrow();
  });
});

describe('fixtures', () => {
  it.each(commits)('of %s are there in every kind', (commit) => {
    const kinds = readdirSync(join(root, 'test', 'fixtures', commit)).sort();
    expect(kinds).toEqual(['certificates', 'estimators', 'generators', 'models', 'networks']);
  });
});
