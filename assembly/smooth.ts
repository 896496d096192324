/*
 * Forward and backward pass of smoothed units in single precision: what a descent needs (docs/algorithm.md).
 *
 *   phi(z) = slope z + (1 - slope) D (z + w (1 - D)),   D = clip((z + w) / 2w, 0, 1),   phi'(z) = slope + (1 - slope) D
 *
 * equals max(z, slope z) outside of |z| <= w and is smooth at its ends. The width w = omega |u| belongs to the neuron, so that the
 * unit stays homogeneous; d phi / d w = (1 - slope) D (1 - D).
 *
 * Rows, groups and tiles are those of panels.ts.
 *
 *   neurons   | group of 4: entry 0 of all 4 | entry 1 of all 4 | .. | next group .. | 0.5 / w | w | sign     f32, m rounded up to 4
 *   slopes    | panel 0: neuron 0 at 8 rows | neuron 1 at 8 rows | .. | panel 1 ..                           f32, m rounded up to 4
 *
 * Sums over rows are added up in single precision within a chunk of 256 rows and in double precision over the chunks.
 */
import { dot } from './dense';
import { addProducts, chunkPanels, roundUp, scoreTile, sumFloats } from './panels';

/** Bytes of packed neurons. */
export function packedNeuronsBytes(m: i32, d: i32): i32 {
  return <i32>((roundUp(m, 4) * <usize>(d + 3)) << 2);
}

/** Bytes of the slopes of m neurons at n rows. */
export function unitSlopesBytes(n: i32, m: i32): i32 {
  return <i32>((roundUp(n, 8) * roundUp(m, 4)) << 2);
}

/**
 * Packs the neurons u (m x d) with their signs; widths are omega |u_j|, at least `least`.
 *
 * @returns the sum of (|u_j|^2 + round^2)^(1/2).
 */
export function packNeurons(u: usize, signs: usize, omega: f64, least: f64, round: f64, out: usize, m: i32, d: i32): f64 {
  const padded = roundUp(m, 4);
  memory.fill(out, 0, (padded * <usize>(d + 3)) << 2);
  const halves = out + ((padded * <usize>d) << 2);
  const widths = halves + (padded << 2);
  const own = widths + (padded << 2);
  let sum: f64 = 0;
  for (let j = 0; j < m; j++) {
    const group = out + (((<usize>(j >> 2) * <usize>d) << 4) + ((<usize>(j & 3)) << 2));
    for (let i = 0; i < d; i++) store<f32>(group + ((<usize>i) << 4), <f32>load<f64>(u + ((<usize>i) << 3)));
    const square = dot(u, u, d);
    const width = max(omega * Math.sqrt(square), least);
    const at = (<usize>j) << 2;
    store<f32>(halves + at, <f32>(0.5 / width));
    store<f32>(widths + at, <f32>width);
    store<f32>(own + at, <f32>load<f64>(signs + ((<usize>j) << 3)));
    sum += Math.sqrt(square + round * round);
    u += (<usize>d) << 3;
  }
  return sum;
}

/** D of four scores: how far they are across the band. */
function across(z: v128, half: v128): v128 {
  return f32x4.min(f32x4.max(f32x4.add(f32x4.mul(z, half), f32x4.splat(0.5)), f32x4.splat(0)), f32x4.splat(1));
}

/** D (z + w (1 - D)) */
function smoothed(z: v128, D: v128, width: v128): v128 {
  return f32x4.mul(D, f32x4.add(z, f32x4.mul(width, f32x4.sub(f32x4.splat(1), D))));
}

/** f += sign (slope z + (1 - slope) smoothed); `falling` = sign slope, `bent` = sign (1 - slope). */
function addSmoothed(f: v128, z: v128, D: v128, width: v128, falling: v128, bent: v128): v128 {
  return f32x4.add(f, f32x4.add(f32x4.mul(falling, z), f32x4.mul(bent, smoothed(z, D, width))));
}

/** D of every neuron at every row, and fit_k = sum_j sign_j phi(x_k^T u_j) as doubles. */
export function forwardUnits(rows: usize, neurons: usize, slope: f64, slopes: usize, fit: usize, n: i32, m: i32, d: i32): void {
  const padded = roundUp(m, 4);
  const halves = neurons + ((padded * <usize>d) << 2);
  const toWidth = padded << 2;
  const toSign = padded << 3;
  const down = f32x4.splat(<f32>slope);
  const bend = f32x4.splat(<f32>(1 - slope));
  for (let k = 0; k < n; k += 8) {
    let f0 = f32x4.splat(0);
    let f1 = f32x4.splat(0);
    let group = neurons;
    let own = halves;
    for (let j = 0; j < m; j += 4) {
      scoreTile(group, rows, d, slopes);
      group += (<usize>d) << 4;
      for (let r = 0; r < 4; r++) {
        const half = v128.load32_splat(own);
        const width = v128.load32_splat(own + toWidth);
        const sign = v128.load32_splat(own + toSign);
        const falling = f32x4.mul(sign, down);
        const bent = f32x4.mul(sign, bend);
        const z0 = v128.load(slopes);
        const z1 = v128.load(slopes, 16);
        const D0 = across(z0, half);
        const D1 = across(z1, half);
        f0 = addSmoothed(f0, z0, D0, width, falling, bent);
        f1 = addSmoothed(f1, z1, D1, width, falling, bent);
        v128.store(slopes, D0);
        v128.store(slopes, D1, 16);
        slopes += 32;
        own += 4;
      }
    }
    storeDoubles(f0, fit, n - k);
    storeDoubles(f1, fit + 32, n - k - 4);
    rows += (<usize>d) << 5;
    fit += 64;
  }
}

/** The first `count` of four floats as doubles. */
function storeDoubles(v: v128, out: usize, count: i32): void {
  if (count > 0) store<f64>(out, <f64>f32x4.extract_lane(v, 0));
  if (count > 1) store<f64>(out, <f64>f32x4.extract_lane(v, 1), 8);
  if (count > 2) store<f64>(out, <f64>f32x4.extract_lane(v, 2), 16);
  if (count > 3) store<f64>(out, <f64>f32x4.extract_lane(v, 3), 24);
}

/** Bytes of `work` for {@link backwardUnits}: lambda of a chunk in single precision. */
export function backwardUnitsWorkspace(): i32 {
  return chunkPanels << 5;
}

/**
 * gradient_j = sum_k lambda_k phi'(z_kj) x_k (m x d) and bands_j = sum_k lambda_k D (1 - D) (1 - slope), by chunks of rows.
 * Overwrites `slopes` by lambda_k phi'(z_kj).
 */
export function backwardUnits(
  rows: usize,
  slopes: usize,
  lambda: usize,
  slope: f64,
  gradient: usize,
  bands: usize,
  n: i32,
  m: i32,
  d: i32,
  work: usize,
): void {
  memory.fill(gradient, 0, (<usize>(m * d)) << 3);
  memory.fill(bands, 0, (<usize>m) << 3);
  const stride = roundUp(m, 4) << 5;
  const panels = (n + 7) >> 3;
  for (let first = 0; first < panels; first += chunkPanels) {
    const count = min(panels - first, chunkPanels);
    for (let k = 0; k < count << 3; k++) {
      const row = (first << 3) + k;
      store<f32>(work + ((<usize>k) << 2), row < n ? <f32>load<f64>(lambda + ((<usize>row) << 3)) : 0);
    }
    for (let j = 0; j < m; j++) {
      const band = weighSlopes(slopes + ((<usize>j) << 5), stride, work, slope, count);
      const at = bands + ((<usize>j) << 3);
      store<f64>(at, load<f64>(at) + (1 - slope) * band);
    }
    for (let j = 0; j < m; j += 4) {
      const own = slopes + ((<usize>j) << 5);
      for (let i = 0; i < d; i += 2)
        addProducts(own, stride, rows + ((<usize>i) << 5), d, count, gradient + ((<usize>(j * d + i)) << 3), m - j, d - i);
    }
    slopes += <usize>count * stride;
    rows += (<usize>(count * d)) << 5;
  }
}

/** D <- lambda phi' for one neuron and a chunk of panels; sum of lambda D (1 - D). */
function weighSlopes(slopes: usize, stride: usize, lambda: usize, slope: f64, count: i32): f64 {
  const one = f32x4.splat(1);
  const down = f32x4.splat(<f32>slope);
  const bend = f32x4.splat(<f32>(1 - slope));
  let sum = f32x4.splat(0);
  for (; count > 0; count--) {
    for (let half: usize = 0; half < 32; half += 16) {
      const D = v128.load(slopes + half);
      const l = v128.load(lambda + half);
      sum = f32x4.add(sum, f32x4.mul(f32x4.mul(l, D), f32x4.sub(one, D)));
      v128.store(slopes + half, f32x4.mul(l, f32x4.add(down, f32x4.mul(bend, D))));
    }
    slopes += stride;
    lambda += 32;
  }
  return sumFloats(sum);
}

/**
 * From sums over rows to the gradient of L + beta sum_j (|u_j|^2 + round^2)^(1/2): lambda is -grad L, and a band widens with |u_j|.
 *
 *   gradient_j <- -sign_j (gradient_j + omega bands_j u_j / |u_j|) + beta u_j / (|u_j|^2 + round^2)^(1/2)
 */
export function finishGradient(
  u: usize,
  signs: usize,
  bands: usize,
  omega: f64,
  round: f64,
  beta: f64,
  gradient: usize,
  m: i32,
  d: i32,
): void {
  for (let j = 0; j < m; j++) {
    const at = (<usize>j) << 3;
    const sign = load<f64>(signs + at);
    const square = dot(u, u, d);
    const length = Math.sqrt(square);
    const rounded = Math.sqrt(square + round * round);
    const along = (rounded > 0 ? beta / rounded : 0) - (length > 0 ? (sign * omega * load<f64>(bands + at)) / length : 0);
    for (let i = 0; i < d; i++) {
      store<f64>(gradient, along * load<f64>(u) - sign * load<f64>(gradient));
      u += 8;
      gradient += 8;
    }
  }
}
