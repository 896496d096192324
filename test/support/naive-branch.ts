/**
 * The bounds of assembly/branch.ts from first principles, slowly: every row anew at every box, slopes by many sweeps, the
 * projection by trisection of its one scalar.
 */

/** F(w) = linear^T w + sum_k kinks_k (x_k^T w)_+, to be maximized over unit vectors. */
export interface Kinked {
  readonly X: Float64Array;
  readonly kinks: Float64Array;
  readonly linear: Float64Array;
  readonly d: number;
}

export interface Box {
  readonly lo: number[];
  readonly hi: number[];
  /** The coordinate with lo = hi = +-1. */
  readonly face: number;
}

export function evaluate({ X, kinks, linear, d }: Kinked, w: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += linear[j] * w[j];
  for (let k = 0; k < kinks.length; k++) sum += kinks[k] * Math.max(0, score(X, k, w, d));
  return sum;
}

function score(X: Float64Array, k: number, w: ArrayLike<number>, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += X[k * d + j] * w[j];
  return sum;
}

/** Projection of c on the cone over a box. */
export function projectOnBoxCone(c: readonly number[], { lo, hi, face }: Box): number[] {
  const at = (s: number) => c.map((entry, j) => (j === face ? lo[face] * s : Math.min(Math.max(entry, lo[j] * s), hi[j] * s)));
  const distance = (s: number) => at(s).reduce((sum, entry, j) => sum + (entry - c[j]) * (entry - c[j]), 0);
  let low = 0;
  let high = 1 + c.reduce((sum, entry) => sum + Math.abs(entry), 0);
  for (let step = 0; step < 300; step++) {
    const third = (high - low) / 3;
    if (distance(low + third) <= distance(high - third)) high -= third;
    else low += third;
  }
  return at((low + high) / 2);
}

const replaced = (values: readonly number[], at: number, value: number) => values.map((entry, j) => (j === at ? value : entry));

const norm = (v: readonly number[]) => Math.sqrt(v.reduce((sum, entry) => sum + entry * entry, 0));

/** Upper bound of F over the unit vectors of the cone over a box; stops as soon as it is at most `enough`. */
export function boundBox(kinked: Kinked, box: Box, enough: number, sweeps = 400): number {
  const { X, kinks, linear, d } = kinked;
  const { lo, hi, face } = box;
  const c = Array.from(linear);
  const concave: { k: number; slope: number }[] = [];
  for (let k = 0; k < kinks.length; k++) {
    let least = 0;
    let most = 0;
    for (let j = 0; j < d; j++) {
      const x = X[k * d + j];
      least += Math.min(x * lo[j], x * hi[j]);
      most += Math.max(x * lo[j], x * hi[j]);
    }
    if (most <= 0 || kinks[k] === 0) continue;
    let slope = 1;
    if (least < 0) {
      if (kinks[k] > 0) {
        slope = most / (most - least);
        c[face] -= lo[face] * kinks[k] * slope * least;
      } else {
        slope = most + least > 0 ? 1 : 0;
        concave.push({ k, slope });
      }
    }
    for (let j = 0; j < d; j++) c[j] += kinks[k] * slope * X[k * d + j];
  }
  let p = projectOnBoxCone(c, box);
  for (let sweep = 0; sweep < sweeps && norm(p) > enough && concave.length > 0; sweep++) {
    const v = p.slice();
    for (const row of concave) {
      let square = 0;
      for (let j = 0; j < d; j++) square += X[row.k * d + j] * X[row.k * d + j];
      if (square === 0) continue;
      const wanted = row.slope - score(X, row.k, v, d) / (kinks[row.k] * square);
      const change = kinks[row.k] * (Math.min(1, Math.max(0, wanted)) - row.slope);
      row.slope = Math.min(1, Math.max(0, wanted));
      for (let j = 0; j < d; j++) {
        v[j] += change * X[row.k * d + j];
        c[j] += change * X[row.k * d + j];
      }
    }
    p = projectOnBoxCone(c, box);
  }
  return norm(p);
}

/**
 * Walks a recorded tree and bounds every leaf again. Throws when the tree is not a complete tree over all faces.
 *
 * @returns the largest bound of a closed leaf, the number of leaves, and the boxes given up.
 */
export function replayTree(kinked: Kinked, tree: Uint8Array, threshold: number): { most: number; leaves: number; open: Box[] } {
  const { d } = kinked;
  let at = 0;
  let most = Number.NEGATIVE_INFINITY;
  let leaves = 0;
  const open: Box[] = [];
  const visit = (box: Box): void => {
    if (at >= tree.length) throw new Error('tree ends early');
    const mark = tree[at++];
    if (mark === 254) open.push(box);
    else if (mark === 255) {
      leaves++;
      most = Math.max(most, boundBox(kinked, box, threshold));
    } else {
      const axis = mark & 127;
      if (axis >= d || axis === box.face) throw new Error(`split of coordinate ${axis}`);
      const middle = (box.lo[axis] + box.hi[axis]) / 2;
      const lower = { ...box, hi: replaced(box.hi, axis, middle) };
      const upper = { ...box, lo: replaced(box.lo, axis, middle) };
      for (const child of mark & 128 ? [upper, lower] : [lower, upper]) visit(child);
    }
  };
  for (let face = 0; face < d; face++) {
    for (const sign of [-1, 1]) {
      visit({ lo: replaced(Array(d).fill(-1), face, sign), hi: replaced(Array(d).fill(1), face, sign), face });
    }
  }
  if (at !== tree.length) throw new Error('tree goes on');
  return { most, leaves, open };
}
