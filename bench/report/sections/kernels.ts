import { table } from '../markdown.js';
import type { Section } from '../section.js';
import { lines } from './processes.js';

export interface KernelRow {
  readonly kernel: string;
  readonly size: string;
  readonly gflops: number;
  readonly peakFraction: number;
  readonly times: Readonly<Record<string, number>>;
}

export const kernels: Section<KernelRow> = {
  name: 'kernels',
  limit: 180,
  usual: true,
  measure: ({ quick }) => lines(['bench/kernels/run.mjs', '--json', ...(quick ? ['--quick'] : [])]),
  render(rows) {
    const peers = [...new Set(rows.flatMap(({ times }) => Object.keys(times)))];
    const absent = ['ml-matrix', 'tfjs-wasm'].filter((peer) => rows.length > 0 && !peers.includes(peer));
    const cells = rows.map(({ kernel, size, gflops, peakFraction, times }) => [
      kernel,
      size.replaceAll(',', ', '),
      gflops.toFixed(1),
      peakFraction.toFixed(2),
      ...peers.map((peer) => times[peer]?.toFixed(1) ?? ''),
    ]);
    return `## Kernels

Nominal Gflop/s (operations of the plain dense algorithm), as a fraction of the multiply-add peak of the same run, and as a multiple of
the naive loop in JavaScript, of ml-matrix 6.12.1 (f64) and of tfjs-backend-wasm 4.22.0 (f32, one thread). A peer without such a kernel
takes its dense products.${absent.length > 0 ? ` Not installed in this run: ${absent.join(', ')} (\`npm ci --prefix bench/peers\`).` : ''} What was tried and decided: [kernels.md](kernels.md).

${table(['kernel', 'size', 'Gflop/s', 'of peak', ...peers.map((peer) => `x ${peer}`)], cells)}`;
  },
};
