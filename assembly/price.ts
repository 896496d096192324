/**
 * Local search for the dual constraint (math.md 1.6): directions w, |w| = 1, with large F(w) = lambda^T phi(X w),
 * phi(z) = max(z, slope z). F is piecewise linear: on the cell of pattern D it is g_D^T w, g_D = X^T M_D lambda.
 *
 * From each start: along the arc from w towards g_D/|g_D| as long as F rises (short steps first: a jump would end all
 * starts in the few widest maxima), then the exact maximizer over the cell, the projection of g_D on its cone, and from
 * there across every active row that does not hold: row k with multiplier nu_k is a true ridge only if
 * nu_k <= -(1 - slope) lambda_k (a concave kink steep enough to stop at); else crossing it raises F.
 *
 *   workspace (doubles)  scores: n | ahead: n | masked: n | g: d | w: d | p: d | cone: projectConeWorkspace | set (i32): d + 1
 */
import { projectConeAgain, projectConeMultipliers, projectConeWorkspace } from './cones';
import { addScaled, dot, multiplyTransposedVector, multiplyVector } from './dense';

export function searchDirectionsWorkspace(n: i32, d: i32): f64 {
  return (3 * <f64>n + 3 * <f64>d + 2) * 8 + projectConeWorkspace(d) + <f64>(((d + 1) * 4 + 31) & ~15);
}

/** The bit of row k in its byte. */
function bitOf(k: i32): u8 {
  const shift = <u8>(k & 7);
  return (<u8>1) << shift;
}

/** Pattern bits of scores (1 iff at least 0), and F there. */
function locate(lambda: usize, slope: f64, bits: usize, scores: usize, n: i32): f64 {
  memory.fill(bits, 0, (<usize>(((n + 63) >> 6) + 1)) << 3);
  let sum: f64 = 0;
  for (let k = 0; k < n; k++) {
    const score = load<f64>(scores + ((<usize>k) << 3));
    const value = load<f64>(lambda + ((<usize>k) << 3)) * score;
    if (score >= 0) {
      const at = bits + (k >> 3);
      store<u8>(at, load<u8>(at) | bitOf(k));
      sum += value;
    } else sum += slope * value;
  }
  return sum;
}

/** Scores of the unit vector on the arc from x to y, `length` long before: x = ((1 - t) x + t y) / length. */
function moveScores(x: usize, y: usize, t: f64, length: f64, n: i32): void {
  const s = f64x2.splat((1 - t) / length);
  const r = f64x2.splat(t / length);
  for (; n >= 2; n -= 2) {
    v128.store(x, f64x2.add(f64x2.mul(s, v128.load(x)), f64x2.mul(r, v128.load(y))));
    x += 16;
    y += 16;
  }
  if (n > 0) store<f64>(x, ((1 - t) / length) * load<f64>(x) + (t / length) * load<f64>(y));
}

/** g = X^T M_D lambda for the pattern in `bits`. */
function gradient(X: usize, lambda: usize, slope: f64, bits: usize, masked: usize, g: usize, n: i32, d: i32): void {
  for (let k = 0; k < n; k++) {
    const one = (load<u8>(bits + (k >> 3)) >> <u8>(k & 7)) & 1;
    store<f64>(masked + ((<usize>k) << 3), load<f64>(lambda + ((<usize>k) << 3)) * (one ? 1.0 : slope));
  }
  multiplyTransposedVector(X, masked, g, n, d);
}

/** F along the arc: scores (1 - t) x + t y, before normalization. */
function valueBetween(x: usize, y: usize, t: f64, lambda: usize, slope: f64, n: i32): f64 {
  const s = 1 - t;
  let sum: f64 = 0;
  for (let k: usize = 0; k < (<usize>n) << 3; k += 8) {
    const score = s * load<f64>(x + k) + t * load<f64>(y + k);
    sum += load<f64>(lambda + k) * max(score, slope * score);
  }
  return sum;
}

/**
 * Moves w along arcs while F rises by more than rounding; returns F(w), leaves its pattern in `bits` and, unless the start was
 * given up, the gradient of its cell in `g`.
 */
function ascend(
  X: usize,
  lambda: usize,
  slope: f64,
  cutoff: f64,
  bits: usize,
  scores: usize,
  ahead: usize,
  masked: usize,
  g: usize,
  w: usize,
  p: usize,
  n: i32,
  d: i32,
): f64 {
  multiplyVector(X, w, scores, n, d);
  let value = locate(lambda, slope, bits, scores, n);
  // A start that is good for the other sign of lambda, as neurons and their neighbours are, is left to that one.
  if (cutoff > 0 && value < -0.5 * cutoff) return value;
  gradient(X, lambda, slope, bits, masked, g, n, d);
  for (let k = 0; k < 80; k++) {
    const size = Math.sqrt(dot(g, g, d));
    if (!(size > value * (1 + 1e-9))) break;
    for (let j = 0; j < d; j++) store<f64>(p + ((<usize>j) << 3), load<f64>(g + ((<usize>j) << 3)) / size);
    multiplyVector(X, p, ahead, n, d);
    const cosine = dot(w, p, d);
    let best = value;
    let step: f64 = 0;
    let reach: f64 = 1;
    for (let t: f64 = 0.0625; t <= 1; t *= 2) {
      const length = Math.sqrt((1 - t) * (1 - t) + t * t + 2 * t * (1 - t) * cosine);
      const there = valueBetween(scores, ahead, t, lambda, slope, n) / length;
      if (!(there > best)) break;
      best = there;
      step = t;
      reach = length;
    }
    if (!(best > value + 1e-4 * abs(value))) break;
    moveScores(w, p, step, reach, d);
    moveScores(scores, ahead, step, reach, n);
    value = locate(lambda, slope, bits, scores, n);
    gradient(X, lambda, slope, bits, masked, g, n, d);
  }
  return value;
}

/**
 * Runs the search from `count` starts (rows of `directions`, overwritten by the unit maximizers found). values_i = F, or
 * 0 where the ascent stayed far below `cutoff`; bits row i (stride bytes apart) = pattern of the cell of the maximizer.
 */
export function searchDirections(
  X: usize,
  inverseNorms: usize,
  lambda: usize,
  slope: f64,
  cutoff: f64,
  directions: usize,
  values: usize,
  bits: usize,
  stride: i32,
  count: i32,
  n: i32,
  d: i32,
  work: usize,
): void {
  const scores = work;
  const ahead = scores + ((<usize>n) << 3);
  const masked = ahead + ((<usize>n) << 3);
  const g = masked + ((<usize>n) << 3);
  const w = g + ((<usize>d) << 3);
  const p = w + ((<usize>d) << 3);
  const cone = p + ((((<usize>d) << 3) + 15) & ~15);
  const set = cone + <usize>projectConeWorkspace(d);
  const multipliers = cone + projectConeMultipliers(d);
  for (let i = 0; i < count; i++) {
    const direction = directions + ((<usize>(i * d)) << 3);
    const own = bits + <usize>i * stride;
    const length = Math.sqrt(dot(direction, direction, d));
    if (!(length > 0)) {
      store<f64>(values + ((<usize>i) << 3), 0);
      continue;
    }
    for (let j = 0; j < d; j++) store<f64>(w + ((<usize>j) << 3), load<f64>(direction + ((<usize>j) << 3)) / length);
    let value = ascend(X, lambda, slope, cutoff, own, scores, ahead, masked, g, w, p, n, d);
    if (value < 0.7 * cutoff) {
      store<f64>(values + ((<usize>i) << 3), 0);
      continue;
    }
    // Cell phase, from the gradient that the ascent left.
    store<i32>(set, 0);
    let known = 0;
    for (let k = 0; k < 100; k++) {
      const best = projectConeAgain(X, inverseNorms, own, g, 0, set, p, n, d, cone, known);
      if (!(best > value * (1 - 1e-9))) break;
      const rose = best > value * (1 + 1e-12);
      value = best;
      for (let j = 0; j < d; j++) store<f64>(w + ((<usize>j) << 3), load<f64>(p + ((<usize>j) << 3)) / best);
      const active = load<i32>(set);
      let crossed = false;
      let kept = 0;
      known = active;
      for (let a = 0; a < active; a++) {
        const row = load<i32>(set + 4 + ((<usize>a) << 2));
        const nu = load<f64>(multipliers + ((<usize>a) << 3));
        const bend = (1 - slope) * load<f64>(lambda + ((<usize>row) << 3));
        if (nu > -bend * (1 + 1e-10)) {
          const at = own + (row >> 3);
          store<u8>(at, load<u8>(at) ^ bitOf(row));
          // X^T M_D lambda loses or gains the bend of this row.
          const one = load<u8>(at) & bitOf(row);
          addScaled(one ? bend : -bend, X + ((<usize>(row * d)) << 3), g, d);
          if (!crossed) known = a;
          crossed = true;
          continue;
        }
        // Ridges that hold stay active: the next projection starts from them.
        store<i32>(set + 4 + ((<usize>kept) << 2), row);
        kept++;
      }
      if (!crossed || (!rose && k > 3)) break;
      store<i32>(set, kept);
    }
    memory.copy(direction, w, (<usize>d) << 3);
    store<f64>(values + ((<usize>i) << 3), value);
  }
}
