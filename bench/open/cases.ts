// What docs/kernels.md decides, measured: every question has rows of milliseconds, the present way beside what could take its place.
import type { Kernels } from '../../src/core/kernels.js';
import type { Scope } from '../../src/core/scope.js';
import { pooledColumns } from '../../src/program/pooled-columns.js';
import { Arena } from '../kernels/cases.mjs';
import { bestSeconds } from '../kernels/time.mjs';

export interface Question {
  /** Mark in the page. */
  readonly name: string;
  readonly header: readonly string[];
  /** @param total - milliseconds of processor time for every measure. */
  readonly rows: (kernels: Kernels, total: number) => string[][];
}

const digits = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toPrecision(3));
const counter = (total: number) => (run: () => unknown) => 1000 * bestSeconds(run, total, total / 4);

/** Several outputs: a product for each, or one product with the outputs side by side. */
const panels: Question = {
  name: 'panels',
  header: [
    'n, d, P, outputs',
    'a product each, ms',
    'side by side, ms',
    'ratio',
    'the same back, ms',
    'side by side, ms',
    'ratio',
  ],
  rows(kernels, total) {
    const milliseconds = counter(total);
    return [
      [500, 6, 200, 3],
      [500, 21, 500, 10],
      [1347, 62, 200, 10],
      [2000, 101, 500, 10],
    ].map(([n, d, P, C]) => {
      const arena = new Arena(kernels);
      const [perSample, perPattern] = [arena.bits(n, P), arena.bits(P, n)];
      const [V, S] = [arena.doubles(P * d * C), arena.doubles(n * d * C)];
      const work = arena.bytes(
        Math.max(kernels.binaryMultiplyWorkspace(n, P, d * C), kernels.binaryMultiplyWorkspace(P, n, d * C)),
      );
      const forward = (width: number, c: number) =>
        kernels.binaryMultiply(perSample.address, perSample.stride, V + 8 * c * P * d, S + 8 * c * n * d, n, P, width, work);
      const back = (width: number, c: number) =>
        kernels.binaryMultiply(perPattern.address, perPattern.stride, S + 8 * c * n * d, V + 8 * c * P * d, P, n, width, work);
      const cells = [forward, back].flatMap((multiply) => {
        const each = milliseconds(() => {
          for (let c = 0; c < C; c++) multiply(d, c);
        });
        const together = milliseconds(() => multiply(d * C, 0));
        return [digits(each), digits(together), (each / together).toFixed(2)];
      });
      return [[n, d, P, C].join(', '), ...cells];
    });
  },
};

/** From how many blocks on tables beat gathering rows. Tables do not care how full masks are, so full ones time them. */
const gram: Question = {
  name: 'gram',
  header: [
    'd',
    'masks',
    'gathered, us a block',
    'tables, us a block: 24',
    '64',
    '256',
    '1024 blocks',
    'crossover measured',
    'crossover of the rule',
  ],
  rows(kernels, total) {
    const milliseconds = counter(total / 2);
    const n = 1000;
    const counts = [24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024];
    return [8, 20, 30, 40, 60, 80, 100].flatMap((d) => {
      const arena = new Arena(kernels);
      const most = counts[counts.length - 1];
      const X = arena.doubles(n * d);
      const half = arena.bits(100, n);
      const full = arena.bytes(half.stride);
      const bytes = new Uint8Array(kernels.memory.buffer, full, half.stride).fill(0);
      for (let k = 0; k < n; k++) bytes[k >> 3] |= 1 << (k & 7);
      const pairs = arena.integers(2 * most, () => 0);
      const out = arena.doubles(most * d * d, () => 0);
      const work = arena.bytes(
        Math.max(kernels.maskedGramBlocksWorkspace(n, d, half.stride, most), kernels.maskedGramWorkspace(n, d)),
      );
      const tables = counts.map((count) => {
        const run = () => kernels.maskedGramBlocks(X, full, half.stride, pairs, 0, out, n, d, count, work);
        return (1000 * milliseconds(run)) / count;
      });
      return (['half full', 'pairs, a quarter'] as const).map((masks, k) => {
        const second = half.address + k * half.stride;
        const gathered = 1000 * milliseconds(() => kernels.maskedGram(X, half.address, second, 0, out, n, d, work));
        const at = tables.findIndex((one) => one <= gathered);
        const crossing = at < 0 ? `over ${most}` : at === 0 ? `up to ${counts[0]}` : `${counts[at - 1]} - ${counts[at]}`;
        const share = k === 0 ? 0.5 : 0.25;
        // byTables in assembly/gram-blocks.ts, solved for the count.
        const rule = Math.ceil((128 * d) / (9 * share * (d + 5) - 2 * d));
        const shown = [24, 64, 256, 1024].map((count) => digits(tables[counts.indexOf(count)]));
        return [String(d), masks, digits(gathered), ...shown, crossing, String(rule)];
      });
    });
  },
};

/** K o (D diag(s) D^T) by tables, and by a dense product with the masks as numbers; the other parts of a Newton step beside it. */
const newton: Question = {
  name: 'newton',
  header: ['n, active', 'tables, ms', 'dense, ms', 'ratio', 'transposing the bits, ms', 'rank-one part, ms', 'Cholesky, ms'],
  rows(kernels, total) {
    const milliseconds = counter(total);
    return [
      [100, 40],
      [500, 137],
      [1347, 120],
      [2000, 280],
    ].map(([n, active]) => {
      const arena = new Arena(kernels);
      const { address, stride } = arena.bits(n, active);
      const own = arena.bits(active, n);
      const [K, H, scales] = [arena.doubles(n * n), arena.doubles(n * n, () => 0), arena.doubles(active, () => 0.25)];
      const [Z, product] = [arena.doubles(n * active, () => 0), arena.doubles(n * n)];
      const roots = arena.doubles(active, () => 0.5);
      const L = arena.doubles(n * n, () => 0);
      const work = arena.bytes(
        Math.max(
          kernels.addPatternKernelWorkspace(n, active),
          kernels.symmetricProductWorkspace(n, n, active),
          kernels.choleskyWorkspace(n),
        ),
      );
      const tables = milliseconds(() => kernels.addPatternKernel(K, address, stride, scales, H, n, active, work));
      const ones = arena.doubles(n * active, () => (arena.random() < 0.5 ? 0 : 1));
      const dense = milliseconds(() => {
        kernels.scaleColumns(ones, roots, Z, n, active);
        kernels.fill(product, 0, n * n);
        kernels.symmetricProduct(Z, product, n, active, work);
        kernels.multiplyElements(K, product, product, n * n);
        kernels.addScaled(1, product, H, n * n);
      });
      const transposing = milliseconds(() => kernels.transposeBits(own.address, own.stride, active, n, address, stride));
      const rankOne = milliseconds(() => kernels.symmetricProduct(Z, product, n, active, work));
      const factor = milliseconds(() => {
        kernels.fill(L, 0.5, n * n);
        const view = new Float64Array(kernels.memory.buffer, L, n * n);
        for (let k = 0; k < n; k++) view[k * n + k] = n;
        kernels.cholesky(L, n, work);
      });
      const all = [tables, dense].map(digits);
      return [`${n}, ${active}`, ...all, (dense / tables).toFixed(1), ...[transposing, rankOne, factor].map(digits)];
    });
  },
};

/** Pooled columns made once and multiplied densely, or masked products over all patches each time. */
const patches: Question = {
  name: 'patches',
  header: [
    'images, patches each, patch, P',
    'pooling once, ms',
    'product of pooled columns, ms',
    'masked product over patches, ms',
    'products that pay for the pooling',
    'MB pooled',
    'MB of patches',
  ],
  rows(kernels, total) {
    const milliseconds = counter(total);
    return [
      [500, 16, 26, 20],
      [500, 144, 26, 20],
      [2000, 144, 26, 50],
    ].map(([n, K, h, P]) => {
      const arena = new Arena(kernels);
      const rows = K * n;
      const X = arena.doubles(rows * h);
      const own = arena.bits(P, rows);
      const { address, stride } = arena.bits(rows, P);
      const [v, S, f] = [arena.doubles(P * h), arena.doubles(rows * h), arena.doubles(rows)];
      const pooled = arena.doubles(P * h * n, () => 0);
      const work = arena.bytes(kernels.binaryMultiplyWorkspace(rows, P, h));
      const views = {
        zeros: (length: number) => ({ address: pooled, length }),
        view: (vector: { address: number; length: number }) =>
          new Float64Array(kernels.memory.buffer, vector.address, vector.length),
      } as unknown as Scope;
      const bits = new Uint8Array(kernels.memory.buffer, own.address, P * own.stride);
      const patterns = { samples: rows, count: P, stride: own.stride, bits, gates: null };
      const input = { rows: { address: X, length: rows * h }, columns: h, samples: n, patterns };
      const region = new Int32Array(K);
      const scales = new Float64Array(K).fill(1 / K);
      const once = milliseconds(() => pooledColumns({ ...input, region, regionCount: 1, scales }, views));
      const dense = milliseconds(() => kernels.multiplyTransposedVector(pooled, v, f, P * h, n));
      const masked = milliseconds(() => {
        kernels.binaryMultiply(address, stride, v, S, rows, P, h, work);
        kernels.rowDots(X, S, f, rows, h);
        kernels.sumRows(f, S, K, n);
      });
      const pays = masked > dense ? (once / (masked - dense)).toFixed(0) : 'never';
      const megabytes = [P * h * n, rows * h].map((count) => digits((8 * count) / 1e6));
      return [[n, K, h, P].join(', '), digits(once), digits(dense), digits(masked), pays, ...megabytes];
    });
  },
};

/** A step needs products with the active patterns only: all of them, or those copied out first. */
const active: Question = {
  name: 'active',
  header: [
    'active of 1000 (n 2000, d 21)',
    'copying and transposing, ms',
    'products with them, ms',
    'with all, ms',
    'pairs of products that pay for the copy',
  ],
  rows(kernels, total) {
    const milliseconds = counter(total);
    const [n, d, P] = [2000, 21, 1000];
    const arena = new Arena(kernels);
    const all = { samples: arena.bits(n, P), patterns: arena.bits(P, n) };
    const [V, S] = [arena.doubles(P * d), arena.doubles(n * d)];
    const work = arena.bytes(Math.max(kernels.binaryMultiplyWorkspace(n, P, d), kernels.binaryMultiplyWorkspace(P, n, d)));
    const both =
      (count: number, samples: { address: number; stride: number }, patterns: { address: number; stride: number }) => () => {
        kernels.binaryMultiply(samples.address, samples.stride, V, S, n, count, d, work);
        kernels.binaryMultiply(patterns.address, patterns.stride, S, V, count, n, d, work);
      };
    const whole = milliseconds(both(P, all.samples, all.patterns));
    return [20, 80, 275, 600, 900].map((count) => {
      const { stride } = all.patterns;
      const own = { address: arena.bytes(count * stride), stride };
      const transposed = { address: 0, stride: 8 * (((count + 63) >> 6) + 1) };
      transposed.address = arena.bytes(n * transposed.stride);
      const chosen = Int32Array.from({ length: count }, (_, i) => Math.floor((i * P) / count));
      const copy = milliseconds(() => {
        const bytes = new Uint8Array(kernels.memory.buffer);
        chosen.forEach((pattern, i) => {
          bytes.copyWithin(
            own.address + i * stride,
            all.patterns.address + pattern * stride,
            all.patterns.address + (pattern + 1) * stride,
          );
        });
        kernels.transposeBits(own.address, stride, count, n, transposed.address, transposed.stride);
      });
      const some = milliseconds(both(count, transposed, own));
      const pays = whole > some ? (copy / (whole - some)).toFixed(2) : 'never';
      return [String(count), digits(copy), digits(some), digits(whole), pays];
    });
  },
};

export const questions: readonly Question[] = [panels, gram, newton, patches, active];
