/**
 * Proof of F(w) <= T |w| for all w, F(w) = a^T w + sum_k kappa_k (x_k^T w)_+, by branch and bound over cones above boxes.
 *
 * The surface of the cube max |w_i| = 1 is cut into boxes; a node is the cone over one box, w = s z with s >= 0, z in
 * [lo, hi], lo = hi = +-1 in the coordinate of its face. On a node x_k^T z lies in [t - r, t + r] (t at the centre):
 *   t >= r, t <= -r   the row is linear there: summed into `base`, or gone for the whole subtree;
 *   kappa_k > 0       (x_k^T z)_+ <= (t + r)/(2 r) (x_k^T z - t + r), the chord;
 *   kappa_k < 0       -(x_k^T z)_+ <= -alpha_k x_k^T z for any alpha_k in [0, 1].
 * Together F(w) <= c^T w <= |projection of c on the node|, which has a closed form up to one scalar (`projectOnNode`) and
 * is a bound for whatever value of that scalar. The best alpha are found by exact steps in one of them at a time, and
 * only while they can still close the node: the concave function they model is not above T at the projection. They are
 * inherited. Boxes need fewer nodes than simplicial cones by a factor that grows like (d - 1)! / 2^(d/2), and moving to a
 * half of a box costs two multiplications a row.
 *
 * Depth first against the fixed T; the box is halved in the coordinate with the largest sum |kappa_k| |x_kj| h_j over
 * crossing rows. Box bounds are multiples of 2^-30 and exact. Rounding: see `branchingMargin` in src/patterns/.
 *
 *   X        rows x stride doubles, stride = d rounded up to even, padding 0
 *   kinks    kappa | steps: 1 / (|kappa_k| |x_k|^2), 0 where undefined | linear: a, stride doubles
 *   state    top (i32) | traced (i32) | nodes | worst | value | direction, c, p, v: stride each | scores: rows | frames ..
 *   frame    previous (i32) | rows (i32) | axis (i32) | next (i32) | first (i32) | face (i32) | lo | hi | base | entries ..
 *   entry    row (i32, 8 bytes) | t | r | alpha (convex rows: slope of the chord)
 *   trace    one byte a node, preorder: 255 closed, 254 given up, else the split coordinate (+ 128: upper half first)
 */
import { addAbsoluteRows, addRows, dotRows, relaxSlopes } from './branch-rows';
import { dot } from './dense';

const proven: i32 = 0;
const violated: i32 = 1;
const paused: i32 = 2;
const full: i32 = 3;

const open: i32 = 10;
const closed: i32 = 11;
const givenUp: i32 = 12;

const frameHead: usize = 32;
const entryBytes: usize = 32;
const stateHead: usize = 32;
const smallestHalf: f64 = 9.313225746154785e-10; // 2^-30
/** So many sweeps over the slopes, or more where they matter more than the chords: then smaller boxes would not help. */
const usualSweeps: i32 = 5;
const mostSweeps: i32 = 2000;
/** Weight of concave rows in the choice of the coordinate to split: their error can be removed by alpha. */
const concaveWeight: f64 = 0.3;

function paddedBytes(d: i32): usize {
  return (<usize>((d + 1) & ~1)) << 3;
}

/** Bytes of a state without frames. */
export function branchStateBytes(rows: i32, d: i32): f64 {
  return <f64>(stateHead + 4 * paddedBytes(d)) + <f64>((((<usize>rows) << 3) + 15) & ~15);
}

/** Bytes of one frame with all rows; a state needs room for several. */
export function branchFrameBytes(rows: i32, d: i32): f64 {
  return <f64>(frameHead + 3 * paddedBytes(d)) + <f64>rows * <f64>entryBytes;
}

/** The whole cube: its children are the 2 d faces. */
export function branchStart(X: usize, kinks: usize, linear: usize, state: usize, rows: i32, d: i32): void {
  const vector = paddedBytes(d);
  const first = <i32>branchStateBytes(rows, d);
  store<i32>(state, first);
  store<i32>(state, 0, 4);
  store<f64>(state, 0, 8);
  store<f64>(state, 0, 16);
  store<f64>(state, 0, 24);
  // The padding of p is read: it must be a number.
  memory.fill(state + stateHead, 0, 4 * vector);
  const frame = state + first;
  store<i32>(frame, 0);
  store<i32>(frame, -1, 8);
  store<i32>(frame, 0, 12);
  store<i32>(frame, 0, 16);
  store<i32>(frame, -1, 20);
  const lo = frame + frameHead;
  const base = lo + 2 * vector;
  memory.copy(base, linear, vector);
  for (let j: usize = 0; j < vector; j += 8) {
    store<f64>(lo + j, -1);
    store<f64>(lo + vector + j, 1);
  }
  let entry = base + vector;
  let count = 0;
  for (let k = 0; k < rows; k++) {
    if (load<f64>(kinks + ((<usize>k) << 3)) == 0) continue;
    const x = X + <usize>k * vector;
    let sum: f64 = 0;
    for (let j: usize = 0; j < vector; j += 8) sum += abs(load<f64>(x + j));
    store<i32>(entry, k);
    store<f64>(entry, 0, 8);
    store<f64>(entry, sum, 16);
    store<f64>(entry, -1, 24);
    entry += entryBytes;
    count++;
  }
  store<i32>(frame, count, 4);
}

/**
 * Projection of c on the cone over a box. With s = +-w_face: p_j = clamp(c_j, lo_j s, hi_j s), and s solves one monotone,
 * piecewise linear equation. Returns |p|, an upper bound of max c^T w over the node's unit vectors for any s, because p is
 * c plus non-negative multiples of the normals of the node.
 */
function projectOnNode(c: usize, lo: usize, hi: usize, face: usize, d: i32, p: usize): f64 {
  const sign = load<f64>(lo + face);
  const own = sign * load<f64>(c + face);
  const end = (<usize>d) << 3;
  let s: f64 = own > 0 ? own : 0;
  for (let round = 0; round < 30; round++) {
    let above = own;
    let below: f64 = 1;
    for (let j: usize = 0; j < end; j += 8) {
      if (j == face) continue;
      const target = load<f64>(c + j);
      const low = load<f64>(lo + j);
      const high = load<f64>(hi + j);
      const limit = target < low * s ? low : target > high * s ? high : 0;
      above += limit * target;
      below += limit * limit;
    }
    const next = above > 0 ? above / below : 0;
    const moved = abs(next - s);
    s = next;
    if (!(moved > 1e-15 * s)) break;
  }
  let first = own;
  let square: f64 = 0;
  for (let j: usize = 0; j < end; j += 8) {
    if (j == face) continue;
    const target = load<f64>(c + j);
    const low = load<f64>(lo + j);
    const high = load<f64>(hi + j);
    let value = target;
    if (target < low * s) {
      value = low * s;
      first -= low * (value - target);
    } else if (target > high * s) {
      value = high * s;
      first -= high * (value - target);
    }
    store<f64>(p + j, value);
    square += value * value;
  }
  if (first < 0) first = 0;
  store<f64>(p + face, sign * first);
  return Math.sqrt(square + first * first);
}

/** Coordinate with the largest interpolation error, or -1 when no half of the box would be wide enough. */
function chooseAxis(lo: usize, hi: usize, score: usize, face: usize, d: i32): i32 {
  let best = -1;
  let most: f64 = -1;
  for (let j = 0; j < d; j++) {
    const at = (<usize>j) << 3;
    const half = 0.5 * (load<f64>(hi + at) - load<f64>(lo + at));
    if (at == face || half <= smallestHalf) continue;
    const error = load<f64>(score + at) * half;
    if (error > most) {
      most = error;
      best = j;
    }
  }
  return best;
}

/** c = base + sum_q kappa_q slope_q x_q, and the offsets of the chords in the coordinate of the face. */
function sumBounds(
  X: usize,
  entries: usize,
  kinks: usize,
  base: usize,
  offset: f64,
  face: usize,
  sign: f64,
  coefficients: usize,
  c: usize,
  count: i32,
  vector: usize,
): void {
  let entry = entries;
  for (let q: usize = 0; q < (<usize>count) << 3; q += 8) {
    store<f64>(coefficients + q, load<f64>(kinks + ((<usize>load<i32>(entry)) << 3)) * load<f64>(entry, 24));
    entry += entryBytes;
  }
  memory.copy(c, base, vector);
  addRows(X, entries, coefficients, c, count, vector);
  store<f64>(c + face, load<f64>(c + face) + sign * offset);
}

/** Bounds the child of `parent` that is its box with coordinate `axis` replaced; an open one becomes the frame `frame`. */
function boundChild(
  X: usize,
  kinks: usize,
  steps: usize,
  threshold: f64,
  state: usize,
  parent: usize,
  frame: usize,
  axis: i32,
  low: f64,
  high: f64,
  face: i32,
  d: i32,
): i32 {
  const vector = paddedBytes(d);
  const direction = state + stateHead;
  const c = direction + vector;
  const p = c + vector;
  const v = p + vector;
  const scores = v + vector;
  const from = parent + frameHead;
  const lo = frame + frameHead;
  const hi = lo + vector;
  const base = hi + vector;
  const entries = base + vector;
  const at = (<usize>axis) << 3;
  const faceAt = (<usize>face) << 3;
  const centreMove = 0.5 * (low + high) - 0.5 * (load<f64>(from + at) + load<f64>(from + vector + at));
  const halfMove = 0.5 * (high - low) - 0.5 * (load<f64>(from + vector + at) - load<f64>(from + at));
  memory.copy(lo, from, 3 * vector);
  store<f64>(lo + at, low);
  store<f64>(hi + at, high);

  let entry = from + 3 * vector;
  let kept = entries;
  let offset: f64 = 0;
  let count = 0;
  for (let q = load<i32>(parent, 4); q > 0; q--) {
    const k = load<i32>(entry);
    const x = X + <usize>k * vector;
    const step = load<f64>(x + at);
    const t = load<f64>(entry, 8) + step * centreMove;
    const r = load<f64>(entry, 16) + abs(step) * halfMove;
    const inherited = load<f64>(entry, 24);
    entry += entryBytes;
    if (t <= -r) continue;
    const kink = load<f64>(kinks + ((<usize>k) << 3));
    if (t >= r) {
      const weight = f64x2.splat(kink);
      for (let j: usize = 0; j < vector; j += 16)
        v128.store(base + j, f64x2.add(v128.load(base + j), f64x2.mul(weight, v128.load(x + j))));
      continue;
    }
    let slope = inherited;
    if (kink > 0) {
      slope = (t + r) / (2 * r);
      offset += kink * slope * (r - t);
    } else if (slope < 0) slope = t > 0 ? 1 : 0;
    store<i32>(kept, k);
    store<f64>(kept, t, 8);
    store<f64>(kept, r, 16);
    store<f64>(kept, slope, 24);
    kept += entryBytes;
    count++;
  }
  const sign = load<f64>(lo + faceAt);
  sumBounds(X, entries, kinks, base, offset, faceAt, sign, scores, c, count, vector);
  if (dot(c, c, d) <= threshold * threshold) return closed;
  let bound = projectOnNode(c, lo, hi, faceAt, d, p);
  if (bound <= threshold) return closed;

  for (let sweep = 0; ; sweep++) {
    dotRows(X, entries, p, scores, count, vector);
    // F(p), and the function G >= F that alpha models: chords for convex rows, concave rows as they are.
    const height = sign * load<f64>(p + faceAt);
    let common = dot(base, p, d);
    let chords: f64 = 0;
    let convex: f64 = 0;
    kept = entries;
    for (let q: usize = 0; q < (<usize>count) << 3; q += 8) {
      const kink = load<f64>(kinks + ((<usize>load<i32>(kept)) << 3));
      const score = load<f64>(scores + q);
      const positive = kink * max(score, 0);
      if (kink > 0) {
        convex += positive;
        chords += kink * load<f64>(kept, 24) * (score + (load<f64>(kept, 16) - load<f64>(kept, 8)) * height);
      } else common += positive;
      kept += entryBytes;
    }
    if (common + convex > threshold * bound) {
      store<f64>(state, (common + convex) / bound, 24);
      for (let j: usize = 0; j < vector; j += 8) store<f64>(direction + j, load<f64>(p + j) / bound);
      return violated;
    }
    if (common + chords > threshold * bound) break;
    if (sweep >= usualSweeps && (bound * bound - common - chords <= chords - convex || sweep == mostSweeps)) break;
    relaxSlopes(X, entries, kinks, steps, p, v, count, vector);
    for (let j: usize = 0; j < vector; j += 8) store<f64>(c + j, load<f64>(c + j) + (load<f64>(v + j) - load<f64>(p + j)));
    bound = projectOnNode(c, lo, hi, faceAt, d, p);
    if (bound > threshold) continue;
    // Sweeps have added rounding to c: the proof needs the sum over the rows itself.
    sumBounds(X, entries, kinks, base, offset, faceAt, sign, scores, c, count, vector);
    bound = projectOnNode(c, lo, hi, faceAt, d, p);
    if (bound <= threshold) return closed;
  }

  memory.fill(v, 0, vector);
  kept = entries;
  for (let q: usize = 0; q < (<usize>count) << 3; q += 8) {
    const kink = load<f64>(kinks + ((<usize>load<i32>(kept)) << 3));
    store<f64>(scores + q, kink > 0 ? kink : -concaveWeight * kink);
    kept += entryBytes;
  }
  addAbsoluteRows(X, entries, scores, v, count, vector);
  const next = chooseAxis(lo, hi, v, faceAt, d);
  if (next < 0) {
    if (bound > load<f64>(state, 16)) store<f64>(state, bound, 16);
    return givenUp;
  }
  const split = (<usize>next) << 3;
  const middle = 0.5 * (load<f64>(lo + split) + load<f64>(hi + split));
  store<i32>(frame, count, 4);
  store<i32>(frame, next, 8);
  store<i32>(frame, 0, 12);
  store<i32>(frame, load<f64>(p + split) > middle * (sign * load<f64>(p + faceAt)) ? 1 : 0, 16);
  store<i32>(frame, face, 20);
  return open;
}

/**
 * Goes on with the proof for at most `budget` nodes. Returns 0: all nodes are closed or given up, F <= max(T, worst);
 * 1: a unit w with F(w) > T is in `direction`, its value in `value`; 2: out of budget; 3: the next frame may not fit into
 * `capacity` bytes of state (move the state to a larger place and call again), or the trace is full.
 */
export function branchContinue(
  X: usize,
  kinks: usize,
  steps: usize,
  threshold: f64,
  state: usize,
  capacity: i32,
  trace: usize,
  traceCapacity: i32,
  budget: i32,
  d: i32,
): i32 {
  const vector = paddedBytes(d);
  let result = -1;
  while (result < 0) {
    const top = load<i32>(state);
    if (top == 0) {
      result = proven;
      break;
    }
    const parent = state + top;
    const child = load<i32>(parent, 12);
    const parentAxis = load<i32>(parent, 8);
    if (child == (parentAxis < 0 ? 2 * d : 2)) {
      store<i32>(state, load<i32>(parent));
      continue;
    }
    const place = top + <i32>branchFrameBytes(load<i32>(parent, 4), d);
    const traced = load<i32>(state, 4);
    if (budget-- <= 0) result = paused;
    else if (place + <i32>branchFrameBytes(load<i32>(parent, 4), d) > capacity) result = full;
    else if (trace != 0 && traced >= traceCapacity) result = full;
    if (result >= 0) break;
    store<i32>(parent, child + 1, 12);
    let axis = parentAxis;
    let face = load<i32>(parent, 20);
    let low: f64 = child & 1 ? 1 : -1;
    let high = low;
    if (axis < 0) {
      axis = child >> 1;
      face = axis;
    } else {
      const box = parent + frameHead + ((<usize>axis) << 3);
      low = load<f64>(box);
      high = load<f64>(box + vector);
      const middle = 0.5 * (low + high);
      if (load<i32>(parent, 16) ^ child) low = middle;
      else high = middle;
    }
    const frame = state + place;
    const outcome = boundChild(X, kinks, steps, threshold, state, parent, frame, axis, low, high, face, d);
    store<f64>(state, load<f64>(state, 8) + 1, 8);
    if (trace != 0) {
      const mark = outcome == open ? load<i32>(frame, 8) | (load<i32>(frame, 16) << 7) : outcome == givenUp ? 254 : 255;
      store<u8>(trace + traced, <u8>mark);
      store<i32>(state, traced + 1, 4);
    }
    if (outcome == violated) result = violated;
    else if (outcome == open) {
      store<i32>(frame, top);
      store<i32>(state, place);
    }
  }
  return result;
}
