/**
 * Blocks of one length d in Fourier coordinates with the norm R of spectral-groups.ts, each with its own cone or none; cones and sets
 * as in prox.ts, the rows of cones in Fourier coordinates too (math-architectures.md, the common form; 6).
 *
 * The prox of R with a cone has no closed form. For small steps its face is that of the projection; it is followed to larger ones
 * (spectral-face.ts). Where that fails, Dykstra's alternating projections make a guess of their own. There, with x the
 * result of shrinking, y that of projecting and a what projecting took away, z - a = z + A^T nu with nu >= 0, so that
 * R*(z - a) bounds the cone's dual maximum from above at every step.
 *
 *   work (doubles)  x: d | y: d | a: d | b: d | t: d | v: d | held: d | its set: d + 1 | of projectCone | of solveSpectralFace | ends: 2
 */

import { projectCone, projectConeWorkspace } from './cones';
import { addScaled, copyVector, dot, fill } from './dense';
import { solveSpectralFace, spectralFaceWorkspace } from './spectral-face';
import { shrinkSpectrum, spectralDual, spectralNorm } from './spectral-groups';

/** Steps of Dykstra's method, at most, and the distance of x and y, relative to z, that ends it. */
const mostSteps = 3000;
const accuracy: f64 = 1e-13;
/** Relative width of the bracket around a dual maximum that ends its search. */
const bracket: f64 = 1e-9;
/** Where the search for it starts, as a share of the lower end, and how many steps it may take. */
const firstShare: f64 = 0.3;
const mostClimbs = 60;

export function spectralWorkspace(d: i32): f64 {
  return (8 * <f64>d + 3) * 8 + projectConeWorkspace(d) + spectralFaceWorkspace(d);
}

/** out = projection of z; 0 where it is the origin. */
function project(z: usize, cone: usize, set: usize, out: usize, d: i32, work: usize): f64 {
  const norm = projectCone(load<i32>(cone), load<i32>(cone, 4), load<i32>(cone, 12), z, 0, set, out, load<i32>(cone, 8), d, work);
  if (norm == 0) fill(out, 0, d);
  return norm;
}

/**
 * out = prox of step * (R + indicator of the cone) at z, a point of the cone, by alternating projections. Returns the least upper
 * bound seen on the dual maximum of z; where it is at most `step`, the prox is zero.
 */
function alternate(z: usize, step: f64, cone: usize, set: usize, out: usize, d: i32, work: usize): f64 {
  const bytes = (<usize>d) << 3;
  const x = work;
  const y = x + bytes;
  const a = y + bytes;
  const b = a + bytes;
  const t = b + bytes;
  const rest = t + 4 * bytes + 8;
  const face = rest + <usize>projectConeWorkspace(d);
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
    if (bound <= step) {
      fill(out, 0, d);
      return bound;
    }
    addScaled(1, y, b, d);
    shrinkSpectrum(b, step, x, d);
    addScaled(-1, x, b, d);
    // Every so often: is this the face?
    if ((k & (k + 1)) == 0 && dot(x, x, d) > 0) {
      copyVector(x, out, d);
      const found = solveSpectralFace(z, step, cone, set, out, d, face);
      if (found >= 0) return min(bound, found);
    }
    // y is the result; it is final once shrinking and projecting agree and y has stopped.
    copyVector(y, t, d);
    addScaled(-1, x, t, d);
    const apart = dot(t, t, d);
    copyVector(y, out, d);
    if (apart <= limit * limit) break;
  }
  return bound;
}

/**
 * Follows v = prox of step R at z from small steps to `target`, and narrows the bracket lower .. upper around the dual maximum of z, two
 * numbers at `ends`: z^T v/R(v) is a lower end (Dinkelbach 1967), the multipliers of the cone give an upper one. Ends at the target
 * (true; v is its prox), once upper <= floor, or when next to nothing is left between them and the target is beyond (false).
 *
 * @param v - in: the projection of z, whose face is that of the smallest steps; `set` likewise.
 */
function climb(z: usize, target: f64, floor: f64, ends: usize, cone: usize, set: usize, v: usize, d: i32, work: usize): bool {
  const bytes = (<usize>d) << 3;
  const held = work + 6 * bytes;
  const heldSet = held + bytes;
  const face = heldSet + bytes + 8 + <usize>projectConeWorkspace(d);
  const setBytes = (<usize>(d + 1)) << 2;
  let solved: f64 = 0;
  let failures = 0;
  let step = min(target, firstShare * load<f64>(ends));
  for (let k = 0; k < mostClimbs; k++) {
    copyVector(v, held, d);
    memory.copy(heldSet, set, setBytes);
    let found = solveSpectralFace(z, step, cone, set, v, d, face);
    if (found < 0) {
      copyVector(held, v, d);
      memory.copy(set, heldSet, setBytes);
      // Closer to where the face was known; in the end without knowing it.
      if (++failures < 6) step = solved + 0.3 * (step - solved);
      else store<i32>(set, 0);
      if (failures < 7) continue;
      found = alternate(z, step, cone, set, v, d, work);
    }
    failures = 0;
    const size = spectralNorm(v, d);
    const upper = min(found, load<f64>(ends, 8));
    store<f64>(ends, upper, 8);
    if (!(size > 0) || upper <= floor) return false;
    if (step == target) return true;
    const lower = max(load<f64>(ends), dot(z, v, d) / size);
    store<f64>(ends, lower);
    if (upper - lower <= bracket * upper && lower <= target) return false;
    solved = step;
    // At the maximum itself the prox is zero: a little below it is not, and its multipliers are as good.
    step = min(target, lower - 0.01 * (upper - lower));
    if (!(step > solved)) return false;
  }
  return false;
}

/** out = prox of step * (R + indicator of the cone) at z. */
function proxInCone(z: usize, step: f64, cone: usize, set: usize, out: usize, ends: usize, d: i32, work: usize): void {
  const norm = project(z, cone, set, out, d, work + 8 * ((<usize>d) << 3) + 8);
  const upper = norm > 0 ? spectralDual(out, d) : 0;
  if (upper > step) {
    store<f64>(ends, (norm * norm) / spectralNorm(out, d));
    store<f64>(ends, upper, 8);
    if (climb(z, step, step, ends, cone, set, out, d, work)) return;
  }
  fill(out, 0, d);
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
  const ends = work + <usize>spectralWorkspace(d) - 16;
  for (let b = 0; b < blocks; b++) {
    const at = <usize>b * bytes;
    const cone = cones + ((<usize>b) << 4);
    const set = sets + <usize>b * ((<usize>(d + 1)) << 2);
    if (load<i32>(cone, 8) > 0) proxInCone(z + at, step, cone, set, out + at, ends, d, work);
    else shrinkSpectrum(z + at, step, out + at, d);
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
 * The projection p of g_b gives the bracket |p|^2/R(p) .. R*(p), which is narrowed where its upper end is above all other lower ends.
 */
export function coneSpectraDualNorm(g: usize, cones: usize, sets: usize, uppers: usize, blocks: i32, d: i32, work: usize): f64 {
  const bytes = (<usize>d) << 3;
  const p = work;
  const rest = work + 8 * bytes + 8;
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
  const ends = work + <usize>spectralWorkspace(d) - 16;
  const v = work + 5 * bytes;
  let most = least;
  for (let b = 0; b < blocks; b++) {
    const upper = load<f64>(uppers + ((<usize>b) << 3));
    if (upper <= most) continue;
    const own = g + <usize>b * bytes;
    const cone = cones + ((<usize>b) << 4);
    const set = sets + <usize>b * ((<usize>(d + 1)) << 2);
    const norm = project(own, cone, set, v, d, rest);
    store<f64>(ends, (norm * norm) / spectralNorm(v, d));
    store<f64>(ends, upper, 8);
    climb(own, Infinity, most, ends, cone, set, v, d, work);
    most = max(most, load<f64>(ends, 8));
  }
  return most;
}
