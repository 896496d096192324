// The same work by ml-matrix (f64, plain JavaScript) and by TensorFlow.js (f32, WebAssembly with SIMD, one thread), where
// `npm ci --prefix bench/peers` has put them; no peers otherwise. A peer without a kernel of its own takes the dense products it has.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(import.meta.dirname, '..', 'peers', 'package.json'));
const random = (count) => Float64Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5);

function mlMatrix({ Matrix, CholeskyDecomposition }) {
  const matrix = (rows, columns) => Matrix.from1DArray(rows, columns, random(rows * columns));
  const gemm = (n) => {
    const [A, B] = [matrix(n, n), matrix(n, n)];
    return { operations: 2 * n ** 3, run: () => A.mmul(B) };
  };
  const cholesky = (n) => {
    const A = matrix(n, n);
    const symmetric = A.add(A.transpose()).add(Matrix.eye(n).mul(n));
    return { operations: n ** 3 / 3, run: () => new CholeskyDecomposition(symmetric) };
  };
  return { gemm, cholesky };
}

async function tensorflow(tf, backend) {
  backend.setThreadsCount(1);
  await tf.setBackend('wasm');
  const matrix = (rows, columns) => tf.tensor2d(Float32Array.from(random(rows * columns)), [rows, columns]);
  const gemm = (n) => {
    const [A, B] = [matrix(n, n), matrix(n, n)];
    return { operations: 2 * n ** 3, run: () => tf.tidy(() => void tf.matMul(A, B)) };
  };
  const maskedForward = (n, d, P) => {
    const [X, V, D] = [matrix(n, d), matrix(P, d), matrix(n, P)];
    return { operations: 2 * n * d * P, run: () => tf.tidy(() => void tf.matMul(X, V, false, true).mul(D).sum(1)) };
  };
  const maskedAdjoint = (n, d, P) => {
    const [X, r, D] = [matrix(n, d), matrix(n, 1), matrix(n, P)];
    return { operations: 2 * n * d * P, run: () => tf.tidy(() => void tf.matMul(D.mul(r), X, true)) };
  };
  const signs = (n, d, P) => {
    const [X, G, zero] = [matrix(n, d), matrix(P, d), tf.scalar(0)];
    return { operations: 2 * n * d * P, run: () => tf.tidy(() => void tf.matMul(X, G, false, true).greaterEqual(zero)) };
  };
  return { gemm, maskedForward, maskedAdjoint, signs };
}

/** @returns by name, the kernels that each peer has; a kernel takes a size and gives { operations, run }. */
export async function kernelPeers() {
  try {
    const peers = { 'ml-matrix': mlMatrix(require('ml-matrix')) };
    const [tf, backend] = [require('@tensorflow/tfjs'), require('@tensorflow/tfjs-backend-wasm')];
    peers['tfjs-wasm'] = await tensorflow(tf, backend);
    return peers;
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return {};
  }
}
