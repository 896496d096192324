// The timed cases: each sets its data up in the memory of the module and returns the call to time and its operations.
// Operations are nominal, those of the plain dense algorithm: tables do less, which is their point.

/** Memory of one instance, handed out from the start for every case, with reproducible contents. */
export class Arena {
  constructor(kernels) {
    this.kernels = kernels;
    this.reset();
  }

  reset() {
    this.top = this.kernels.heapBase();
    this.state = 1;
  }

  random() {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }

  bytes(count) {
    const address = this.top;
    this.top = (address + count + 31) & ~15;
    const missing = this.top - this.kernels.memory.buffer.byteLength;
    if (missing > 0) this.kernels.memory.grow(Math.ceil(missing / 65536));
    return address;
  }

  doubles(count, value = () => 2 * this.random() - 1) {
    const address = this.bytes(8 * count);
    const view = new Float64Array(this.kernels.memory.buffer, address, count);
    for (let i = 0; i < count; i++) view[i] = value(i);
    return address;
  }

  integers(count, value) {
    const address = this.bytes(4 * count);
    const view = new Int32Array(this.kernels.memory.buffer, address, count);
    for (let i = 0; i < count; i++) view[i] = value(i);
    return address;
  }

  /** Random rows of packed bits, half of them set. */
  bits(rows, columns) {
    const stride = 8 * (((columns + 63) >> 6) + 1);
    const address = this.bytes(rows * stride);
    const view = new Uint8Array(this.kernels.memory.buffer, address, rows * stride).fill(0);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < columns; k++) if (this.random() < 0.5) view[i * stride + (k >> 3)] |= 1 << (k & 7);
    }
    return { address, stride };
  }
}

function gemm(arena, n) {
  const { kernels } = arena;
  const [A, B, C] = [arena.doubles(n * n), arena.doubles(n * n), arena.doubles(n * n)];
  const work = arena.bytes(kernels.multiplyWorkspace(n, n, n));
  return { operations: 2 * n ** 3, run: () => kernels.multiply(A, B, C, n, n, n, work) };
}

/** f_k = x_k . s_k with S = B^T V, scaling, tables and dots included, not the bit transposition (once per pattern set). */
function maskedForward(arena, n, d, P) {
  const { kernels } = arena;
  const { address, stride } = arena.bits(n, P);
  const [X, V, S, f] = [arena.doubles(n * d), arena.doubles(P * d), arena.doubles(n * d), arena.doubles(n)];
  const work = arena.bytes(kernels.binaryMultiplyWorkspace(n, P, d));
  return {
    operations: 2 * n * d * P,
    run() {
      kernels.binaryMultiply(address, stride, V, S, n, P, d, work);
      kernels.rowDots(X, S, f, n, d);
    },
  };
}

/** G = B diag(r) X. */
function maskedAdjoint(arena, n, d, P) {
  const { kernels } = arena;
  const { address, stride } = arena.bits(P, n);
  const [X, r, S, G] = [arena.doubles(n * d), arena.doubles(n), arena.doubles(n * d), arena.doubles(P * d)];
  const work = arena.bytes(kernels.binaryMultiplyWorkspace(P, n, d));
  return {
    operations: 2 * n * d * P,
    run() {
      kernels.scaleRows(X, r, S, n, d);
      kernels.binaryMultiply(address, stride, S, G, P, n, d, work);
    },
  };
}

/** sum += x with its rounding kept: six additions an entry. */
function compensated(arena, n) {
  const { kernels } = arena;
  const [x, sum, error] = [arena.doubles(n), arena.doubles(n), arena.doubles(n)];
  return { operations: 7 * n, run: () => kernels.addCompensated(x, sum, error, n) };
}

/** X^T D_a D_b X for pairs of 100 patterns: about a quarter of the samples are common. */
function gram(arena, n, d, count) {
  const { kernels } = arena;
  const { address, stride } = arena.bits(100, n);
  const X = arena.doubles(n * d);
  const pairs = arena.integers(2 * count, (i) => (i & 1 ? 50 : 0) + Math.floor(50 * arena.random()));
  const out = arena.doubles(count * d * d);
  const work = arena.bytes(kernels.maskedGramBlocksWorkspace(n, d, stride, count));
  const run = () => kernels.maskedGramBlocks(X, address, stride, pairs, 0, out, n, d, count, work);
  return { operations: n * d * (d + 1) * count, run };
}

function signs(arena, n, d, P) {
  const { kernels } = arena;
  const { address, stride } = arena.bits(P, n);
  const [X, gates] = [arena.doubles(n * d), arena.doubles(P * d)];
  const work = arena.bytes(kernels.signPatternsWorkspace(n, d));
  return { operations: 2 * n * d * P, run: () => kernels.signPatterns(X, gates, address, stride, n, P, d, work) };
}

/** The factor replaces the matrix, so the copy of the matrix is timed with it. */
function cholesky(arena, n) {
  const { kernels } = arena;
  const source = arena.doubles(n * n, (i) => (i % (n + 1) === 0 ? n : arena.random() - 0.5));
  const A = arena.doubles(n * n);
  const work = arena.bytes(kernels.choleskyWorkspace(n));
  const run = () => {
    kernels.copyVector(source, A, n * n);
    if (kernels.cholesky(A, n, work) !== 0) throw new Error('the benchmark matrix is not positive definite');
  };
  return { operations: n ** 3 / 3, run };
}

/** Lower triangle of H += K o (D diag(s) D^T). */
function patternKernel(arena, n, active) {
  const { kernels } = arena;
  const { address, stride } = arena.bits(n, active);
  const [K, scales, H] = [arena.doubles(n * n), arena.doubles(active), arena.doubles(n * n, () => 0)];
  const work = arena.bytes(kernels.addPatternKernelWorkspace(n, active));
  return { operations: n * n * active, run: () => kernels.addPatternKernel(K, address, stride, scales, H, n, active, work) };
}

const masked = [
  [500, 20, 500],
  [2000, 100, 1000],
  [100, 5, 50],
];

export const cases = [
  { kernel: 'gemm', set: gemm, sizes: [[64], [256]] },
  { kernel: 'maskedForward', set: maskedForward, sizes: masked },
  { kernel: 'maskedAdjoint', set: maskedAdjoint, sizes: masked },
  { kernel: 'addCompensated', set: compensated, sizes: [[1000], [200000]] },
  {
    kernel: 'gram',
    set: gram,
    sizes: [
      [500, 20, 4000],
      [400, 8, 4000],
      [2000, 100, 200],
      [2000, 100, 20],
    ],
  },
  { kernel: 'signs', set: signs, sizes: masked },
  { kernel: 'cholesky', set: cholesky, sizes: [[64], [256], [512]] },
  {
    kernel: 'patternKernel',
    set: patternKernel,
    sizes: [
      [100, 40],
      [500, 137],
      [2000, 280],
    ],
  },
];
