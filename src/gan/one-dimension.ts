import { certify } from '../certificate/certificate.js';
import { ArgumentError } from '../errors.js';
import type { BestResponse } from './best-response.js';
import { MonotoneGenerator } from './generator.js';
import type { GanData, OneDimensionalGame } from './options.js';
import { sumOfSquares } from './quadratic-discriminator.js';
import type { GanResult } from './result.js';

/**
 * ReLU discriminator with a free bias, numbers in place of samples (9.4): min 1/2 |w|^2 subject to |prefix or suffix sum
 * of x - w| <= betaD, x and w sorted descending. In prefix sums c of w this is a taut string above those of x less betaD,
 * a concave curve, so that the string is a least concave majorant: no iteration. Its bends are the multipliers, whose
 * dual value bounds all outputs from below.
 *
 * The generator sends the noise, which must be one column without repetitions, to the outputs in order.
 */
export function playOneDimension({ X, noise }: GanData, { betaD }: OneDimensionalGame): GanResult<MonotoneGenerator> {
  if (X.columns !== 1)
    throw new ArgumentError('X', `a matrix with ${X.columns} columns`, 'one column: this game is convex for numbers only');
  if (noise.columns !== 1 || noise.rows !== X.rows)
    throw new ArgumentError(
      'options.noise',
      `of shape ${noise.rows} x ${noise.columns}`,
      `shape ${X.rows} x 1, one for every number of X`,
    );
  const knots = noise.data.slice().sort();
  for (let k = 1; k < knots.length; k++) {
    if (knots[k] === knots[k - 1])
      throw new ArgumentError('options.noise', `twice ${knots[k]}`, 'numbers that differ: one number has one output');
  }
  const descending = X.data.slice().sort().reverse();
  const w = leastOutputs(descending, betaD);
  const generator = new MonotoneGenerator(knots, w.slice().reverse());
  const outputs = generator.generate({ data: noise.data, shape: [noise.rows, 1] });
  const made = outputs.data.slice().sort().reverse();
  const discriminator = critic(descending, made);
  const violation = Math.max(0, discriminator.value - betaD);
  const objective = 0.5 * sumOfSquares(made);
  const certificate = certify(objective, dualValue(descending, made, betaD + violation), 'all', 1e-6);
  const [data, generated] = [descending, made].map((values) => Float64Array.of(values.reduce((sum, entry) => sum + entry, 0)));
  return {
    generator,
    outputs,
    discriminator,
    moments: { data, generated, error: Math.abs(data[0] - generated[0]) },
    certificate: { ...certificate, violation },
    status: certificate.provenGlobal ? 'optimal' : 'iteration-limit',
  };
}

/**
 * The optimal outputs, descending. Let e be the sum of x - w. With e = 0 the string is pinned at both ends; where it then
 * ends upwards (all outputs positive) shortening its end by e up to betaD pays, where it starts downwards its start.
 */
export function leastOutputs(x: Float64Array, betaD: number): Float64Array {
  const n = x.length;
  const sums = new Float64Array(n + 1);
  for (let k = 0; k < n; k++) sums[k + 1] = sums[k] + x[k];
  const lower = sums.map((sum) => sum - betaD);
  const pinned = lower.slice();
  pinned[0] = 0;
  pinned[n] = sums[n];
  const between = slopesAbove(pinned);
  if (between[n - 1] > 0) {
    // The end moves down to where the string is flat, or by all of betaD.
    pinned[n] = lower[n];
    return slopesAbove(pinned).map((slope) => Math.max(0, slope));
  }
  if (between[0] < 0) {
    // The same from the other end: what holds for (w, x) holds for (-w, -x) in reverse order.
    const mirrored = leastOutputs(x.map((entry) => -entry).reverse(), betaD);
    return mirrored.map((entry) => 0 - entry).reverse();
  }
  return between;
}

/** Slopes of the least concave majorant of the points (k, heights_k), one for every step. */
function slopesAbove(heights: Float64Array): Float64Array {
  const slope = (a: number, b: number) => (heights[b] - heights[a]) / (b - a);
  const hull = [0];
  for (let k = 1; k < heights.length; k++) {
    while (hull.length > 1 && slope(hull[hull.length - 2], hull[hull.length - 1]) <= slope(hull[hull.length - 1], k)) hull.pop();
    hull.push(k);
  }
  const slopes = new Float64Array(heights.length - 1);
  for (let i = 1; i < hull.length; i++) slopes.fill(slope(hull[i - 1], hull[i]), hull[i - 1], hull[i]);
  return slopes;
}

/**
 * Dual value of the multipliers read off from descending outputs w: the steps of w_+ for prefix sums p_k, those of
 * w_- for suffix sums s_k. sum mu_k (p_k - betaD) - sum nu_k (s_k + betaD) - 1/2 |w|^2 is a bound for any descending w,
 * because mu and nu are then >= 0, and add up to w.
 */
function dualValue(x: Float64Array, w: Float64Array, betaD: number): number {
  const n = x.length;
  let value = 0;
  let prefix = 0;
  for (let k = 0; k < n; k++) {
    prefix += x[k];
    value += (Math.max(0, w[k]) - (k + 1 < n ? Math.max(0, w[k + 1]) : 0)) * (prefix - betaD);
  }
  let suffix = 0;
  for (let k = n - 1; k >= 0; k--) {
    suffix += x[k];
    value -= (Math.max(0, -w[k]) - (k > 0 ? Math.max(0, -w[k - 1]) : 0)) * (suffix + betaD);
  }
  return value - 0.5 * sumOfSquares(w);
}

/**
 * The best D(t) = +-(u t + b)_+ with |u| = 1 and any b: the largest magnitude of a prefix sum (u = 1) or a suffix sum
 * (u = -1) of x - w, both descending. Where the magnitude is largest there is a place that has k numbers of x and k of w
 * beyond it: the unit starts there.
 */
export function critic(x: Float64Array, w: Float64Array): BestResponse {
  const n = x.length;
  let value = 0;
  let sign: 1 | -1 = 1;
  let direction = new Float64Array(2);
  const consider = (difference: number, u: number, bias: number) => {
    if (!(Math.abs(difference) > value)) return;
    value = Math.abs(difference);
    sign = difference < 0 ? -1 : 1;
    direction = Float64Array.of(u, bias);
  };
  let prefix = 0;
  for (let k = 0; k < n; k++) {
    prefix += x[k] - w[k];
    const start = k + 1 < n ? (prefix > 0 ? w[k + 1] : x[k + 1]) : Math.min(x[k], w[k]);
    consider(prefix, 1, 0 - start);
  }
  let suffix = 0;
  for (let k = n - 1; k >= 0; k--) {
    suffix += x[k] - w[k];
    const start = k > 0 ? (suffix > 0 ? x[k - 1] : w[k - 1]) : Math.max(x[k], w[k]);
    // (b - t)_+ sums to k b less the suffix sum.
    consider(-suffix, -1, start);
  }
  return { kind: 'relu', value, upperBound: value, direction, sign };
}
