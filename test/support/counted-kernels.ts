import type { Kernels } from '../../src/core/kernels.js';

/** Multiplications with additions of the kernels that can take long, from their arguments. Others count as nothing. */
const costs: Readonly<Partial<Record<keyof Kernels, (...given: number[]) => number>>> = {
  multiplyVector: (_A, _x, _out, rows, columns) => rows * columns,
  multiplyTransposedVector: (_A, _x, _out, rows, columns) => rows * columns,
  multiply: (_A, _B, _C, m, n, k) => m * n * k,
  multiplyTransposed: (_A, _B, _C, m, n, k) => m * n * k,
  symmetricProduct: (_A, _C, m, k) => (m * m * k) / 2,
  symmetricProductPart: (_A, _C, _m, k, p, from, to) => ((to * to - from * from) / 2) * Math.min(256, k - p),
  cholesky: (_A, n) => (n * n * n) / 6,
  choleskyUpdate: (_A, _n, _start, from, to) => ((to * to - from * from) / 2) * 64,
  binaryMultiply: (_bits, _stride, _B, _C, rows, inner, columns) => rows * inner * columns,
  signPatterns: (_X, _gates, _bits, _stride, samples, count, columns) => samples * count * columns,
  addPatternKernelPart: (_K, _bits, _stride, _scales, _H, n, active, start, end) => ((n * active) / 8) * ((end - start) / n),
  searchDirections: (...given) => given[9] * given[10] * given[11],
};

/** Kernels that count what they do since `take` was called last. */
export function countedKernels(kernels: Kernels): { readonly counted: Kernels; take(): number } {
  let operations = 0;
  const wrap = ([name, kernel]: [string, unknown]): [string, unknown] => {
    const cost = costs[name as keyof Kernels];
    if (!cost || typeof kernel !== 'function') return [name, kernel];
    const counting = (...given: number[]) => {
      operations += cost(...given);
      return kernel(...given);
    };
    return [name, counting];
  };
  return {
    counted: Object.fromEntries(Object.entries(kernels).map(wrap)) as unknown as Kernels,
    take() {
      const taken = operations;
      operations = 0;
      return taken;
    },
  };
}
