/**
 * Penalties on blocks of one length d, each with its own cone (or none): group norm + cone, whose joint prox is
 * "project, then shrink" (math.md 1).
 *
 * Cones are given per block by four integers: address of the rows, of their inverse norms, number of rows (0: no
 * cone), address of the sign bits. `sets` holds d + 1 integers a block: the active rows, kept between calls.
 *
 *   cones (32-bit integers)  [rows_0, inverse_0, count_0, bits_0, rows_1, ..]
 */

import { projectCone } from './cones';
import { addScaled, dot } from './dense';

/** out_b = prox of step * (|.| + indicator of K_b) at z_b; norms_b = |proj z_b| for non-zero results, else 0. */
export function proxConeGroups(
  z: usize,
  step: f64,
  cones: usize,
  sets: usize,
  out: usize,
  norms: usize,
  blocks: i32,
  d: i32,
  work: usize,
): void {
  const bytes = (<usize>d) << 3;
  for (let b = 0; b < blocks; b++) {
    const norm = projectBlock(
      z + <usize>b * bytes,
      step,
      cones + ((<usize>b) << 4),
      sets + <usize>b * ((<usize>(d + 1)) << 2),
      out + <usize>b * bytes,
      d,
      work,
    );
    store<f64>(norms + ((<usize>b) << 3), norm);
    const at = out + <usize>b * bytes;
    const keep = norm > step ? 1 - step / norm : 0;
    if (keep == 0) memory.fill(at, 0, bytes);
    else for (let j: usize = 0; j < bytes; j += 8) store<f64>(at + j, load<f64>(at + j) * keep);
  }
}

function projectBlock(z: usize, threshold: f64, cone: usize, set: usize, p: usize, d: i32, work: usize): f64 {
  const rows = load<i32>(cone, 8);
  if (rows > 0) {
    return projectCone(load<i32>(cone), load<i32>(cone, 4), load<i32>(cone, 12), z, threshold, set, p, rows, d, work);
  }
  const norm = Math.sqrt(dot(z, z, d));
  if (norm <= threshold) return 0;
  memory.copy(p, z, (<usize>d) << 3);
  return norm;
}

/** max_b |proj_{K_b} g_b|, or `floor` if none exceeds it; `p` is room for d doubles. */
export function coneGroupsDualNorm(
  g: usize,
  floor: f64,
  cones: usize,
  sets: usize,
  p: usize,
  blocks: i32,
  d: i32,
  work: usize,
): f64 {
  const bytes = (<usize>d) << 3;
  let most = floor;
  for (let b = 0; b < blocks; b++) {
    const norm = projectBlock(
      g + <usize>b * bytes,
      most,
      cones + ((<usize>b) << 4),
      sets + <usize>b * ((<usize>(d + 1)) << 2),
      p,
      d,
      work,
    );
    if (norm > most) most = norm;
  }
  return most;
}

/** sum_b |v_b| */
export function sumGroupNorms(v: usize, blocks: i32, d: i32): f64 {
  let sum: f64 = 0;
  for (let b = 0; b < blocks; b++) {
    const at = v + ((<usize>(b * d)) << 3);
    sum += Math.sqrt(dot(at, at, d));
  }
  return sum;
}

/**
 * Derivative of the joint prox: J = (1 - c) Q + c u u^T, c = step/|p|, u = p/|p|, Q the projector on the null space of the
 * active rows. Householder reflections of u and of the active rows give orthonormal bases of both sides.
 *
 *   work (doubles)  reflectors: d x d | u: d
 */

/** Reflectors of u = v/|v| and the active rows; returns their rank. */
function reflectActive(v: usize, cone: usize, set: usize, d: i32, work: usize): i32 {
  const bytes = (<usize>d) << 3;
  const u = work + <usize>d * bytes;
  const scale = 1 / Math.sqrt(dot(v, v, d));
  for (let j: usize = 0; j < bytes; j += 8) store<f64>(u + j, load<f64>(v + j) * scale);
  let rank = addReflector(u, work, 0, d);
  const active = load<i32>(cone, 8) > 0 ? load<i32>(set) : 0;
  const rows = <usize>load<i32>(cone);
  for (let i = 0; i < active; i++) {
    rank = addReflector(rows + ((<usize>(load<i32>(set + 4 + ((<usize>i) << 2)) * d)) << 3), work, rank, d);
  }
  return rank;
}

/** Columns from..to-1 of the orthogonal matrix of `rank` reflectors, times `scale`, contiguous. */
export function writeBasis(from: i32, to: i32, scale: f64, rank: i32, out: usize, d: i32, work: usize): void {
  const bytes = (<usize>d) << 3;
  for (let k = from; k < to; k++) {
    const at = out + <usize>(k - from) * bytes;
    memory.fill(at, 0, bytes);
    store<f64>(at + ((<usize>k) << 3), scale);
    for (let i = rank - 1; i >= 0; i--) reflect(work + <usize>i * bytes, at, i, d);
  }
}

/** Factor R = [u, sqrt(1 - c) N] of J = R R^T, N a basis of the null space without u. Returns the number of columns. */
export function coneGroupFactor(v: usize, norm: f64, step: f64, cone: usize, set: usize, out: usize, d: i32, work: usize): i32 {
  const bytes = (<usize>d) << 3;
  const rank = reflectActive(v, cone, set, d, work);
  memory.copy(out, work + <usize>d * bytes, bytes);
  writeBasis(rank, d, Math.sqrt(1 - step / norm), rank, out + bytes, d, work);
  return 1 + d - rank;
}

/** The same J as (1 - c) I + q q^T - sum of e e^T: writes q = sqrt(c) u, then the columns e. Returns how many e there are. */
export function coneGroupShrinkage(
  v: usize,
  norm: f64,
  step: f64,
  cone: usize,
  set: usize,
  out: usize,
  d: i32,
  work: usize,
): i32 {
  const bytes = (<usize>d) << 3;
  const rank = reflectActive(v, cone, set, d, work);
  const u = work + <usize>d * bytes;
  const share = Math.sqrt(step / norm);
  for (let j: usize = 0; j < bytes; j += 8) store<f64>(out + j, load<f64>(u + j) * share);
  writeBasis(1, rank, Math.sqrt(1 - step / norm), rank, out + bytes, d, work);
  return rank - 1;
}

/** x <- (I - 2 h h^T) x, h unit with zeros before position `start`. */
function reflect(h: usize, x: usize, start: i32, d: i32): void {
  const offset = (<usize>start) << 3;
  addScaled(-2 * dot(h + offset, x + offset, d - start), h + offset, x + offset, d - start);
}

/** Adds the reflector that maps `row` (after the former ones) to axis `rank`; the rank stays if the row depends on them. */
export function addReflector(row: usize, reflectors: usize, rank: i32, d: i32): i32 {
  if (rank >= d) return rank;
  const bytes = (<usize>d) << 3;
  const h = reflectors + <usize>rank * bytes;
  memory.copy(h, row, bytes);
  const length = Math.sqrt(dot(h, h, d));
  for (let i = 0; i < rank; i++) reflect(reflectors + <usize>i * bytes, h, i, d);
  const tail = h + ((<usize>rank) << 3);
  const rest = Math.sqrt(dot(tail, tail, d - rank));
  if (!(rest > 1e-9 * length)) return rank;
  for (let j = 0; j < rank; j++) store<f64>(h + ((<usize>j) << 3), 0);
  const first = load<f64>(tail);
  store<f64>(tail, first + (first < 0 ? -rest : rest));
  const unit = 1 / Math.sqrt(dot(tail, tail, d - rank));
  for (let j = rank; j < d; j++) {
    const at = h + ((<usize>j) << 3);
    store<f64>(at, load<f64>(at) * unit);
  }
  return rank + 1;
}
