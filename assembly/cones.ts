/**
 * Projection on a polyhedral cone K = {v : s_k a_k^T v >= 0 for all k}, s_k = +1 where bit k is set, else -1, by the
 * active set method of Lawson and Hanson for its dual (Moreau): p = z + A_S^T nu, nu >= 0, A_S p = 0.
 *
 * The active rows S are kept as an orthonormal basis E (rows) with s_i a_i = sum_j R[i][j] E_j, so that
 * p = z - E^T E z never squares the condition number. The most violated rows enter first, a few at a time; every
 * intermediate p is the projection on a larger cone, so |p| only falls, and a block can be given up as soon as |p| is
 * below the caller's threshold.
 *
 *   workspace (doubles)   E: d x d | R: d x d | c: d | nu: d | old: d | scores: 64 | list: 2 * manyRows
 *   set (32-bit integers) [count, index_0, .., index_{d-1}]: in: rows to try first, out: the active rows
 */
import { addScaled, dot, multiplyVector } from './dense';

const manyRows = 6; // rows that enter at once, at most
const dependent: f64 = 1e-9; // relative distance from the span of S below which a row adds nothing
const cancelled: f64 = 0.7; // share of its length below which a second pass of Gram and Schmidt is needed

export function projectConeWorkspace(d: i32): f64 {
  return (2 * <f64>d * <f64>d + 3 * <f64>d + <f64>(66 + 2 * manyRows)) * 8;
}

/** Where in the workspace the multipliers of the active rows are afterwards, in bytes. */
export function projectConeMultipliers(d: i32): i32 {
  return (2 * d * d + d) * 8;
}

function rowSign(bits: usize, k: i32): f64 {
  return (load<u8>(bits + (k >> 3)) >> <u8>(k & 7)) & 1 ? 1.0 : -1.0;
}

/** Appends row `index` to the basis at position `count`; false if it depends on the rows that are there. */
function appendRow(A: usize, bits: usize, index: i32, count: i32, d: i32, E: usize, R: usize): bool {
  const source = A + ((<usize>(index * d)) << 3);
  const target = E + ((<usize>(count * d)) << 3);
  const coefficients = R + ((<usize>(count * d)) << 3);
  const sign = rowSign(bits, index);
  for (let j = 0; j < d; j++) store<f64>(target + ((<usize>j) << 3), sign * load<f64>(source + ((<usize>j) << 3)));
  const length = Math.sqrt(dot(target, target, d));
  if (!(length > 0)) return false;
  for (let j = 0; j < count; j++) store<f64>(coefficients + ((<usize>j) << 3), 0);
  // Twice is enough: the second pass removes what rounding left of the first, where much cancelled.
  let rest = length;
  for (let pass = 0; pass < 2; pass++) {
    const before = rest;
    for (let j = 0; j < count; j++) {
      const basis = E + ((<usize>(j * d)) << 3);
      const part = dot(basis, target, d);
      addScaled(-part, basis, target, d);
      const at = coefficients + ((<usize>j) << 3);
      store<f64>(at, load<f64>(at) + part);
    }
    rest = Math.sqrt(dot(target, target, d));
    if (rest > cancelled * before) break;
  }
  if (!(rest > dependent * length)) return false;
  const inverse = 1 / rest;
  for (let j = 0; j < d; j++) {
    const at = target + ((<usize>j) << 3);
    store<f64>(at, load<f64>(at) * inverse);
  }
  store<f64>(coefficients + ((<usize>count) << 3), rest);
  return true;
}

/** nu from c = E z: sum_i nu_i R[i][j] = -c_j, R[i][j] = 0 for j > i. */
function solveMultipliers(R: usize, c: usize, nu: usize, count: i32, d: i32): void {
  for (let j = count - 1; j >= 0; j--) {
    let sum = -load<f64>(c + ((<usize>j) << 3));
    for (let i = j + 1; i < count; i++) sum -= load<f64>(nu + ((<usize>i) << 3)) * load<f64>(R + ((<usize>(i * d + j)) << 3));
    store<f64>(nu + ((<usize>j) << 3), sum / load<f64>(R + ((<usize>(j * d + j)) << 3)));
  }
}

/**
 * Rebuilds the basis from position `first` of `count` listed rows on, dropping dependent ones; returns how many stay.
 * `old` moves along; what stands before `first` is as it was.
 */
function rebuild(
  A: usize,
  bits: usize,
  set: usize,
  old: usize,
  z: usize,
  first: i32,
  count: i32,
  d: i32,
  E: usize,
  R: usize,
  c: usize,
): i32 {
  let kept = first;
  for (let i = first; i < count; i++) {
    const index = load<i32>(set + ((<usize>i) << 2));
    if (!appendRow(A, bits, index, kept, d, E, R)) continue;
    store<i32>(set + ((<usize>kept) << 2), index);
    store<f64>(old + ((<usize>kept) << 3), load<f64>(old + ((<usize>i) << 3)));
    store<f64>(c + ((<usize>kept) << 3), dot(E + ((<usize>(kept * d)) << 3), z, d));
    kept++;
  }
  return kept;
}

/**
 * Rows with negative s_k a_k^T p / |a_k|, the worst first: at most `capacity`, at most one of each 64 rows, none milder
 * than half of the worst. Returns how many; `skipped` does not count.
 */
function violatedRows(
  A: usize,
  inverseNorms: usize,
  bits: usize,
  p: usize,
  tolerance: f64,
  skipped: i32,
  rows: i32,
  d: i32,
  scores: usize,
  list: usize,
  capacity: i32,
): i32 {
  const slacks = list + ((<usize>manyRows) << 3);
  let found = 0;
  for (let start = 0; start < rows; start += 64) {
    const count = min(64, rows - start);
    multiplyVector(A + ((<usize>(start * d)) << 3), p, scores, count, d);
    let word = load<u64>(bits + (start >> 3));
    const norms = inverseNorms + ((<usize>start) << 3);
    let worst = -1;
    let violation = -tolerance;
    for (let i = 0; i < count; i++) {
      const at = (<usize>i) << 3;
      const scaled = load<f64>(scores + at) * load<f64>(norms + at);
      const slack = word & 1 ? scaled : -scaled;
      word >>= 1;
      if (slack < violation && start + i != skipped) {
        violation = slack;
        worst = start + i;
      }
    }
    if (worst < 0) continue;
    if (found == capacity && violation >= load<f64>(slacks + ((<usize>(found - 1)) << 3))) continue;
    let place = found < capacity ? found++ : found - 1;
    for (; place > 0 && violation < load<f64>(slacks + ((<usize>(place - 1)) << 3)); place--) {
      store<f64>(slacks + ((<usize>place) << 3), load<f64>(slacks + ((<usize>(place - 1)) << 3)));
      store<i32>(list + ((<usize>place) << 2), load<i32>(list + ((<usize>(place - 1)) << 2)));
    }
    store<f64>(slacks + ((<usize>place) << 3), violation);
    store<i32>(list + ((<usize>place) << 2), worst);
  }
  if (found > 0) {
    const mild = 0.5 * load<f64>(slacks);
    while (load<f64>(slacks + ((<usize>(found - 1)) << 3)) > mild) found--;
  }
  return found;
}

/**
 * p = projection of z on the cone; returns |p|, or 0 (p unspecified) as soon as |p| <= threshold is known.
 * `inverseNorms` holds 1/|a_k|, 0 for zero rows, which constrain nothing.
 */
export function projectCone(
  A: usize,
  inverseNorms: usize,
  bits: usize,
  z: usize,
  threshold: f64,
  set: usize,
  p: usize,
  rows: i32,
  d: i32,
  work: usize,
): f64 {
  return projectConeAgain(A, inverseNorms, bits, z, threshold, set, p, rows, d, work, 0);
}

/** {@link projectCone} where the first `known` rows of the set, and their signs, are those the workspace has a basis of. */
export function projectConeAgain(
  A: usize,
  inverseNorms: usize,
  bits: usize,
  z: usize,
  threshold: f64,
  set: usize,
  p: usize,
  rows: i32,
  d: i32,
  work: usize,
  known: i32,
): f64 {
  const square = (<usize>(d * d)) << 3;
  const vector = (<usize>d) << 3;
  const E = work;
  const R = E + square;
  const c = R + square;
  const nu = c + vector;
  const old = nu + vector;
  const scores = old + vector;
  const list = scores + 512;
  const indices = set + 4;
  const limit = Math.sqrt(dot(z, z, d));
  if (limit <= threshold) return 0;
  const tolerance = 1e-14 * limit;

  // Warm start: the rows of the last time, less those that now pull the wrong way.
  let count = load<i32>(set);
  if (count > 0) {
    for (let j = 0; j < known; j++) store<f64>(c + ((<usize>j) << 3), dot(E + ((<usize>(j * d)) << 3), z, d));
    count = rebuild(A, bits, indices, old, z, known, count, d, E, R, c);
    while (count > 0) {
      solveMultipliers(R, c, nu, count, d);
      let kept = 0;
      let first = -1;
      for (let i = 0; i < count; i++) {
        if (load<f64>(nu + ((<usize>i) << 3)) > 0) {
          store<i32>(indices + ((<usize>kept) << 2), load<i32>(indices + ((<usize>i) << 2)));
          kept++;
        } else if (first < 0) first = i;
      }
      if (kept == count) break;
      count = rebuild(A, bits, indices, old, z, first, kept, d, E, R, c);
    }
  }
  let skipped = -1; // a row that was violated by rounding only
  let norm = limit;
  let before: f64 = Infinity;
  let capacity = manyRows;
  let barren = false;
  for (let iteration = 0; iteration < 8 * d + 50; iteration++) {
    for (let j: usize = 0; j < vector; j += 8) store<f64>(p + j, load<f64>(z + j));
    for (let j = 0; j < count; j++) {
      const basis = E + ((<usize>(j * d)) << 3);
      addScaled(-dot(basis, p, d), basis, p, d);
    }
    norm = Math.sqrt(dot(p, p, d));
    if (norm <= threshold || count == d) {
      if (count == d) norm = 0;
      break;
    }
    // Several rows at once save scans; one at a time never fails to move on.
    if (!(norm < before)) capacity = 1;
    before = norm;
    const found = violatedRows(A, inverseNorms, bits, p, tolerance, skipped, rows, d, scores, list, capacity);
    if (found == 0) break;
    for (let i = 0; i < count; i++) store<f64>(old + ((<usize>i) << 3), load<f64>(nu + ((<usize>i) << 3)));
    const held = count;
    for (let k = 0; k < found && count < d; k++) {
      const row = load<i32>(list + ((<usize>k) << 2));
      if (!appendRow(A, bits, row, count, d, E, R)) {
        if (count == held && skipped >= 0) continue;
        skipped = row;
        continue;
      }
      store<f64>(old + ((<usize>count) << 3), 0);
      store<i32>(indices + ((<usize>count) << 2), row);
      store<f64>(c + ((<usize>count) << 3), dot(E + ((<usize>(count * d)) << 3), z, d));
      count++;
    }
    if (count == held) {
      if (barren) break; // twice nothing new: what is left is rounding
      barren = true;
      continue;
    }
    barren = false;
    skipped = -1;
    solveMultipliers(R, c, nu, count, d);
    while (count > 0) {
      // Go from old to nu as far as the multipliers stay non-negative; drop what reaches zero.
      let step: f64 = 1;
      for (let i = 0; i < count; i++) {
        const to = load<f64>(nu + ((<usize>i) << 3));
        if (to > 0) continue;
        const from = load<f64>(old + ((<usize>i) << 3));
        const ratio = from > to ? from / (from - to) : 0;
        if (ratio < step) step = ratio;
      }
      if (step >= 1) break;
      let kept = 0;
      let first = -1;
      for (let i = 0; i < count; i++) {
        const from = load<f64>(old + ((<usize>i) << 3));
        const to = load<f64>(nu + ((<usize>i) << 3));
        const moved = from + step * (to - from);
        const ratio = to > 0 ? 2.0 : from > to ? from / (from - to) : 0;
        if (ratio <= step) {
          if (first < 0) first = i;
          continue;
        }
        store<i32>(indices + ((<usize>kept) << 2), load<i32>(indices + ((<usize>i) << 2)));
        store<f64>(old + ((<usize>kept) << 3), moved > 0 ? moved : 0);
        kept++;
      }
      count = rebuild(A, bits, indices, old, z, first, kept, d, E, R, c);
      solveMultipliers(R, c, nu, count, d);
    }
  }
  store<i32>(set, count);
  return norm <= threshold ? 0 : norm;
}
