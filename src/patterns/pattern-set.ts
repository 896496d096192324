import { type Patterns, patternStride } from './patterns.js';

/** Bytes that a list of so many patterns takes, at most. */
export function listBytes(count: number, samples: number, columns: number): number {
  return count * (2 * patternStride(samples) + 8 * columns + 200);
}

/** A growing set of distinct patterns, in the order of their arrival; gates travel with them where they are known. */
export class PatternSet {
  readonly samples: number;
  readonly stride: number;
  private readonly rows: Uint8Array[] = [];
  private readonly gates: (Float64Array | null)[] = [];
  private readonly index = new Map<string, number>();

  constructor(samples: number) {
    this.samples = samples;
    this.stride = patternStride(samples);
  }

  static from(patterns: Patterns): PatternSet {
    const set = new PatternSet(patterns.samples);
    const d = patterns.gates ? patterns.gates.length / patterns.count : 0;
    for (let i = 0; i < patterns.count; i++) {
      const bits = patterns.bits.subarray(i * patterns.stride, (i + 1) * patterns.stride);
      set.add(bits, patterns.gates ? patterns.gates.subarray(i * d, (i + 1) * d) : null);
    }
    return set;
  }

  get count(): number {
    return this.rows.length;
  }

  /** Adds a copy of one row of bits; false if it was there. */
  add(bits: Uint8Array, gate: Float64Array | null = null): boolean {
    const key = keyOf(bits);
    if (this.index.has(key)) return false;
    this.index.set(key, this.rows.length);
    this.rows.push(bits.slice(0, this.stride));
    this.gates.push(gate ? gate.slice() : null);
    return true;
  }

  has(bits: Uint8Array): boolean {
    return this.index.has(keyOf(bits));
  }

  /** Position of a pattern, or -1. */
  indexOf(bits: Uint8Array): number {
    return this.index.get(keyOf(bits)) ?? -1;
  }

  row(i: number): Uint8Array {
    return this.rows[i];
  }

  /** Only the patterns for which `keep` holds, in order. */
  filter(keep: (i: number) => boolean): PatternSet {
    const kept = new PatternSet(this.samples);
    for (let i = 0; i < this.rows.length; i++) if (keep(i)) kept.add(this.rows[i], this.gates[i]);
    return kept;
  }

  toPatterns(): Patterns {
    const { samples, stride, count } = this;
    const bits = new Uint8Array(count * stride);
    for (let i = 0; i < count; i++) bits.set(this.rows[i], i * stride);
    const first = this.gates[0];
    let gates: Float64Array | null = null;
    if (count > 0 && first && this.gates.every((gate) => gate !== null)) {
      const d = first.length;
      gates = new Float64Array(count * d);
      for (let i = 0; i < count; i++) gates.set(this.gates[i] as Float64Array, i * d);
    }
    return { samples, count, stride, bits, gates };
  }
}

function keyOf(bits: Uint8Array): string {
  let key = '';
  for (let start = 0; start < bits.length; start += 4096) key += String.fromCharCode(...bits.subarray(start, start + 4096));
  return key;
}
