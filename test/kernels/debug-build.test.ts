import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantiateSync } from '@assemblyscript/loader';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/core/kernels.js';
import { openKernelsSync } from '../../src/core/load.js';
import { type Bench, numbers, withBench } from '../support/kernel-harness.js';

const root = join(import.meta.dirname, '..', '..');

/** Kernels on a few shapes: each returns its outputs, to be compared between builds. */
const runs: Record<string, (bench: Bench) => Float64Array[]> = {
  multiplyVector({ kernels, input, output, read }) {
    const [out, transposed] = [output(7), output(5)];
    const A = input(numbers(35, 1));
    kernels.multiplyVector(A, input(numbers(5, 2)), out, 7, 5);
    kernels.multiplyTransposedVector(A, input(numbers(7, 3)), transposed, 7, 5);
    return [read(out, 7), read(transposed, 5)];
  },
  multiply({ kernels, input, output, work, read }) {
    const C = output(6 * 7);
    kernels.multiply(
      input(numbers(6 * 259, 4)),
      input(numbers(259 * 7, 5)),
      C,
      6,
      7,
      259,
      work(kernels.multiplyWorkspace(6, 7, 259)),
    );
    return [read(C, 42)];
  },
  cholesky({ kernels, input, output, work, read }) {
    const n = 70;
    const A = output(n * n, new Float64Array(n * n));
    kernels.symmetricProduct(input(numbers(n * 99, 6)), A, n, 99, work(kernels.symmetricProductWorkspace(n, 0, 99)));
    expect(kernels.cholesky(A, n, work(kernels.choleskyWorkspace(n)))).toBe(0);
    const x = output(n, numbers(n, 7));
    kernels.choleskySolve(A, x, n);
    return [read(A, n * n), read(x, n)];
  },
  symmetricEigen({ kernels, input, output, work, read }) {
    const [values, vectors] = [output(3), output(9)];
    const A = input([2, -1, 0, -1, 2, -1, 0, -1, 2]);
    expect(kernels.symmetricEigen(A, values, vectors, 3, work(kernels.symmetricEigenWorkspace(3)))).toBe(0);
    return [read(values, 3), read(vectors, 9)];
  },
  thinSvd({ kernels, input, output, work, read }) {
    const [U, S, V] = [output(27), output(3), output(9)];
    expect(kernels.thinSvd(input(numbers(27, 8)), U, S, V, 9, 3, work(kernels.thinSvdWorkspace(9, 3)))).toBe(0);
    return [read(U, 27), read(S, 3), read(V, 9)];
  },
  functions({ kernels }) {
    return [Float64Array.of(kernels.exponential(1.3), kernels.logarithm(7.1), kernels.logarithm1p(-0.4))];
  },
};

describe('the debug build, with assertions', () => {
  let debug: Kernels;

  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/build-core.mjs', 'debug'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    const module = instantiateSync(readFileSync(join(root, 'build', 'core.debug.wasm')));
    debug = module.exports as unknown as Kernels;
  }, 60_000);

  for (const [name, run] of Object.entries(runs)) {
    it(`${name}: no assertion fails, and the optimized build gives the same bits`, () => {
      expect(withBench(debug, run)).toEqual(withBench(openKernelsSync(), run));
    });
  }

  it('stops at a negative size', () => {
    expect(() => debug.multiply(0, 0, 0, -1, 1, 1, 0)).toThrow(WebAssembly.RuntimeError);
    expect(() => debug.cholesky(0, -1, 0)).toThrow(WebAssembly.RuntimeError);
    expect(() => debug.symmetricEigen(0, 0, 0, -1, 0)).toThrow(WebAssembly.RuntimeError);
    expect(() => debug.thinSvd(0, 0, 0, 0, -1, 2, 0)).toThrow(WebAssembly.RuntimeError);
  });

  it('stops at an address outside memory', () => {
    expect(() => debug.dot(debug.memory.buffer.byteLength, 0, 8)).toThrow(WebAssembly.RuntimeError);
  });
});
