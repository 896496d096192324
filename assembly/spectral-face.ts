/**
 * The prox of step * (R + indicator of a cone) at z by its face (spectral.ts has R and the coordinates): with the rows S that are zero
 * at the solution v and the groups G that are not, v minimizes the smooth 1/2 |v - z|^2 + step R(v) over A_S v = 0, v = 0 off G.
 * Newton's method; then S and G are corrected by one row or group until the multipliers nu of S are non-negative, all rows of the
 * cone are, and |(z + A^T nu)_g| is at most the threshold in every group off G: the optimality conditions, so the solution is exact.
 * Corrections may cycle; they are counted, and the caller has a method that cannot fail.
 *
 *   work (doubles)  on: d | grad: d | delta: d | scaled: d | w: d | mu: d | nu: d | E: d x d | factors: d x d | system: d x d | of cholesky
 *   on   1 at the coordinates of G, else 0
 *   E    orthonormal basis of the rows of S with the coordinates off G left out, s_i a_i = sum_j factors[i][j] E_j
 */

import { addScaled, copyVector, dot, fill, scaleVector } from './dense';
import { cholesky, choleskySolve, choleskyWorkspace } from './factor';
import { groupNorm, isPair, spectralDual, spectralNorm } from './spectral-groups';

const newtonSteps = 40;
const dependent: f64 = 1e-9;
/** Violations at most this share of |z| are rounding. */
const rounding: f64 = 1e-13;
/** Groups at most this share of |z| are zero. */
const vanished: f64 = 1e-11;

export function spectralFaceWorkspace(d: i32): f64 {
  return (7 * <f64>d + 3 * <f64>d * <f64>d) * 8 + choleskyWorkspace(d);
}

/**
 * v: in: a start, not zero, whose groups are the first G; `set`: in: the first S. Returns the upper bound R*(z + A^T nu) on the cone's
 * dual maximum of z with v and `set` as found, or -1 where the search has failed.
 */
export function solveSpectralFace(z: usize, step: f64, cone: usize, set: usize, v: usize, d: i32, work: usize): f64 {
  const vector = (<usize>d) << 3;
  const on = work;
  const w = work + 4 * vector;
  const mu = w + vector;
  const nu = mu + vector;
  const size = Math.sqrt(dot(z, z, d));
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    setGroup(on, i, pair, groupNorm(v, i, pair) > 0 ? 1 : 0);
    if (pair) i++;
  }
  // The best multiple of the start, but not so short that its groups are lost.
  const multiple = (dot(z, v, d) - step * spectralNorm(v, d)) / dot(v, v, d);
  scaleVector(max(multiple, 1e-3), v, d);
  for (let round = 0; round < 2 * d + 12; round++) {
    const count = buildBasis(cone, set, d, work);
    let dimension: f64 = 0;
    for (let i = 0; i < d; i++) dimension += load<f64>(on + ((<usize>i) << 3));
    if (<f64>count >= dimension) return -1;
    const status = minimizeOnFace(z, step, v, count, size, d, work);
    if (status < 0) return -1;
    if (status > 0) continue;
    if (dropRow(cone, set, nu, mu, count, size, d, work)) continue;
    // w = z + A^T nu on all coordinates.
    copyVector(z, w, d);
    for (let i = 0; i < count; i++) {
      const index = load<i32>(set + 4 + ((<usize>i) << 2));
      const scale = rowSign(cone, index) * load<f64>(nu + ((<usize>i) << 3));
      addScaled(scale, <usize>load<i32>(cone) + <usize>index * vector, w, d);
    }
    if (addRow(cone, set, v, count, size, d)) continue;
    if (addGroup(w, step, v, on, size, d)) continue;
    return spectralDual(w, d);
  }
  return -1;
}

function rowSign(cone: usize, index: i32): f64 {
  const bits = <usize>load<i32>(cone, 12);
  return (load<u8>(bits + (index >> 3)) >> <u8>(index & 7)) & 1 ? 1 : -1;
}

function setGroup(x: usize, i: i32, pair: bool, value: f64): void {
  store<f64>(x + ((<usize>i) << 3), value);
  if (pair) store<f64>(x + ((<usize>i) << 3), value, 8);
}

/** E and its factors from the rows of `set`, which dependent rows leave; returns how many stay. */
function buildBasis(cone: usize, set: usize, d: i32, work: usize): i32 {
  const vector = (<usize>d) << 3;
  const on = work;
  const E = work + 7 * vector;
  const factors = E + <usize>d * vector;
  const listed = load<i32>(set);
  let kept = 0;
  for (let i = 0; i < listed; i++) {
    const index = load<i32>(set + 4 + ((<usize>i) << 2));
    const row = <usize>load<i32>(cone) + <usize>index * vector;
    const sign = rowSign(cone, index);
    const target = E + <usize>kept * vector;
    for (let j: usize = 0; j < vector; j += 8) store<f64>(target + j, sign * load<f64>(row + j) * load<f64>(on + j));
    const length = Math.sqrt(dot(row, row, d));
    fill(factors + <usize>kept * vector, 0, d);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < kept; k++) {
        const part = dot(E + <usize>k * vector, target, d);
        addScaled(-part, E + <usize>k * vector, target, d);
        const at = factors + <usize>kept * vector + ((<usize>k) << 3);
        store<f64>(at, load<f64>(at) + part);
      }
    }
    const rest = Math.sqrt(dot(target, target, d));
    if (!(rest > dependent * length)) continue;
    for (let j: usize = 0; j < vector; j += 8) store<f64>(target + j, load<f64>(target + j) / rest);
    store<f64>(factors + <usize>kept * vector + ((<usize>kept) << 3), rest);
    store<i32>(set + 4 + ((<usize>kept) << 2), index);
    kept++;
  }
  store<i32>(set, kept);
  return kept;
}

/** x <- its part orthogonal to the first `count` rows of E, coordinates off G zero. */
function restrict(x: usize, on: usize, E: usize, count: i32, d: i32): void {
  const vector = (<usize>d) << 3;
  for (let j: usize = 0; j < vector; j += 8) store<f64>(x + j, load<f64>(x + j) * load<f64>(on + j));
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 0; k < count; k++) addScaled(-dot(E + <usize>k * vector, x, d), E + <usize>k * vector, x, d);
  }
}

/** out = H^-1 x on G, H the Hessian at v: 1 along every group, 1 + threshold/|v_g| across. */
function applyInverseHessian(v: usize, x: usize, on: usize, step: f64, out: usize, d: i32): void {
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    const at = (<usize>i) << 3;
    if (load<f64>(on + at) == 0) setGroup(out, i, pair, 0);
    else if (!pair) store<f64>(out + at, load<f64>(x + at));
    else {
      const re = load<f64>(v + at);
      const im = load<f64>(v + at, 8);
      const square = re * re + im * im;
      const along = (re * load<f64>(x + at) + im * load<f64>(x + at, 8)) / square;
      const across = 1 / (1 + (step * Math.sqrt(2 / <f64>d)) / Math.sqrt(square));
      store<f64>(out + at, across * load<f64>(x + at) + (1 - across) * along * re);
      store<f64>(out + at, across * load<f64>(x + at, 8) + (1 - across) * along * im, 8);
    }
    if (pair) i++;
  }
}

/** Newton's method on the face, from v. 0: done, mu holds the multipliers of E; 1: a group has left G; -1: nothing is left, or no end. */
function minimizeOnFace(z: usize, step: f64, v: usize, count: i32, size: f64, d: i32, work: usize): i32 {
  const vector = (<usize>d) << 3;
  const on = work;
  const grad = on + vector;
  const delta = grad + vector;
  const scaled = delta + vector;
  const mu = scaled + 2 * vector;
  const E = work + 7 * vector;
  const system = E + 2 * <usize>d * vector;
  const rest = system + <usize>d * vector;
  restrict(v, on, E, count, d);
  for (let k = 0; k < newtonSteps; k++) {
    // The gradient; a group at zero has none.
    for (let i = 0; i < d; i++) {
      const pair = isPair(i, d);
      const at = (<usize>i) << 3;
      const norm = groupNorm(v, i, pair);
      if (load<f64>(on + at) != 0 && !(norm > vanished * size)) return leave(v, on, i, pair, d);
      const pull = load<f64>(on + at) == 0 ? 0 : (step * Math.sqrt((pair ? 2 : 1) / <f64>d)) / norm;
      const held = load<f64>(on + at);
      store<f64>(grad + at, held * (load<f64>(v + at) * (1 + pull) - load<f64>(z + at)));
      if (!pair) continue;
      store<f64>(grad + at, held * (load<f64>(v + at, 8) * (1 + pull) - load<f64>(z + at, 8)), 8);
      i++;
    }
    // (E H^-1 E^T) mu = -E H^-1 grad, delta = -H^-1 (grad + E^T mu).
    applyInverseHessian(v, grad, on, step, delta, d);
    for (let i = 0; i < count; i++) {
      store<f64>(mu + ((<usize>i) << 3), -dot(E + <usize>i * vector, delta, d));
      applyInverseHessian(v, E + <usize>i * vector, on, step, scaled, d);
      for (let j = 0; j < count; j++) {
        store<f64>(system + ((<usize>(i * count + j)) << 3), dot(E + <usize>j * vector, scaled, d));
      }
    }
    if (count > 0) {
      if (cholesky(system, count, rest) != 0) return -1;
      choleskySolve(system, mu, count);
    }
    for (let i = 0; i < count; i++) addScaled(load<f64>(mu + ((<usize>i) << 3)), E + <usize>i * vector, grad, d);
    applyInverseHessian(v, grad, on, step, delta, d);
    const moved = Math.sqrt(dot(delta, delta, d));
    // A step beyond zero ends a little before: a group that belongs there comes to it step by step.
    let share: f64 = 1;
    for (let i = 0; i < d; i++) {
      const pair = isPair(i, d);
      const at = (<usize>i) << 3;
      const norm = groupNorm(v, i, pair);
      let towards = load<f64>(v + at) * load<f64>(delta + at);
      if (pair) towards += load<f64>(v + at, 8) * load<f64>(delta + at, 8);
      if (towards > 0.9 * norm * norm) share = min(share, (0.9 * norm * norm) / towards);
      if (pair) i++;
    }
    addScaled(-share, delta, v, d);
    restrict(v, on, E, count, d);
    if (moved <= 1e-15 * size || (moved <= 1e-12 * size && k > 20)) return 0;
  }
  return -1;
}

/** Takes a group out of G; 1, or -1 if it was the last. */
function leave(v: usize, on: usize, i: i32, pair: bool, d: i32): i32 {
  setGroup(on, i, pair, 0);
  setGroup(v, i, pair, 0);
  return dot(on, on, d) > 0 ? 1 : -1;
}

/** nu of the rows from mu; takes out the row that pulls the wrong way most. Negative rounding becomes 0. */
function dropRow(cone: usize, set: usize, nu: usize, mu: usize, count: i32, size: f64, d: i32, work: usize): bool {
  const vector = (<usize>d) << 3;
  const factors = work + 7 * vector + <usize>d * vector;
  let worst = -1;
  let least = -rounding * size;
  for (let j = count - 1; j >= 0; j--) {
    let sum = -load<f64>(mu + ((<usize>j) << 3));
    for (let i = j + 1; i < count; i++)
      sum -= load<f64>(nu + ((<usize>i) << 3)) * load<f64>(factors + <usize>i * vector + ((<usize>j) << 3));
    store<f64>(nu + ((<usize>j) << 3), sum / load<f64>(factors + <usize>j * vector + ((<usize>j) << 3)));
  }
  for (let j = 0; j < count; j++) {
    const index = load<i32>(set + 4 + ((<usize>j) << 2));
    const multiplier = load<f64>(nu + ((<usize>j) << 3)) / load<f64>(<usize>load<i32>(cone, 4) + ((<usize>index) << 3));
    if (multiplier < least) {
      least = multiplier;
      worst = j;
    }
    if (multiplier < 0) store<f64>(nu + ((<usize>j) << 3), 0);
  }
  if (worst < 0) return false;
  for (let j = worst; j < count - 1; j++) {
    store<i32>(set + 4 + ((<usize>j) << 2), load<i32>(set + 4 + ((<usize>(j + 1)) << 2)));
  }
  store<i32>(set, count - 1);
  return true;
}

/** Adds the row that v violates most. */
function addRow(cone: usize, set: usize, v: usize, count: i32, size: f64, d: i32): bool {
  const rows = load<i32>(cone, 8);
  let worst = -1;
  let least = -rounding * size;
  for (let r = 0; r < rows; r++) {
    const inverse = load<f64>(<usize>load<i32>(cone, 4) + ((<usize>r) << 3));
    const slack = rowSign(cone, r) * inverse * dot(<usize>load<i32>(cone) + ((<usize>(r * d)) << 3), v, d);
    if (slack < least) {
      least = slack;
      worst = r;
    }
  }
  if (worst < 0 || count >= d) return false;
  store<i32>(set + 4 + ((<usize>count) << 2), worst);
  store<i32>(set, count + 1);
  return true;
}

/** Adds the group off G in which w is farthest above its threshold. */
function addGroup(w: usize, step: f64, v: usize, on: usize, size: f64, d: i32): bool {
  let worst = -1;
  let most = rounding * size;
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    const excess = groupNorm(w, i, pair) - step * Math.sqrt((pair ? 2 : 1) / <f64>d);
    if (load<f64>(on + ((<usize>i) << 3)) == 0 && excess > most) {
      most = excess;
      worst = i;
    }
    if (pair) i++;
  }
  if (worst < 0) return false;
  const pair = isPair(worst, d);
  const at = (<usize>worst) << 3;
  const scale = most / groupNorm(w, worst, pair);
  setGroup(on, worst, pair, 1);
  store<f64>(v + at, scale * load<f64>(w + at));
  if (pair) store<f64>(v + at, scale * load<f64>(w + at, 8), 8);
  return true;
}
