// Adam of TensorFlow.js (WebAssembly backend, SIMD, one thread, float32) on the non-convex problem of the gated convolutional
// network: filters and output weights move, gates stay. `features` are the pooled patches that each gate leaves.
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';

setThreadsCount(1);
await tf.setBackend('wasm');

/**
 * Batches of 128 rows; sum of logistic losses, one class against the rest, + beta/2 sum of squares, every unit for one class.
 *
 * @param train - { features: gates x rows x (regions x length), classes, rows }, and `test` alike.
 * @param shape - { gates, regions, length, units: of every gate and class }
 * @returns { accuracy, objective: at the end, seconds: user CPU of training }
 */
export function adam(train, test, { gates, regions, length, units }, { beta, rate, epochs, seed }) {
  const width = 10 * units;
  const parts = ({ features, rows }) => tf.tensor4d(features, [gates, rows, regions, length]);
  const signs = tf.tidy(() => tf.oneHot(tf.tensor1d(train.classes, 'int32'), 10).mul(2).sub(1));
  const T = parts(train);
  const W = tf.variable(tf.randomNormal([gates, length, width], 0, 1 / Math.sqrt(length), 'float32', seed));
  const a = tf.variable(tf.randomNormal([gates, 1, regions, width], 0, 1 / Math.sqrt(width * gates), 'float32', seed + 1));
  const scores = (x, rows) => {
    const z = x
      .reshape([gates, rows * regions, length])
      .matMul(W)
      .reshape([gates, rows, regions, width]);
    return z.mul(a).sum([0, 2]).reshape([rows, 10, units]).sum(2);
  };
  const penalty = () =>
    W.square()
      .sum()
      .add(a.square().sum())
      .mul(beta / 2);
  const loss = (f, y) => f.mul(y).neg().softplus().sum();
  const optimizer = tf.train.adam(rate);
  const before = process.cpuUsage();
  for (let epoch = 0; epoch < epochs; epoch++) {
    optimizer.learningRate = 0.5 * rate * (1 + Math.cos((Math.PI * epoch) / epochs));
    const order = Array.from(tf.util.createShuffledIndices(train.rows));
    for (let at = 0; at < train.rows; at += 128) {
      tf.tidy(() => {
        const rows = tf.tensor1d(order.slice(at, at + 128), 'int32');
        const count = rows.shape[0];
        const [x, y] = [T.gather(rows, 1), signs.gather(rows)];
        optimizer.minimize(() => loss(scores(x, count), y).add(penalty().mul(count / train.rows)), false, [W, a]);
      });
    }
  }
  const seconds = process.cpuUsage(before).user / 1e6;
  const result = tf.tidy(() => {
    const objective = loss(scores(T, train.rows), signs).add(penalty()).dataSync()[0];
    const guesses = scores(parts(test), test.rows).argMax(1).dataSync();
    return { objective, accuracy: test.classes.filter((wanted, k) => guesses[k] === wanted).length / test.rows, seconds };
  });
  optimizer.dispose();
  tf.dispose([T, signs, W, a]);
  return result;
}
