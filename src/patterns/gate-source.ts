import type { Scope, Vector } from '../core/scope.js';
import { finish, type Pausing } from '../pausing.js';
import { listSteps, patternBoundSteps } from './enumerate.js';
import { allOnes, GateSigns, isAllOnes } from './gate-signs.js';
import { PatternSet } from './pattern-set.js';
import type { AllPatterns, PatternSource } from './pattern-source.js';
import type { Patterns } from './patterns.js';
import { drawSteps } from './sample.js';

/** Rows whose signs are patterns of gates. */
export interface GateRows {
  readonly rows: Vector;
  readonly count: number;
  readonly columns: number;
  /** The rows as prediction multiplies them with gates, where these are others, and gates on them from gates on `rows`. */
  readonly predicted?: {
    readonly rows: Vector;
    readonly columns: number;
    toGates(gates: Float64Array): Float64Array;
  };
}

/**
 * Patterns of gates that are part of a network: 1[a_r^T g >= 0] of any g, of those on boundaries too. Every pattern's bits
 * are the signs of its gate as prediction computes them, and no sign is left to rounding.
 */
export function gateSource({ rows, count, columns, predicted }: GateRows, scope: Scope): PatternSource {
  const width = predicted?.columns ?? columns;
  const signs = new GateSigns(predicted?.rows ?? rows, count, width, scope);
  const toGates = predicted?.toGates ?? ((gates: Float64Array) => gates);
  /** Gates with the signs that they have in prediction; the others are left out. */
  const confirmed = (set: PatternSet, { count: listed, stride, bits, gates }: Patterns): boolean => {
    if (listed === 0 || !gates) return true;
    const own = toGates(gates);
    const computed = signs.bits(own);
    let complete = true;
    for (let i = 0; i < listed; i++) {
      const row = computed.subarray(i * set.stride, (i + 1) * set.stride);
      const same = row.every((byte, at) => byte === bits[i * stride + at]);
      if (same) set.add(row, own.subarray(i * width, (i + 1) * width));
      complete &&= same;
    }
    return complete;
  };
  function* allSteps(): Pausing<AllPatterns> {
    const { patterns, doubtful, generic } = yield* listSteps(rows, count, columns, null, scope);
    const set = new PatternSet(count);
    let complete = confirmed(set, patterns) && !doubtful;
    // Where some direction is on the right side of all rows, gates on boundaries have the bits of gates that are on none.
    if (!Array.from({ length: set.count }, (_, i) => set.row(i)).some((row) => isAllOnes(row, count))) {
      set.add(allOnes(count), new Float64Array(width));
      // In general position only the gate 0 is on boundaries in another way.
      complete &&= generic;
    }
    return { ...set.toPatterns(), complete };
  }
  function* sampleSteps(most: number, seed: number): Pausing<Patterns> {
    const accept = (set: PatternSet, gates: Float64Array) => {
      const own = toGates(gates);
      const bits = signs.bits(own);
      for (let i = 0; i < own.length / width; i++) {
        const gate = own.subarray(i * width, (i + 1) * width);
        const row = bits.subarray(i * set.stride, (i + 1) * set.stride);
        if (!set.has(row) && signs.decided(gate)) set.add(row, gate);
      }
    };
    const drawn = yield* drawSteps({ rows, samples: count, columns }, most, seed, accept, scope);
    if (drawn.count > 0) return drawn;
    // Rounding decides some sign of every gate but the gate 0.
    const set = new PatternSet(count);
    set.add(allOnes(count), new Float64Array(width));
    return set.toPatterns();
  }
  function* boundSteps(limit?: number): Pausing<number> {
    return (yield* patternBoundSteps(scope.copyOut(rows), count, columns, limit)) + 1;
  }
  return {
    bound: (limit) => finish(boundSteps(limit)),
    boundSteps,
    all: () => finish(allSteps()),
    sample: (most, seed) => finish(sampleSteps(most, seed)),
    allSteps,
    sampleSteps,
    ofGates(gates) {
      const settled = gates.slice();
      for (let at = 0; at < gates.length; at += width) settled.set(signs.settle(gates.subarray(at, at + width), at / width), at);
      const bits = signs.bits(settled);
      const set = new PatternSet(count);
      for (let i = 0; i < settled.length / width; i++)
        set.add(bits.subarray(i * set.stride, (i + 1) * set.stride), settled.subarray(i * width, (i + 1) * width));
      return set.toPatterns();
    },
  };
}
