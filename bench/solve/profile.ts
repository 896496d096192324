import type { Kernels } from '../../src/core/kernels.js';

/** What one kernel took of a solve; `gflops` where its work is known: nominal operations, those of the plain dense algorithm. */
export interface KernelShare {
  readonly kernel: string;
  readonly calls: number;
  readonly share: number;
  readonly gflops: number | null;
}

type Operations = (...args: number[]) => number;

/** Nominal operations of a call, from its arguments (src/core/kernels.ts). */
const operations: Readonly<Record<string, Operations>> = {
  binaryMultiply: (_bits, _stride, _dense, _out, rows, inner, width) => 2 * rows * inner * width,
  multiply: (_A, _B, _C, m, n, k) => 2 * m * n * k,
  multiplyTransposed: (_A, _B, _C, m, n, k) => 2 * m * n * k,
  symmetricProduct: (_A, _C, m, k) => m * m * k,
  symmetricProductPart: (_A, _C, _m, k, p, from, to) => Math.min(256, k - p) * (to * to - from * from),
  cholesky: (_A, n) => n ** 3 / 3,
  choleskyBlock: (_A, n, start) => {
    const width = Math.min(64, n - start);
    return width ** 3 / 3 + (n - start - width) * width * width;
  },
  choleskyUpdate: (_A, _n, _start, from, to) => 64 * (to * to - from * from),
  choleskySolve: (_L, _x, n) => 2 * n * n,
  addPatternKernel: (_K, _bits, _stride, _scales, _H, n, active) => n * n * active,
  addPatternKernelPart: (_K, _bits, _stride, _scales, _H, n, active, start, end) => n * active * (end - start),
  maskedGramBlocks: (_X, _bits, _stride, _pairs, _w, _out, n, d, count) => n * d * (d + 1) * count,
  signPatterns: (_X, _gates, _bits, _stride, n, P, d) => 2 * n * d * P,
  multiplyVector: (_A, _x, _y, rows, columns) => 2 * rows * columns,
  multiplyTransposedVector: (_A, _x, _y, rows, columns) => 2 * rows * columns,
  multiplySymmetricVector: (_A, _x, _y, n) => 2 * n * n,
};

interface Tally {
  calls: number;
  milliseconds: number;
  operations: number;
}

/** Kernels that keep count of themselves. A call costs 0.1 us more, so the small ones look a little larger than they are. */
export class Profile {
  private readonly tallies = new Map<string, Tally>();

  wrap(kernels: Kernels): Kernels {
    const wrapped: Record<string, unknown> = {};
    for (const [name, kernel] of Object.entries(kernels)) {
      wrapped[name] = typeof kernel === 'function' ? this.counted(name, kernel as (...args: number[]) => number) : kernel;
    }
    return wrapped as unknown as Kernels;
  }

  private counted(name: string, kernel: (...args: number[]) => number) {
    // Outputs that are solved one by one have an instance each: they add up.
    const tally: Tally = this.tallies.get(name) ?? { calls: 0, milliseconds: 0, operations: 0 };
    this.tallies.set(name, tally);
    const count = operations[name];
    return (...args: number[]): number => {
      const start = performance.now();
      const result = kernel(...args);
      tally.milliseconds += performance.now() - start;
      tally.calls++;
      if (count) tally.operations += count(...args);
      return result;
    };
  }

  calls(kernel: string): number {
    return this.tallies.get(kernel)?.calls ?? 0;
  }

  /** Kernels with at least a hundredth of `seconds` of wall time, largest first, and what is outside of all kernels. */
  shares(seconds: number): KernelShare[] {
    const all = [...this.tallies].map(([kernel, { calls, milliseconds, operations: done }]) => ({
      kernel,
      calls,
      share: milliseconds / 1000 / seconds,
      gflops: done > 0 ? done / milliseconds / 1e6 : null,
    }));
    const inside = all.reduce((sum, { share }) => sum + share, 0);
    const rest = { kernel: '(TypeScript)', calls: 0, share: Math.max(0, 1 - inside), gflops: null };
    return [...all, rest].filter(({ share }) => share >= 0.01).sort((one, other) => other.share - one.share);
  }
}
