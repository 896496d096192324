import { describe, expect, it } from 'vitest';
import * as cvxnn from '../../src/index.js';
import { loadNetwork } from '../../src/predict.js';
import { bitsOf, expectProven, fixturesOf, type Proven, withOneNumberMoved } from './fixtures.js';

interface Common {
  readonly class: string;
  readonly rows: number[][];
  readonly X: number[][];
  readonly y: cvxnn.Label[];
  readonly estimator: { readonly beta: number; readonly loss: string };
  readonly certificate?: object;
  readonly proven?: Proven;
}
interface RegressorFixture extends Common {
  readonly predictions: string;
}
interface ClassifierFixture extends Common {
  readonly labels: cvxnn.Label[];
  readonly probabilities: string;
}
type EstimatorFixture = RegressorFixture | ClassifierFixture;

/** What regressors and classifiers have in common, as a caller without types sees it. */
interface Model {
  readonly beta: number;
  readonly loss: string;
  predict(X: number[][]): ArrayLike<cvxnn.Label>;
  predictProba(X: number[][]): { data: Float64Array };
  verify(certificate: unknown, X: number[][], y: readonly cvxnn.Label[]): Proven;
}

const classNamed = (name: string) =>
  (cvxnn as unknown as Record<string, { new (): unknown; fromJSON(json: unknown): Model }>)[name];
const load = ({ class: name, estimator }: Common, json: unknown = estimator) => classNamed(name).fromJSON(json);

function expectSameAnswers(model: Pick<Model, 'predict' | 'predictProba'>, fixture: EstimatorFixture): void {
  const answers = model.predict(fixture.rows);
  if ('predictions' in fixture) {
    expect(bitsOf(answers as Float64Array)).toBe(fixture.predictions);
    return;
  }
  expect(Array.from(answers)).toEqual(fixture.labels);
  expect(bitsOf(model.predictProba(fixture.rows).data)).toBe(fixture.probabilities);
}

const fixtures = fixturesOf<EstimatorFixture>('estimators');
const proven = fixtures.filter(({ content }) => content.certificate !== undefined);

describe('estimator files of earlier versions', () => {
  it('are kept for every class of estimators', () => {
    const classes = Object.keys(cvxnn).filter((name) => /(Regressor|Classifier)$/.test(name));
    const kept = new Set(fixtures.map(({ content }) => content.class));
    expect(classes.filter((name) => !kept.has(name))).toEqual([]);
    expect(proven.length).toBeGreaterThanOrEqual(8);
  });

  it.each(fixtures)('$name: the same labels and the same bits of every number', ({ content }) => {
    expectSameAnswers(load(content), content);
  });

  it.each(fixtures)('$name: the same after it was saved again', ({ content }) => {
    expectSameAnswers(load(content, JSON.parse(JSON.stringify(load(content)))), content);
  });

  it.each(fixtures)('$name: the same without WebAssembly', ({ content }) => {
    expectSameAnswers(loadNetwork(content.estimator) as never, content);
  });

  it.each(fixtures)('$name: knows its beta', ({ content }) => {
    expect(load(content).beta).toBe(content.estimator.beta);
  });
});

describe('certificates of estimators of earlier versions', () => {
  it.each(proven)('$name: verifies, about this model and about its table', ({ content }) => {
    const { X, y, certificate } = content;
    expectProven(load(content).verify(certificate, X, y), content.proven as Proven);
  });

  it.each(proven)('$name: is refused for another network and for another table', ({ content }) => {
    const { X, y, certificate, estimator } = content;
    const other = withOneNumberMoved(estimator, (key) => key === 'weights');
    expect(() => load(content, other).verify(certificate, X, y)).toThrow(cvxnn.CertificateError);
    expect(() =>
      load(content).verify(
        certificate,
        withOneNumberMoved(X, () => true),
        y,
      ),
    ).toThrow(/SHA-256/);
  });
});
