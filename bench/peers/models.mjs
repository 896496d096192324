// What JavaScript users would take instead of cvxnn: one fit each, with options. A model has `predict(rows)` (labels 0, 1, .. or numbers) and
// `bytes`, the length of its JSON. Rows are standardized; numbers to predict have mean 0 and variance 1.
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import brain from 'brain.js';
import LogisticRegression from 'ml-logistic-regression';
import { Matrix, solve } from 'ml-matrix';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';

const require = createRequire(import.meta.url);
const quietly = async (load) => {
  const { error, warn, log } = console;
  // Their loaders complain of a browser's way of compiling first, and libsvm prints its iterations.
  console.error = console.warn = console.log = () => {};
  try {
    return await load();
  } finally {
    Object.assign(console, { error, warn, log });
  }
};
const XGBoost = await quietly(() => require('ml-xgboost'));
const SVM = await quietly(() => require('libsvm-js'));
setThreadsCount(1);
await tf.setBackend('wasm');

const largest = (row) => row.indexOf(Math.max(...row));
const jsonBytes = (value) => JSON.stringify(value).length;

/** One hidden layer of 64 ReLU units, Adam on whole batches with the rate falling to zero along a cosine, weight decay `l2`. */
function tfjsNetwork({ X, y, classes, seed }, { l2, steps = 300, rate = 0.03 }) {
  const kernelInitializer = (offset) => tf.initializers.glorotUniform({ seed: 1000 * seed + offset });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [X[0].length], units: 64, activation: 'relu', kernelInitializer: kernelInitializer(1) }),
      tf.layers.dense({ units: Math.max(1, classes), kernelInitializer: kernelInitializer(2) }),
    ],
  });
  const inputs = tf.tensor2d(X);
  const targets = classes ? tf.oneHot(tf.tensor1d(y, 'int32'), classes).toFloat() : tf.tensor2d(y, [y.length, 1]);
  const weights = model.trainableWeights.map(({ val }) => val);
  const optimizer = tf.train.adam(rate);
  const objective = () => {
    const scores = model.apply(inputs, { training: true });
    const losses = classes ? tf.losses.softmaxCrossEntropy(targets, scores) : tf.losses.meanSquaredError(targets, scores);
    return weights.filter(({ rank }) => rank === 2).reduce((sum, W) => sum.add(W.square().sum().mul(l2)), losses);
  };
  for (let step = 0; step < steps; step++) {
    optimizer.learningRate = 0.5 * rate * (1 + Math.cos((Math.PI * step) / steps));
    optimizer.minimize(objective, false, weights);
  }
  const predict = (rows) => {
    const scores = tf.tidy(() => model.predict(tf.tensor2d(rows)).arraySync());
    return scores.map((row) => (classes ? largest(row) : row[0]));
  };
  return { predict, bytes: jsonBytes(weights.map((W) => W.arraySync())) };
}

/** Sigmoid units, on rows brought to 0 .. 1; a number is an output between 0 and 1. */
function brainNetwork({ X, y, classes }, { units, iterations = 300, learningRate = 0.3 }) {
  const columns = X[0].map((_, i) => X.map((row) => row[i]));
  const low = columns.map((column) => Math.min(...column));
  const width = columns.map((column, i) => Math.max(...column) - low[i] || 1);
  const input = (row) => row.map((entry, i) => (entry - low[i]) / width[i]);
  const [least, most] = [Math.min(...y), Math.max(...y)];
  const output = (value) =>
    classes ? Array.from({ length: classes }, (_, c) => (c === value ? 1 : 0)) : [(value - least) / (most - least)];
  const network = new brain.NeuralNetwork({ hiddenLayers: [units], learningRate });
  network.train(
    X.map((row, k) => ({ input: input(row), output: output(y[k]) })),
    { iterations, errorThresh: 1e-6 },
  );
  const predict = (rows) =>
    rows.map((row) => {
      const scores = Array.from(network.run(input(row)));
      return classes ? largest(scores) : least + scores[0] * (most - least);
    });
  return { predict, bytes: jsonBytes(network.toJSON()) };
}

function forest({ X, y, classes, seed }, { trees = 50, share }) {
  const Forest = classes ? RandomForestClassifier : RandomForestRegression;
  const model = new Forest({
    seed,
    nEstimators: trees,
    maxFeatures: Math.max(1, Math.round(share * X[0].length)),
    replacement: true,
    useSampleBagging: true,
    noOOB: true,
  });
  model.train(X, y);
  return { predict: (rows) => model.predict(rows), bytes: jsonBytes(model) };
}

function boosting({ X, y, classes, seed }, { depth, rounds }) {
  const objective = classes === 0 ? 'reg:linear' : classes === 2 ? 'binary:logistic' : 'multi:softmax';
  const model = new XGBoost({
    booster: 'gbtree',
    objective,
    max_depth: depth,
    eta: 0.1,
    subsample: 0.8,
    iterations: rounds,
    seed,
    silent: 1,
  });
  model.train(X, y);
  const predict = (rows) => model.predict(rows).map((value) => (classes === 2 ? Number(value > 0.5) : value));
  return { predict, bytes: jsonBytes(model) };
}

function supportVectors({ X, y, classes }, { cost, gamma }) {
  const type = classes ? SVM.SVM_TYPES.C_SVC : SVM.SVM_TYPES.EPSILON_SVR;
  const model = new SVM({ kernel: SVM.KERNEL_TYPES.RBF, type, cost, gamma: gamma / X[0].length, quiet: true });
  model.train(X, y);
  return { predict: (rows) => Array.from(model.predict(rows)), bytes: model.serializeModel().length };
}

const withOne = (rows) => new Matrix(rows.map((row) => [...row, 1]));

/** Gradient steps of 1 / n; fewer of them regularize. */
function logistic({ X, y }, { steps }) {
  const model = new LogisticRegression({ numSteps: steps, learningRate: 1 / X.length });
  model.train(withOne(X), Matrix.columnVector(y));
  return { predict: (rows) => model.predict(withOne(rows)), bytes: jsonBytes(model) };
}

function ridge({ X, y }, { penalty }) {
  const A = withOne(X);
  const normal = A.transpose().mmul(A).add(Matrix.eye(A.columns, A.columns).mul(penalty));
  const w = solve(normal, A.transpose().mmul(Matrix.columnVector(y)));
  return { predict: (rows) => withOne(rows).mmul(w).to1DArray(), bytes: jsonBytes(w) };
}

const pairs = (names, first, second) => first.flatMap((a) => second.map((b) => ({ [names[0]]: a, [names[1]]: b })));

/** Name, fit, and the options among which a quarter of the training rows decides; `classes`: only for labels, or only for numbers. */
export const models = [
  { name: 'tfjs', fit: tfjsNetwork, options: [{ l2: 0 }, { l2: 1e-3 }, { l2: 1e-2 }] },
  { name: 'brain.js', fit: brainNetwork, options: [{ units: 8 }, { units: 24 }] },
  { name: 'ml-random-forest', fit: forest, options: [{ share: 0.4 }, { share: 0.8 }] },
  { name: 'ml-xgboost', fit: boosting, options: pairs(['depth', 'rounds'], [1, 2, 4], [50, 200]) },
  { name: 'libsvm-js', fit: supportVectors, options: pairs(['cost', 'gamma'], [1, 10, 100], [0.3, 1, 3]) },
  { name: 'ml-logistic-regression', fit: logistic, options: [{ steps: 30 }, { steps: 300 }, { steps: 3000 }], classes: true },
  { name: 'ridge (ml-matrix)', fit: ridge, options: [{ penalty: 0.1 }, { penalty: 10 }, { penalty: 100 }], classes: false },
];
