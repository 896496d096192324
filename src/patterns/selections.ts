import type { Scope, Vector } from '../core/scope.js';
import { enumeratePatterns, patternBound } from './enumerate.js';
import { PatternSet } from './pattern-set.js';
import type { PatternSource } from './pattern-source.js';
import { type Patterns, patternStride } from './patterns.js';
import { gaussianRows, mostGates } from './sample.js';

/** The patches among which max pooling selects. */
export interface SelectionInput {
  /** (K n) x columns in the arena: patch k of all samples, for every k. */
  readonly rows: Vector;
  readonly columns: number;
  readonly samples: number;
  /** Region of every patch; the largest of a region is selected. */
  readonly region: Int32Array;
  readonly regionCount: number;
}

/**
 * Selections of max pooling: bit k n + r of a pattern says that patch k of sample r is the largest of its region and above
 * zero (math-architectures.md 5.2). Equal patches: the first.
 */
export function selectionSource(input: SelectionInput, scope: Scope): PatternSource {
  const { columns, samples, region } = input;
  const rows = scope.copyOut(input.rows);
  const empty = () => new PatternSet(region.length * samples);
  const add = (set: PatternSet, gates: Float64Array) => {
    for (let at = 0; at < gates.length; at += columns) {
      const gate = gates.subarray(at, at + columns);
      set.add(selectionOf(input, rows, gate), gate);
    }
  };
  const ofGates = (gates: Float64Array): Patterns => {
    const set = empty();
    add(set, gates);
    return set.toPatterns();
  };
  const compared = () => comparisons(input, rows).data;
  return {
    bound: (limit) => patternBound(compared(), compared().length / columns, columns, limit),
    /** The cells of all patches and their differences: finer than selections. */
    all: () =>
      ofGates(
        scope.child(() => {
          const data = scope.copyIn(compared());
          return enumeratePatterns(data, data.length / columns, columns, scope).gates ?? new Float64Array(0);
        }),
      ),
    sample(most, seed) {
      let set = empty();
      for (let batch = 0, idle = 0; set.count < most && idle < 20; batch++) {
        const before = set.count;
        add(set, gaussianRows(Math.min(mostGates, Math.max(16, most - before)), columns, seed, batch));
        idle = set.count === before ? idle + 1 : 0;
      }
      if (set.count > most) set = set.filter((i) => i < most);
      return set.toPatterns();
    },
    ofGates,
  };
}

/** Packed bits of the selection of one direction. */
export function selectionOf(input: SelectionInput, rows: Float64Array, gate: Float64Array): Uint8Array {
  const { columns } = input;
  const scores = new Float64Array(rows.length / columns);
  for (let row = 0; row < scores.length; row++) {
    let z = 0;
    for (let j = 0; j < columns; j++) z += rows[row * columns + j] * gate[j];
    scores[row] = z;
  }
  return selectionBits(input, selectRows(input, scores));
}

/** The row selected for every region of every sample (at r regions + region), or -1, from the scores of all rows. */
export function selectRows({ samples, region, regionCount }: SelectionInput, scores: Float64Array): Int32Array {
  const selected = new Int32Array(regionCount * samples).fill(-1);
  for (let k = 0; k < region.length; k++) {
    for (let r = 0; r < samples; r++) {
      const row = k * samples + r;
      const at = r * regionCount + region[k];
      if (scores[row] > (selected[at] < 0 ? 0 : scores[selected[at]])) selected[at] = row;
    }
  }
  return selected;
}

export function selectionBits({ samples, region }: SelectionInput, selected: Int32Array): Uint8Array {
  const bits = new Uint8Array(patternStride(region.length * samples));
  for (const row of selected) if (row >= 0) bits[row >> 3] |= 1 << (row & 7);
  return bits;
}

/** Every patch, then x_k - x_l for every two patches k < l of one region: their signs decide every selection. */
export interface Comparisons {
  readonly data: Float64Array;
  /** k and l of the differences, in this order; all samples of one pair stand together. */
  readonly pairs: readonly (readonly [number, number])[];
}

export function comparisons({ columns, samples, region }: SelectionInput, rows: Float64Array): Comparisons {
  const pairs: [number, number][] = [];
  for (let k = 0; k < region.length; k++) {
    for (let l = k + 1; l < region.length; l++) if (region[k] === region[l]) pairs.push([k, l]);
  }
  const data = new Float64Array(rows.length + pairs.length * samples * columns);
  data.set(rows);
  let at = rows.length;
  for (const [k, l] of pairs) {
    for (let i = 0; i < samples * columns; i++) data[at++] = rows[k * samples * columns + i] - rows[l * samples * columns + i];
  }
  return { data, pairs };
}

/**
 * Signs of the comparisons that make the selection `bits`, packed, and which of them do: the patch selected is positive and
 * at least every other one; where none is, all are at most zero.
 */
export function selectionCone(
  { samples, region }: SelectionInput,
  { pairs }: Comparisons,
  bits: Uint8Array,
): { signs: Uint8Array; holds: Uint8Array } {
  const patches = region.length;
  const total = (patches + pairs.length) * samples;
  const signs = new Uint8Array(patternStride(total));
  const holds = new Uint8Array(total);
  const isSelected = (k: number, r: number) => (bits[(k * samples + r) >> 3] >> ((k * samples + r) & 7)) & 1;
  const state = (row: number, positive: boolean) => {
    holds[row] = 1;
    if (positive) signs[row >> 3] |= 1 << (row & 7);
  };
  for (let r = 0; r < samples; r++) {
    const chosen = new Map<number, number>();
    for (let k = 0; k < patches; k++) if (isSelected(k, r)) chosen.set(region[k], k);
    for (let k = 0; k < patches; k++) {
      const winner = chosen.get(region[k]);
      if (winner === undefined) state(k * samples + r, false);
      else if (winner === k) state(k * samples + r, true);
    }
    pairs.forEach(([k, l], at) => {
      const winner = chosen.get(region[k]);
      if (winner === k || winner === l) state((patches + at) * samples + r, winner === k);
    });
  }
  return { signs, holds };
}
