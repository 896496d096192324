// Adam in TensorFlow.js on the same objective as the convex program: sum of logistic losses + beta/2 (|W|^2 + |b|^2 + |a|^2).
import * as tf from './vendor/tf.mjs';

const hidden = 50;
const steps = 1500;
const every = 25;

self.onmessage = async ({ data: { X, y, beta, rate, seeds } }) => {
  await tf.setBackend('cpu');
  await tf.ready();
  const inputs = tf.tensor2d(X);
  const signs = tf.tensor1d(y);
  for (let seed = 0; seed < seeds; seed++) {
    const W = tf.variable(tf.randomNormal([2, hidden], 0, 1, 'float32', 3 * seed + 1));
    const b = tf.variable(tf.randomNormal([hidden], 0, 0.3, 'float32', 3 * seed + 2));
    const a = tf.variable(tf.randomNormal([hidden], 0, 0.3, 'float32', 3 * seed + 3));
    const squares = (variable) => tf.sum(tf.square(variable));
    const objective = () =>
      tf.tidy(() => {
        const units = tf.relu(tf.add(tf.matMul(inputs, W), b));
        const scores = tf.reshape(tf.matMul(units, tf.reshape(a, [hidden, 1])), [-1]);
        const loss = tf.sum(tf.softplus(tf.neg(tf.mul(signs, scores))));
        return tf.add(loss, tf.mul(tf.add(tf.add(squares(W), squares(b)), squares(a)), beta / 2));
      });
    const optimizer = tf.train.adam(rate);
    for (let step = 0; step <= steps; step++) {
      if (step % every === 0) {
        const value = objective();
        self.postMessage({ seed, step, objective: value.dataSync()[0] });
        value.dispose();
      }
      // The rate falls along half a cosine: the usual schedule.
      optimizer.learningRate = (rate / 2) * (1 + Math.cos((Math.PI * step) / steps));
      optimizer.minimize(objective);
    }
    optimizer.dispose();
    for (const variable of [W, b, a]) variable.dispose();
  }
  self.postMessage({ done: true });
};
