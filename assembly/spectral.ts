/**
 * R(v) = sum over frequencies of |(F v)_k| / sqrt d, F unitary, on blocks of one length d, each with its own cone or none
 * (math-architectures.md 5.6, 6). Blocks, rows of cones and gradients are in Fourier coordinates (fourier.ts), where R is a weighted
 * group norm: groups of two, weight sqrt(2/d), and of one, weight 1/sqrt d, for frequency 0 and, d even, d/2.
 *
 * Cones and sets as in prox.ts. The prox of R with a cone has no closed form: Dykstra's alternating projections. With
 * x the result of shrinking, y that of projecting and a what projecting took away, z - a = z + A^T nu with nu >= 0, so that
 * R*(z - a) bounds the cone's dual maximum from above at every step.
 *
 *   work (doubles)  x: d | y: d | a: d | b: d | t: d | v: d | of projectCone
 */

import { projectCone, projectConeWorkspace } from './cones';
import { addScaled, copyVector, dot, fill } from './dense';

/** Steps of Dykstra's method, at most, and the distance of x and y, relative to z, that ends it. */
const mostSteps = 3000;
const accuracy: f64 = 1e-13;
/** Relative width of the bracket around a dual maximum that ends its search. */
const bracket: f64 = 1e-10;

export function spectralWorkspace(d: i32): i32 {
  return 6 * d * 8 + projectConeWorkspace(d);
}

/** |v| over the group that starts at coordinate i, which has `pair` ? 2 : 1 entries. */
function groupNorm(v: usize, i: i32, pair: bool): f64 {
  const re = load<f64>(v + ((<usize>i) << 3));
  if (!pair) return abs(re);
  const im = load<f64>(v + ((<usize>i) << 3), 8);
  return Math.sqrt(re * re + im * im);
}

function isPair(i: i32, d: i32): bool {
  return i > 0 && i + 1 < d;
}

/** R(v) */
function spectralNorm(v: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    sum += groupNorm(v, i, pair) * Math.sqrt(pair ? 2 : 1);
    if (pair) i++;
  }
  return sum / Math.sqrt(<f64>d);
}

/** R*(g) = max over groups of |g| / weight */
function spectralDual(g: usize, d: i32): f64 {
  let most: f64 = 0;
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    most = max(most, groupNorm(g, i, pair) * Math.sqrt(pair ? 0.5 : 1));
    if (pair) i++;
  }
  return most * Math.sqrt(<f64>d);
}

/** out = prox of step * R at z, without a cone; false if it is zero. */
function shrink(z: usize, step: f64, out: usize, d: i32): bool {
  let left = false;
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    const at = (<usize>i) << 3;
    const size = groupNorm(z, i, pair);
    const threshold = step * Math.sqrt((pair ? 2 : 1) / <f64>d);
    const keep = size > threshold ? 1 - threshold / size : 0;
    if (keep > 0) left = true;
    store<f64>(out + at, keep * load<f64>(z + at));
    if (!pair) continue;
    store<f64>(out + at, keep * load<f64>(z + at, 8), 8);
    i++;
  }
  return left;
}

/** out = projection of z; 0 where it is the origin. */
function project(z: usize, cone: usize, set: usize, out: usize, d: i32, work: usize): f64 {
  const norm = projectCone(load<i32>(cone), load<i32>(cone, 4), load<i32>(cone, 12), z, 0, set, out, load<i32>(cone, 8), d, work);
  if (norm == 0) fill(out, 0, d);
  return norm;
}

/**
 * out = prox of step * (R + indicator of the cone) at z, a point of the cone. Returns the least upper bound seen on the dual maximum
 * of z; where it is at most `step`, the prox is zero.
 */
function proxInCone(z: usize, step: f64, cone: usize, set: usize, out: usize, d: i32, work: usize): f64 {
  const bytes = (<usize>d) << 3;
  const x = work;
  const y = x + bytes;
  const a = y + bytes;
  const b = a + bytes;
  const t = b + bytes;
  const rest = t + 2 * bytes;
  const limit = accuracy * Math.sqrt(dot(z, z, d));
  let bound: f64 = Infinity;
  copyVector(z, x, d);
  fill(a, 0, d);
  fill(b, 0, d);
  fill(out, 0, d);
  for (let k = 0; k < mostSteps; k++) {
    addScaled(1, x, a, d);
    project(a, cone, set, y, d, rest);
    addScaled(-1, y, a, d);
    copyVector(z, t, d);
    addScaled(-1, a, t, d);
    bound = min(bound, spectralDual(t, d));
    if (bound <= step) return bound;
    addScaled(1, y, b, d);
    copyVector(b, t, d);
    shrink(t, step, x, d);
    addScaled(-1, x, b, d);
    // y is the result; it is final once shrinking and projecting agree and y has stopped.
    copyVector(y, t, d);
    addScaled(-1, x, t, d);
    const apart = dot(t, t, d);
    copyVector(y, t, d);
    addScaled(-1, out, t, d);
    const moved = dot(t, t, d);
    copyVector(y, out, d);
    if (max(apart, moved) <= limit * limit) break;
  }
  return bound;
}

/** out_b = prox of step * (R + indicator of K_b) at z_b. */
export function proxConeSpectra(
  z: usize,
  step: f64,
  cones: usize,
  sets: usize,
  out: usize,
  blocks: i32,
  d: i32,
  work: usize,
): void {
  const bytes = (<usize>d) << 3;
  for (let b = 0; b < blocks; b++) {
    const at = <usize>b * bytes;
    const cone = cones + ((<usize>b) << 4);
    const set = sets + <usize>b * ((<usize>(d + 1)) << 2);
    if (load<i32>(cone, 8) > 0) proxInCone(z + at, step, cone, set, out + at, d, work);
    else shrink(z + at, step, out + at, d);
  }
}

/** sum_b R(v_b) */
export function sumSpectralNorms(v: usize, blocks: i32, d: i32): f64 {
  let sum: f64 = 0;
  for (let b = 0; b < blocks; b++) sum += spectralNorm(v + ((<usize>(b * d)) << 3), d);
  return sum;
}

/**
 * max_b of max { g_b^T v : R(v) <= 1, v in K_b }, from above, tight to 1e-10. `uppers` is room for one number a block.
 *
 * The projection p of g_b gives the bracket |p|^2/R(p) .. R*(p). Blocks whose upper end is above the largest lower end are
 * searched: with tau the lower end, v = prox of tau R at g_b raises it to g^T v/R(v) (Dinkelbach 1967), and the steps to v lower the
 * upper one.
 */
export function coneSpectraDualNorm(g: usize, cones: usize, sets: usize, uppers: usize, blocks: i32, d: i32, work: usize): f64 {
  const bytes = (<usize>d) << 3;
  const p = work;
  const rest = work + 6 * bytes;
  let least: f64 = 0;
  for (let b = 0; b < blocks; b++) {
    const own = g + <usize>b * bytes;
    const cone = cones + ((<usize>b) << 4);
    const upper = uppers + ((<usize>b) << 3);
    if (load<i32>(cone, 8) == 0) {
      const size = spectralDual(own, d);
      store<f64>(upper, 0);
      least = max(least, size);
      continue;
    }
    const norm = project(own, cone, sets + <usize>b * ((<usize>(d + 1)) << 2), p, d, rest);
    store<f64>(upper, norm > 0 ? spectralDual(p, d) : 0);
    if (norm > 0) least = max(least, (norm * norm) / spectralNorm(p, d));
  }
  let most = least;
  for (let b = 0; b < blocks; b++) {
    const upper = load<f64>(uppers + ((<usize>b) << 3));
    if (upper <= most) continue;
    const own = g + <usize>b * bytes;
    const cone = cones + ((<usize>b) << 4);
    most = max(most, searchMaximum(own, least, upper, cone, sets + <usize>b * ((<usize>(d + 1)) << 2), d, work));
  }
  return most;
}

/** Upper end of the bracket of one block once it is narrow, or at most `floor`. */
function searchMaximum(g: usize, floor: f64, upper: f64, cone: usize, set: usize, d: i32, work: usize): f64 {
  const out = work + 5 * ((<usize>d) << 3);
  let lower = floor;
  for (let k = 0; k < 40 && upper - lower > bracket * upper; k++) {
    upper = min(upper, proxInCone(g, lower, cone, set, out, d, work));
    const size = spectralNorm(out, d);
    if (!(size > 0)) break;
    const ratio = dot(g, out, d) / size;
    if (!(ratio > lower)) break;
    lower = ratio;
  }
  return upper;
}
