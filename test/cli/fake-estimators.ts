import { AbortedError, CertificateError, ModelFormatError } from '../../src/errors.js';
import { TwoLayerNetwork } from '../../src/network/network.js';
import type { ModelName } from '../../src/table/model-document.js';
import type { Task } from '../../src/table/target-spec.js';
import type { Estimator, EstimatorJson, EstimatorOptions, FittedEstimator, Rows } from '../../src/tabular/estimators.js';
import type { Label } from '../../src/types.js';

/**
 * Stands in for the library's estimators, so that the command line is tested apart from training: the network is |x_0|
 * (classes: the score of class c is c times it), whatever the data. `behave` says how the next fit goes.
 */
export const behave: {
  status: string;
  patternGap: number;
  waitForAbort: boolean;
  abortedResult: boolean;
  lastOptions: EstimatorOptions | null;
  proof: object | null;
} = {
  proof: null,
  status: 'optimal',
  patternGap: 1e-9,
  waitForAbort: false,
  abortedResult: true,
  lastOptions: null,
};

export function createEstimator(_model: ModelName, task: Task, options: EstimatorOptions): Estimator {
  behave.lastOptions = options;
  const unused = () => Promise.reject(new Error('no test of paths uses this double'));
  return {
    betaMax: unused,
    path: unused,
    async fit(X, y, { signal, onProgress }) {
      const classes = task === 'classification' ? Array.from(new Set(y)).sort((a, b) => (a < b ? -1 : 1)) : undefined;
      const fitted = fake(X.shape[1], classes);
      onProgress?.({ stage: 'train', iteration: 1, objective: 2, lowerBound: 1, relativeGap: 0.5 });
      if (behave.waitForAbort) {
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        throw new AbortedError(signal?.reason, behave.abortedResult ? fitted : null);
      }
      return fitted;
    },
  };
}

export function loadEstimator(_model: ModelName, task: Task, json: unknown): FittedEstimator {
  const record = (json ?? {}) as { inputs?: unknown; classes?: Label[] };
  if (typeof record.inputs !== 'number') throw new ModelFormatError('estimator.inputs', 'is missing');
  return fake(record.inputs, task === 'classification' ? record.classes : undefined);
}

function fake(inputs: number, classes: readonly Label[] | undefined): FittedEstimator {
  const outputs = classes === undefined ? 1 : classes.length;
  const unit = (sign: number) => Array.from({ length: inputs }, (_, k) => (k === 0 ? sign : 0));
  const level = Array.from({ length: outputs }, (_, c) => (classes === undefined ? 1 : c));
  const network = new TwoLayerNetwork({
    inputs,
    outputs,
    activation: { kind: 'relu' },
    hidden: { weights: [...unit(1), ...unit(-1)] },
    output: { weights: [...level, ...level], bias: level.map((_, c) => -c * c) },
  });
  const scores = (X: Rows) => network.predict(X);
  const predict = (X: Rows): Label[] | Float64Array => {
    const all = scores(X);
    if (classes === undefined) return all;
    return Array.from({ length: X.shape[0] }, (_, k) => {
      const row = Array.from(all.subarray(k * outputs, (k + 1) * outputs));
      return classes[row.indexOf(Math.max(...row))];
    });
  };
  const json: EstimatorJson = { inputs, classes: classes ?? null };
  return {
    network,
    decisionFunction: scores,
    outside: ({ shape }) => Array.from({ length: shape[0] }, () => []),
    classes,
    certificate: {
      objective: 2,
      lowerBound: null,
      relativeGap: null,
      provenGlobal: false,
      patterns: 'priced',
      patternGap: behave.patternGap,
    },
    status: behave.status,
    beta: 0.5,
    predict,
    predictProba: classes === undefined ? undefined : (X) => ({ data: scores(X), shape: [X.shape[0], outputs] }),
    score: (X, y) => {
      const predictions = predict(X);
      return y.filter((label, k) => predictions[k] === label).length / y.length;
    },
    toJSON: () => json,
    proof: behave.proof,
    notes: [],
    verify: () => {
      throw new CertificateError('for another reason');
    },
  };
}
