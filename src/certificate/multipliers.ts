import { type Bounded, type Cone, faces, halve, isShort, linearBound, usualSlopes } from '../verify/cones.js';
import type { ConeTree } from './file.js';

/** Sweeps over the slopes of a cone before it is halved instead, and so many cones between two yields. */
const mostSweeps = 300;
const stretch = 2000;
/** Digits that multipliers are rounded to where that suffices. */
const digits = [3, 6, 10, 17];
/** Most cones beyond those of the tree: a bound that fails by rounding cannot be had by halving for ever. */
const spare = 2000;

/**
 * Turns the tree that branch and bound recorded into one with multipliers, each of them found here and checked by the
 * verifier's own functions. Cones that they cannot close are halved further.
 *
 * @param marks - as `BranchAndBound.tree` gives them.
 * @returns null when a cone cannot be closed at all.
 */
export function* writeTree(claim: Bounded, marks: Uint8Array): Generator<undefined, ConeTree | null> {
  const { starts, lower, upper } = childrenOf(marks, 2 * claim.rank);
  const cones: string[] = [];
  const multipliers: number[][] = [];
  const slopes = new Float64Array(claim.kinks.length).fill(Number.NaN);
  const stack = faces(claim)
    .map((cone, f) => ({ cone, node: f < starts.length ? starts[f] : -1 }))
    .reverse();
  for (let visited = 1; ; visited++) {
    if (visited % stretch === 0) yield;
    const next = stack.pop();
    if (!next) return { cones: cones.join(''), multipliers };
    const { cone, node } = next;
    const divided = node >= 0 && lower[node] >= 0;
    const found = divided ? null : findMultipliers(claim, cone, slopes);
    if (found) {
      cones.push(found.length > 0 ? '+' : '.');
      if (found.length > 0) multipliers.push(found);
      continue;
    }
    const axis = divided ? marks[node] & 127 : widestAxis(claim, cone);
    const parts = halve(claim, cone, axis);
    if (!parts || visited > 2 * marks.length + spare) return null;
    cones.push(String.fromCharCode(48 + axis));
    stack.push({ cone: parts[1], node: divided ? upper[node] : -1 }, { cone: parts[0], node: divided ? lower[node] : -1 });
  }
}

/** Positions of the roots, and of the halves of every divided cone (-1 for leaves). */
function childrenOf(marks: Uint8Array, roots: number) {
  const lower = new Int32Array(marks.length).fill(-1);
  const upper = new Int32Array(marks.length).fill(-1);
  const starts: number[] = [];
  const waiting: { node: number; upperSide: boolean }[] = [];
  for (let at = 0; at < marks.length; at++) {
    const parent = waiting.pop();
    if (!parent) starts.push(at);
    else if (parent.upperSide) upper[parent.node] = at;
    else lower[parent.node] = at;
    if (marks[at] >= 254) continue;
    const first = marks[at] >= 128;
    waiting.push({ node: at, upperSide: !first }, { node: at, upperSide: first });
  }
  return { starts: starts.slice(0, roots), lower, upper };
}

/** Empty where none are needed; null where none were found. `memory` holds slopes that served for a row before. */
function findMultipliers(claim: Bounded, cone: Cone, memory: Float64Array): number[] | null {
  const { rows, rank, kinks } = claim;
  const { open } = cone;
  const usual = usualSlopes(claim, cone);
  let c = linearBound(claim, cone, usual);
  if (isShort(claim, cone, c, null)) return [];
  let s = scalarOf(claim, cone, c);
  if (isShort(claim, cone, c, s)) return shortened(claim, cone, usual, usual, s);
  const slopes = usual.map((slope, q) => (kinks[open[q]] < 0 && !Number.isNaN(memory[open[q]]) ? memory[open[q]] : slope));
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    c = linearBound(claim, cone, slopes);
    s = scalarOf(claim, cone, c);
    if (isShort(claim, cone, c, s)) return shortened(claim, cone, usual, slopes, s);
    const v = projection(claim, cone, c, s);
    let moved = false;
    for (let q = 0; q < open.length; q++) {
      const i = open[q];
      if (kinks[i] > 0) continue;
      let along = 0;
      let square = 0;
      for (let j = 0; j < rank; j++) {
        along += rows[i * rank + j] * v[j];
        square += rows[i * rank + j] * rows[i * rank + j];
      }
      const slope = Math.min(1, Math.max(0, slopes[q] - along / (kinks[i] * square)));
      const change = kinks[i] * (slope - slopes[q]);
      if (!(change !== 0)) continue;
      moved = true;
      slopes[q] = slope;
      memory[i] = slope;
      for (let j = 0; j < rank; j++) v[j] += change * rows[i * rank + j];
    }
    if (!moved) return null;
  }
  return null;
}

/** s, then every row whose slope is not the usual one with its slope, in as few digits as still do. */
function shortened(claim: Bounded, cone: Cone, usual: Float64Array, slopes: Float64Array, s: number): number[] {
  const round = (x: number, precision: number) => Number(x.toPrecision(precision));
  for (const precision of digits) {
    const rounded = slopes.map((slope, q) => (slope === usual[q] ? slope : round(slope, precision)));
    const own = round(s, precision);
    if (precision < 17 && !isShort(claim, cone, linearBound(claim, cone, rounded), own)) continue;
    return [own, ...Array.from(cone.open).flatMap((i, q) => (rounded[q] === usual[q] ? [] : [i, rounded[q]]))];
  }
  return [];
}

/** The s for which p_j = c_j moved into [lo_j s, hi_j s] is the projection of c: a fixed point, reached in few steps. */
function scalarOf({ rank }: Bounded, { face, lo, hi }: Cone, c: Float64Array): number {
  const own = lo[face] * c[face];
  let s = Math.max(0, own);
  for (let round = 0; round < 30; round++) {
    let above = own;
    let below = 1;
    for (let j = 0; j < rank; j++) {
      if (j === face) continue;
      const limit = c[j] < lo[j] * s ? lo[j] : c[j] > hi[j] * s ? hi[j] : 0;
      above += limit * c[j];
      below += limit * limit;
    }
    const next = Math.max(0, above / below);
    if (!(Math.abs(next - s) > 1e-15 * next)) return next;
    s = next;
  }
  return s;
}

function projection({ rank }: Bounded, { face, lo, hi }: Cone, c: Float64Array, s: number): Float64Array {
  const p = c.slice();
  let first = lo[face] * c[face];
  for (let j = 0; j < rank; j++) {
    if (j === face) continue;
    const limit = c[j] < lo[j] * s ? lo[j] : c[j] > hi[j] * s ? hi[j] : 0;
    if (limit === 0 && lo[j] * s <= c[j] && c[j] <= hi[j] * s) continue;
    p[j] = limit * s;
    first -= limit * (p[j] - c[j]);
  }
  p[face] = lo[face] * Math.max(0, first);
  return p;
}

/** Coordinate along which the open rows change most. */
function widestAxis({ rank, rows, kinks }: Bounded, { face, lo, hi, open }: Cone): number {
  let best = -1;
  let most = -1;
  for (let j = 0; j < rank; j++) {
    if (j === face) continue;
    let score = 0;
    for (const i of open) score += Math.abs(kinks[i] * rows[i * rank + j]);
    score *= hi[j] - lo[j];
    if (score > most) {
      most = score;
      best = j;
    }
  }
  return best;
}
