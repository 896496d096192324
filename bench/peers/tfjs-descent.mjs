// SGD, momentum and Adam of TensorFlow.js (WebAssembly backend, SIMD, one thread, float32) on the non-convex training problem: a peer of docs/adam.md and docs/sgd.md.
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';

setThreadsCount(1);
await tf.setBackend('wasm');

/**
 * Full-batch `sgd`, `momentum` (0.9; both along the gradient of the mean over samples) or `adam` on sum of losses + beta/2 (|W|^2 + |a|^2); the last column of X is the constant.
 *
 * @param problem - { X: n x d row-major, y, n, d, loss: squared | logistic, beta }
 * @param start - { W: m x d row-major, a: m }
 * @returns the last iterate, in the layout of `start`.
 */
export function descend({ X, y, n, d, loss, beta }, start, { rate: wanted, steps, method = 'adam' }) {
  const units = start.a.length;
  const inputs = tf.tensor2d(Float32Array.from(X), [n, d]);
  const targets = tf.tensor2d(Float32Array.from(y), [n, 1]);
  const W = tf.variable(tf.tensor2d(Float32Array.from(start.W), [units, d]));
  const a = tf.variable(tf.tensor2d(Float32Array.from(start.a), [units, 1]));
  const rate = method === 'adam' ? wanted : wanted / n;
  const optimizer = { sgd: tf.train.sgd, momentum: (size) => tf.train.momentum(size, 0.9), adam: tf.train.adam }[method](rate);
  const objective = () => {
    const f = inputs.matMul(W, false, true).relu().matMul(a);
    const losses = loss === 'squared' ? f.sub(targets).square().mul(0.5) : f.mul(targets).neg().softplus();
    return losses.sum().add(
      W.square()
        .sum()
        .add(a.square().sum())
        .mul(beta / 2),
    );
  };
  for (let step = 0; step < steps; step++) {
    const now = 0.5 * rate * (1 + Math.cos((Math.PI * step) / steps));
    if (method === 'adam') optimizer.learningRate = now;
    else optimizer.setLearningRate(now);
    optimizer.minimize(objective, false, [W, a]);
  }
  const end = { W: Float64Array.from(W.dataSync()), a: Float64Array.from(a.dataSync()) };
  optimizer.dispose();
  tf.dispose([inputs, targets, W, a]);
  return end;
}
