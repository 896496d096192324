import { exponential, logarithm, logarithm1p } from './functions';

/**
 * Softmax cross entropy: the loss that couples the outputs of a sample. Term k is weights[k] * (log sum_c exp f_ck -
 * sum_c y_ck f_ck), and every target is a distribution (its classes sum to one).
 *
 *   fit, y, lambda, x, out   class 0: samples doubles | class 1: samples doubles | ...      weights   samples doubles
 *
 * Every kernel walks sample by sample, a class further is `row` bytes further. Exponentials are taken at f - max f, so
 * the largest is 1 and `tail` is the sum of the others: 1 - p of the most likely class is tail / (1 + tail) without
 * cancellation.
 */

/** Byte offset, within the sample, of the first largest fit. */
function largest(fit: usize, row: usize, end: usize): usize {
  let place: usize = 0;
  for (let c: usize = row; c < end; c += row) if (load<f64>(fit + c) > load<f64>(fit + place)) place = c;
  return place;
}

/** Writes exp(f - max f) of one sample to `out` and returns the sum without the largest one. */
function exponentiate(fit: usize, out: usize, place: usize, row: usize, end: usize): f64 {
  const top = load<f64>(fit + place);
  let tail = 0.0;
  for (let c: usize = 0; c < end; c += row) {
    const e = c == place ? 1.0 : exponential(load<f64>(fit + c) - top);
    store<f64>(out + c, e);
    if (c != place) tail += e;
  }
  return tail;
}

/** Sum of the weighted terms. */
export function evaluateSoftmax(fit: usize, y: usize, weights: usize, samples: i32, outputs: i32): f64 {
  let sum = 0.0;
  const row = (<usize>samples) << 3;
  const end = row * <usize>outputs;
  for (let k: usize = 0; k < row; k += 8) {
    const weight = load<f64>(weights + k);
    if (!(weight > 0.0)) continue;
    const place = largest(fit + k, row, end);
    const top = load<f64>(fit + k + place);
    let tail = 0.0;
    let linear = 0.0;
    for (let c: usize = 0; c < end; c += row) {
      if (c == place) continue;
      const difference = load<f64>(fit + k + c) - top;
      tail += exponential(difference);
      linear += load<f64>(y + k + c) * difference;
    }
    sum += weight * (logarithm1p(tail) - linear);
  }
  return sum;
}

/** lambda = weight (y - p), p the softmax of the fit. */
export function negateSoftmaxGradient(fit: usize, y: usize, weights: usize, lambda: usize, samples: i32, outputs: i32): void {
  const row = (<usize>samples) << 3;
  const end = row * <usize>outputs;
  for (let k: usize = 0; k < row; k += 8) {
    const weight = load<f64>(weights + k);
    const place = largest(fit + k, row, end);
    const tail = exponentiate(fit + k, lambda + k, place, row, end);
    for (let c: usize = 0; c < end; c += row) {
      const target = load<f64>(y + k + c);
      const share = load<f64>(lambda + k + c) / (1.0 + tail);
      const difference = c == place ? target - 1.0 + tail / (1.0 + tail) : target - share;
      store<f64>(lambda + k + c, weight > 0.0 ? weight * difference : 0.0);
    }
  }
}

/** Diagonal of the Hessian: weight p (1 - p). */
export function evaluateSoftmaxCurvature(fit: usize, weights: usize, out: usize, samples: i32, outputs: i32): void {
  const row = (<usize>samples) << 3;
  const end = row * <usize>outputs;
  for (let k: usize = 0; k < row; k += 8) {
    const weight = load<f64>(weights + k);
    const place = largest(fit + k, row, end);
    const tail = exponentiate(fit + k, out + k, place, row, end);
    for (let c: usize = 0; c < end; c += row) {
      const p = load<f64>(out + k + c) / (1.0 + tail);
      store<f64>(out + k + c, weight * (p * (c == place ? tail / (1.0 + tail) : 1.0 - p)));
    }
  }
}

/** out = Hessian times x: weight p (x - p^T x). `out` is neither `fit` nor `x`. */
export function applySoftmaxCurvature(fit: usize, weights: usize, x: usize, out: usize, samples: i32, outputs: i32): void {
  const row = (<usize>samples) << 3;
  const end = row * <usize>outputs;
  for (let k: usize = 0; k < row; k += 8) {
    const weight = load<f64>(weights + k);
    const tail = exponentiate(fit + k, out + k, largest(fit + k, row, end), row, end);
    let mean = 0.0;
    for (let c: usize = 0; c < end; c += row) mean += load<f64>(out + k + c) * load<f64>(x + k + c);
    mean /= 1.0 + tail;
    for (let c: usize = 0; c < end; c += row) {
      const p = load<f64>(out + k + c) / (1.0 + tail);
      store<f64>(out + k + c, weight * (p * (load<f64>(x + k + c) - mean)));
    }
  }
}

/**
 * g(scale * lambda): weighted entropy of q = y - scale * lambda / weight, minus infinity outside the domain. The classes
 * of a sample must cancel in the sum up to 2^-40 of its weight, which is what rounding leaves of an exact zero.
 */
export function evaluateSoftmaxDual(lambda: usize, y: usize, weights: usize, scale: f64, samples: i32, outputs: i32): f64 {
  let sum = 0.0;
  const row = (<usize>samples) << 3;
  const end = row * <usize>outputs;
  for (let k: usize = 0; k < row; k += 8) {
    const weight = load<f64>(weights + k);
    let balance = 0.0;
    let entropy = 0.0;
    for (let c: usize = 0; c < end; c += row) {
      const target = load<f64>(y + k + c);
      const scaled = scale * load<f64>(lambda + k + c);
      balance += scaled;
      // As products, because the gradient is rounded as a product. Also false for weight zero and scaled > 0.
      if (!(scaled <= weight * target)) return -Infinity;
      if (!(weight > 0.0)) continue;
      const part = scaled / weight;
      const q = target - part;
      if (q > 0.0) entropy -= q * (q > 0.5 ? logarithm1p(target - 1.0 - part) : logarithm(q));
    }
    if (!(abs(balance) <= weight * 9.094947017729282e-13)) return -Infinity;
    if (weight > 0.0) sum += weight * entropy;
  }
  return sum;
}

/** A fit with negative gradient scale * lambda: logarithms of Q = y - scale lambda / weight, taken at 1e-12 at least. */
export function invertSoftmaxGradient(
  lambda: usize,
  y: usize,
  weights: usize,
  scale: f64,
  fit: usize,
  samples: i32,
  outputs: i32,
): void {
  const row = (<usize>samples) << 3;
  const end = row * <usize>outputs;
  for (let k: usize = 0; k < row; k += 8) {
    const weight = load<f64>(weights + k);
    for (let c: usize = 0; c < end; c += row) {
      const at = k + c;
      const q = weight > 0.0 ? load<f64>(y + at) - (scale * load<f64>(lambda + at)) / weight : 1.0;
      store<f64>(fit + at, logarithm(max(q, 1e-12)));
    }
  }
}
