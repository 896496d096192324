import fc from 'fast-check';
import type * as cvxnn from '../../src/index.js';
import { hold, type Target, Wrong } from './target.js';
import { build, type Spec, specs } from './values.js';

type Library = typeof cvxnn;
type Loose = Record<string, (...given: unknown[]) => unknown>;

interface Call {
  /** Instances of the library: another value may take their place, but nobody reaches into them. */
  readonly whole?: true;
  /** A fresh set of right arguments, by the names that messages give them. */
  readonly given: (library: Library) => Record<string, unknown>;
  readonly call: (library: Loose, given: Record<string, unknown>) => unknown;
}

const X = () => [
  [-2, 1],
  [-1, 0.5],
  [0, -1],
  [1, 2],
  [2, 0],
  [1, -2],
];
const y = () => [2, 1, 0, 1, 2, 3];
const labels = () => ['a', 'b', 'b', 'a', 'c', 'c'];
const inOrder =
  (name: string, ...names: string[]): Call['call'] =>
  (library, given) =>
    library[name](...names.map((key) => given[key]));
const fitted = (name: string, targets: () => unknown[], options: object): Call => ({
  given: () => ({ X: X(), y: targets(), options: { beta: 0.5, patterns: { sample: 4 }, ...options }, call: {} }),
  call: async (library, { X, y, options, call }) => {
    const Class = library[name] as unknown as new (options: unknown) => cvxnn.ReLURegressor;
    const model = await new Class(options).fit(X as never, y as never, call as never);
    return { network: model.network, certificate: model.certificate, predictions: model.predict(rowsOf(model.network.inputs)) };
  },
});
const rowsOf = (inputs: number) => [new Array(inputs).fill(0), Array.from({ length: inputs }, (_, j) => j - 1)];
const training = (extra: object = {}) => ({ X: X(), y: y(), options: { beta: 0.5, timeLimit: 5, ...extra } });
const saved = (library: Library) => library.trainSync(library.relu(), X(), y(), { beta: 0.5 });
/** Through text, as a file comes. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Every entry point that takes anything, with arguments that it takes. */
export const calls: Readonly<Record<string, Call>> = {
  train: { given: () => training(), call: (library, { X, y, options }) => library.train(library.relu(), X, y, options) },
  trainSync: {
    given: () => training({ patterns: { sample: 4 }, sampleWeight: [1, 1, 2, 0, 1, 1] }),
    call: (library, { X, y, options }) => library.trainSync(library.gatedRelu(), X, y, options),
  },
  betaMax: {
    given: () => ({ X: X(), y: y(), options: {} }),
    call: (library, { X, y, options }) => library.betaMax(library.relu(), X, y, options),
  },
  regularizationPath: {
    given: () => ({ X: X(), y: y(), options: { values: 3, patterns: { sample: 3 }, timeLimit: 5 } }),
    call: (library, { X, y, options }) => library.regularizationPath(library.relu(), X, y, options),
  },
  crossValidate: {
    given: () => ({ X: X(), y: y(), options: { values: 2, folds: 2, patterns: { sample: 3 }, timeLimit: 5 } }),
    call: (library, { X, y, options }) => library.crossValidate(library.relu(), X, y, options),
  },
  ReLURegressor: fitted('ReLURegressor', y, { timeLimit: 5 }),
  ReLUClassifier: fitted('ReLUClassifier', labels, { classWeight: 'balanced', timeLimit: 5 }),
  GatedReLUClassifier: fitted('GatedReLUClassifier', labels, {}),
  BatchNormRegressor: fitted('BatchNormRegressor', y, {}),
  LayerwiseRegressor: fitted('LayerwiseRegressor', y, {}),
  GatedReLUStream: {
    given: () => ({ X: X(), y: y(), options: { beta: 0.5, gates: 4 }, call: {} }),
    call: async (library, { X, y, options, call }) => {
      const Class = library.GatedReLUStream as unknown as new (options: unknown) => cvxnn.GatedReLUStream;
      return (await new Class(options).addRows(X as never, y as never)).fit(call as never);
    },
  },
  trainGan: {
    given: () => ({ X: X(), options: { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: 1 } }),
    call: inOrder('trainGan', 'X', 'options'),
  },
  bestResponse: {
    given: () => ({ X: X(), G: X(), options: { discriminator: 'relu' } }),
    call: inOrder('bestResponse', 'X', 'G', 'options'),
  },
  dualMaximum: { given: () => ({ X: X(), lambda: y(), options: {} }), call: inOrder('dualMaximum', 'X', 'lambda', 'options') },
  enumeratePatterns: { given: () => ({ X: X(), options: {} }), call: inOrder('enumeratePatterns', 'X', 'options') },
  toRelu: {
    whole: true,
    given: (library) => ({
      result: library.trainSync(library.gatedRelu(), X(), y(), { beta: 0.5, patterns: { sample: 3 } }),
      X: X(),
      y: y(),
      options: { beta: 0.5 },
    }),
    call: inOrder('toRelu', 'result', 'X', 'y', 'options'),
  },
  verifyCertificate: {
    given: (library) => ({
      certificate: plain(library.trainSync(library.relu(), X(), y(), { beta: 0.5, patterns: 'certified', proof: true }).proof),
      X: X(),
      y: y(),
    }),
    call: inOrder('verifyCertificate', 'certificate', 'X', 'y'),
  },
  networkFromJSON: { given: (library) => ({ json: plain(saved(library).network) }), call: inOrder('networkFromJSON', 'json') },
  fromJSON: {
    given: (library) => ({ json: plain(new library.ReLURegressor({ beta: 0.5, patterns: { sample: 3 } }).fitSync(X(), y())) }),
    call: (library, { json }) => (library.ReLURegressor as unknown as Loose).fromJSON(json),
  },
  predict: {
    given: () => ({ X: X() }),
    call: (library, { X }) => saved(library as unknown as Library).network.predict(X as never),
  },
  explain: {
    given: () => ({ x: [1, 2] }),
    call: (library, { x }) => saved(library as unknown as Library).network.explain(x as never),
  },
  toOnnx: {
    whole: true,
    given: (library) => ({ network: saved(library).network, options: {} }),
    call: inOrder('toOnnx', 'network', 'options'),
  },
  toTfjs: { whole: true, given: (library) => ({ network: saved(library).network }), call: inOrder('toTfjs', 'network') },
  initialize: { given: () => ({ source: {} }), call: inOrder('initialize', 'source') },
  leakyRelu: { given: () => ({ slope: 0.2 }), call: inOrder('leakyRelu', 'slope') },
  polynomial: { given: () => ({ options: { a: 0.1, b: 0.5, c: 0.4 } }), call: inOrder('polynomial', 'options') },
  threeLayer: { given: () => ({ options: { width: 2 } }), call: inOrder('threeLayer', 'options') },
  deepGated: { given: () => ({ options: { widths: [2, 2, 1] } }), call: inOrder('deepGated', 'options') },
  layerwise: { given: () => ({ options: { stages: 2 } }), call: inOrder('layerwise', 'options') },
  convolutional: { given: () => ({ options: { image: [4], filter: 2 } }), call: inOrder('convolutional', 'options') },
};

/** A call, and what is put in place of parts of its arguments: `path` leads there from the name of an argument. */
export interface OptionsInput {
  readonly call: string;
  readonly changes: readonly { readonly path: readonly string[]; readonly value: Spec }[];
}

const optionNames = [
  'beta',
  'loss',
  'huberDelta',
  'bias',
  'sampleWeight',
  'patterns',
  'seed',
  'tolerance',
  'pricingTolerance',
].concat(
  ['maxIterations', 'maxNodes', 'timeLimit', 'memoryLimit', 'proof', 'solver', 'warmStart', 'signal', 'onProgress', 'offset'],
  ['values', 'betas', 'folds', 'ratio', 'stratify', 'standardize', 'classWeight', 'gates', 'scaling', 'noise', 'image', 'filter'],
  ['format', 'version', 'network', 'hidden', 'weights', 'outputs', 'claim', 'problem', 'rows', 'data', 'shape', '0', '1'],
);

/** @param roots - names of the arguments of every call. */
const inputsOf = (roots: ReadonlyMap<string, readonly string[]>): fc.Arbitrary<OptionsInput> =>
  fc.constantFrom(...roots.keys()).chain((call) => {
    const steps = fc.array(fc.constantFrom(...optionNames), { maxLength: calls[call].whole ? 0 : 2 });
    const path = fc.tuple(fc.constantFrom(...(roots.get(call) ?? [])), steps).map(([root, rest]) => [root, ...rest]);
    return fc.record({
      call: fc.constant(call),
      changes: fc.array(fc.record({ path, value: specs }), { minLength: 1, maxLength: 2 }),
    });
  });

/** Puts a value at a path; what is not there is made. */
function put(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  if (typeof target[key] !== 'object' || target[key] === null) target[key] = {};
  put(target[key] as Record<string, unknown>, rest, value);
}

/** Numbers of a result that must be numbers: those of certificates and predictions. */
function checkAnswer(result: unknown): void {
  const { certificate, network } = (result ?? {}) as { certificate?: cvxnn.Certificate; network?: cvxnn.Network };
  if (certificate && typeof certificate.objective === 'number' && network) {
    const { objective, lowerBound, gap, patternGap } = certificate;
    hold(Number.isFinite(objective), `the objective is ${objective}`);
    hold(lowerBound === null || lowerBound <= objective, `the bound ${lowerBound} is above the objective ${objective}`);
    hold(gap === null || gap >= 0, `the gap is ${gap}`);
    hold(patternGap >= 0, `the gap over the patterns is ${patternGap}`);
  }
  if (result instanceof Float64Array) hold(result.every(Number.isFinite), 'a prediction is no number');
}

const isTyped = (error: unknown): error is cvxnn.CvxnnError =>
  error instanceof Error &&
  typeof (error as { code?: unknown }).code === 'string' &&
  'code' in error &&
  !/^ERR_|^E[A-Z]+$/.test(String((error as { code?: string }).code));

/** The name of an option that the caller gave, or said to be missing. */
function checkNames(error: cvxnn.CvxnnError, given: Record<string, unknown>): void {
  if (error.code !== 'argument') return;
  const { argument, received } = error as cvxnn.ArgumentError;
  const [, option] = argument.match(/^(?:options|call)\.([A-Za-z]+)/) ?? [];
  if (option === undefined || /undefined|missing/.test(received)) return;
  const passed = [given.options, given.call].some((value) => typeof value === 'object' && value !== null && option in value);
  hold(passed, `the message names options.${option}, which was not given: ${error.message}`);
}

/**
 * Any value anywhere: a typed error, or a right answer.
 *
 * @param library - the library, or one with a fault planted in it.
 * @param only - names of calls; default all.
 */
export function optionsTarget(library: Library, only = Object.keys(calls)): Target<OptionsInput> {
  const roots = new Map(only.map((name) => [name, Object.keys(calls[name].given(library))]));
  return {
    name: 'options',
    inputs: inputsOf(roots),
    check: async ({ call: name, changes }) => {
      const { given: fresh, call } = calls[name];
      const given = fresh(library);
      for (const { path, value } of changes) {
        try {
          put(given, path, build(value));
        } catch {
          // A frozen object, an array of another length: the change is not possible.
          return;
        }
      }
      try {
        checkAnswer(await call(library as unknown as Loose, given));
      } catch (error) {
        if (error instanceof Wrong) throw error;
        const { message } = error as Error;
        // A listener of the caller may throw what it likes.
        if (/(thrown|rejected|aborted|as a value).*caller|aborted before/.test(String(message))) return;
        hold(isTyped(error), () => `${name} failed with ${(error as Error)?.name ?? typeof error}: ${message}`);
        hold(error.code !== 'internal', `${name} met a broken invariant: ${message}`);
        hold(message.length < 600 && !message.includes('\n'), `the message is no line: ${message}`);
        checkNames(error, given);
      }
    },
  };
}
