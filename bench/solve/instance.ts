import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Patterns, patternStride } from '../../src/patterns/patterns.js';
import type { LossName } from '../../src/program/losses.js';

/** One exported problem: bench/suite/README.md has the format. */
export interface Instance {
  readonly name: string;
  readonly loss: LossName;
  readonly samples: number;
  readonly columns: number;
  readonly outputs: number;
  readonly X: Float64Array;
  /** outputs x samples */
  readonly y: Float64Array;
  readonly patterns: Patterns;
  readonly betaMax: number;
  readonly best: (ratio: string, program: string) => { beta: number; best: number | null; lower: number | null };
}

interface Meta {
  readonly name: string;
  readonly loss: LossName;
  readonly n: number;
  readonly d: number;
  readonly P: number;
  readonly C: number;
  readonly beta_max: number;
  readonly arrays: Readonly<Record<string, { readonly file: string }>>;
  readonly instances: Readonly<
    Record<string, { readonly beta: number } & Readonly<Record<string, { best: number; lower: number } | number>>>
  >;
}

function doubles(file: string): Float64Array {
  const bytes = readFileSync(file);
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export function readInstance(folder: string): Instance {
  const meta: Meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
  const { n, d, P, C } = meta;
  const file = (array: string) => join(folder, meta.arrays[array].file);
  const rowMajor = doubles(file('Y'));
  const y = new Float64Array(n * C);
  for (let k = 0; k < n; k++) for (let c = 0; c < C; c++) y[c * n + k] = rowMajor[k * C + c];
  const columns = readFileSync(file('D'));
  const gateColumns = doubles(file('G'));
  const stride = patternStride(n);
  const bits = new Uint8Array(P * stride);
  const gates = new Float64Array(P * d);
  for (let i = 0; i < P; i++) {
    for (let k = 0; k < n; k++) if (columns[k * P + i]) bits[i * stride + (k >> 3)] |= 1 << (k & 7);
    for (let j = 0; j < d; j++) gates[i * d + j] = gateColumns[j * P + i];
  }
  return {
    name: meta.name,
    loss: meta.loss,
    samples: n,
    columns: d,
    outputs: C,
    X: doubles(file('X')),
    y,
    patterns: { samples: n, count: P, stride, bits, gates },
    betaMax: meta.beta_max,
    best(ratio, program) {
      const known = meta.instances[ratio];
      const values = known?.[program];
      const found = typeof values === 'object' ? values : null;
      return { beta: known?.beta ?? meta.beta_max * Number(ratio), best: found?.best ?? null, lower: found?.lower ?? null };
    },
  };
}
