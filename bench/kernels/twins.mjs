// The loops that a kernel replaces, in plain JavaScript over Float64Array, one for every case of cases.mjs: the same nominal operations.

const doubles = (count) => Float64Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5);
const bytes = (count) => Uint8Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) & 1);

function gemm(n) {
  const [A, B, C] = [doubles(n * n), doubles(n * n), new Float64Array(n * n)];
  const run = () => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += A[i * n + k] * B[k * n + j];
        C[i * n + j] = sum;
      }
    }
  };
  return { operations: 2 * n ** 3, run };
}

function maskedForward(n, d, P) {
  const [X, V, f, D] = [doubles(n * d), doubles(P * d), new Float64Array(n), bytes(n * P)];
  const run = () => {
    for (let k = 0; k < n; k++) {
      let total = 0;
      for (let i = 0; i < P; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += X[k * d + j] * V[i * d + j];
        total += D[k * P + i] * sum;
      }
      f[k] = total;
    }
  };
  return { operations: 2 * n * d * P, run };
}

function maskedAdjoint(n, d, P) {
  const [X, r, G, D] = [doubles(n * d), doubles(n), new Float64Array(P * d), bytes(n * P)];
  const run = () => {
    G.fill(0);
    for (let i = 0; i < P; i++) {
      for (let k = 0; k < n; k++) {
        const scale = D[i * n + k] * r[k];
        for (let j = 0; j < d; j++) G[i * d + j] += scale * X[k * d + j];
      }
    }
  };
  return { operations: 2 * n * d * P, run };
}

/** One block stands for all: they cost the same. */
function gram(n, d) {
  const [X, out, D, E] = [doubles(n * d), new Float64Array(d * d), bytes(n), bytes(n).reverse()];
  const run = () => {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += D[k] * E[k] * X[k * d + i] * X[k * d + j];
        out[i * d + j] = sum;
      }
    }
  };
  return { operations: n * d * (d + 1), run };
}

function signs(n, d, P) {
  const [X, G, D] = [doubles(n * d), doubles(P * d), new Uint8Array(n * P)];
  const run = () => {
    for (let i = 0; i < P; i++) {
      for (let k = 0; k < n; k++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += X[k * d + j] * G[i * d + j];
        D[i * n + k] = sum >= 0 ? 1 : 0;
      }
    }
  };
  return { operations: 2 * n * d * P, run };
}

function cholesky(n) {
  const source = doubles(n * n).map((entry, i) => (i % (n + 1) === 0 ? n : entry));
  const A = new Float64Array(n * n);
  const run = () => {
    A.set(source);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = A[i * n + j];
        for (let k = 0; k < j; k++) sum -= A[i * n + k] * A[j * n + k];
        A[i * n + j] = i === j ? Math.sqrt(sum) : sum / A[j * n + j];
      }
    }
  };
  return { operations: n ** 3 / 3, run };
}

/** On a part of the rows when n is large: they cost the same. */
function patternKernel(n, active) {
  const rows = Math.min(n, 200);
  const [K, s, H, D] = [doubles(rows * rows), doubles(active), new Float64Array(rows * rows), bytes(rows * active)];
  const run = () => {
    for (let k = 0; k < rows; k++) {
      for (let l = 0; l <= k; l++) {
        let sum = 0;
        for (let i = 0; i < active; i++) sum += s[i] * D[k * active + i] * D[l * active + i];
        H[k * rows + l] += K[k * rows + l] * sum;
      }
    }
  };
  return { operations: rows * rows * active, run };
}

/** sum += x with the rounding kept in `rest`: two-sum. */
function addCompensated(length) {
  const [x, sum, rest] = [doubles(length), new Float64Array(length), new Float64Array(length)];
  const run = () => {
    for (let i = 0; i < length; i++) {
      const total = sum[i] + x[i];
      const back = total - sum[i];
      rest[i] += sum[i] - (total - back) + (x[i] - back);
      sum[i] = total;
    }
  };
  return { operations: 7 * length, run };
}

export const twins = { addCompensated, gemm, maskedForward, maskedAdjoint, gram, signs, cholesky, patternKernel };
