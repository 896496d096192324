import { exponential, logarithm, logarithm1p } from './functions';

/**
 * Losses that are sums over single numbers: value, negative gradient, curvature and dual value (math.md, table of
 * losses). Term k is weights[k] * l(fit[k], y[k]); a term of weight zero counts as absent whatever its fit is.
 *
 *   fit, y, weights, lambda, out   count doubles each
 *
 * Sums run from the first term to the last. Kind 0 is the squared loss: what remains where no other kind is meant.
 */
const LOGISTIC: i32 = 1;
const SQUARED_HINGE: i32 = 2;
const HUBER: i32 = 3;

/** l(f). The logistic loss never takes the exponential of a positive number. */
function term(kind: i32, f: f64, y: f64, delta: f64): f64 {
  if (kind == LOGISTIC) {
    const t = y * f;
    const small = logarithm1p(exponential(-abs(t)));
    return t > 0.0 ? small : small - t;
  }
  if (kind == SQUARED_HINGE) {
    const margin = max(1.0 - y * f, 0.0);
    return 0.5 * margin * margin;
  }
  const r = abs(y - f);
  return kind == HUBER && r > delta ? delta * (r - 0.5 * delta) : 0.5 * r * r;
}

/** -l'(f). */
function slope(kind: i32, f: f64, y: f64, delta: f64): f64 {
  if (kind == LOGISTIC) {
    const t = y * f;
    const e = exponential(-abs(t));
    return y * ((t > 0.0 ? e : 1.0) / (1.0 + e));
  }
  if (kind == SQUARED_HINGE) return y * max(1.0 - y * f, 0.0);
  return kind == HUBER ? max(-delta, min(delta, y - f)) : y - f;
}

/** l''(f), at a kink the larger of the two sides. */
function bend(kind: i32, f: f64, y: f64, delta: f64): f64 {
  if (kind == LOGISTIC) {
    const e = exponential(-abs(f));
    return e / ((1.0 + e) * (1.0 + e));
  }
  if (kind == SQUARED_HINGE) return y * f <= 1.0 ? 1.0 : 0.0;
  return kind == HUBER && abs(y - f) > delta ? 0.0 : 1.0;
}

/**
 * Whether `scaled` = weight * q has q in the domain of l*(-q). Compared as products, because the negative gradient is
 * rounded as a product: a gradient then never leaves the domain by its own rounding.
 */
function inDomain(kind: i32, scaled: f64, y: f64, weight: f64, delta: f64): bool {
  if (kind == LOGISTIC) return scaled * y >= 0.0 && abs(scaled) <= weight;
  if (kind == SQUARED_HINGE) return scaled * y >= 0.0;
  return kind != HUBER || abs(scaled) <= weight * delta;
}

/** -l*(-q) inside the domain. The entropy takes its logarithms at the smaller of p and 1 - p. */
function dualTerm(kind: i32, q: f64, y: f64): f64 {
  if (kind == LOGISTIC) {
    const p = min(abs(q), 1.0);
    const m = min(p, 1.0 - p);
    return m > 0.0 ? -m * logarithm(m) - (1.0 - m) * logarithm1p(-m) : 0.0;
  }
  return q * (y - 0.5 * q);
}

/** Sum of the weighted terms. */
export function evaluateLoss(fit: usize, y: usize, weights: usize, count: i32, kind: i32, delta: f64): f64 {
  let sum = 0.0;
  const end = (<usize>count) << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const weight = load<f64>(weights + i);
    if (weight > 0.0) sum += weight * term(kind, load<f64>(fit + i), load<f64>(y + i), delta);
  }
  return sum;
}

/** lambda = -gradient of the sum at `fit`. */
export function negateLossGradient(fit: usize, y: usize, weights: usize, lambda: usize, count: i32, kind: i32, delta: f64): void {
  const end = (<usize>count) << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const weight = load<f64>(weights + i);
    store<f64>(lambda + i, weight > 0.0 ? weight * slope(kind, load<f64>(fit + i), load<f64>(y + i), delta) : 0.0);
  }
}

/** Second derivatives of the terms. */
export function evaluateCurvature(fit: usize, y: usize, weights: usize, out: usize, count: i32, kind: i32, delta: f64): void {
  const end = (<usize>count) << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const weight = load<f64>(weights + i);
    store<f64>(out + i, weight > 0.0 ? weight * bend(kind, load<f64>(fit + i), load<f64>(y + i), delta) : 0.0);
  }
}

/** g(scale * lambda), or minus infinity outside its domain. */
export function evaluateDual(lambda: usize, y: usize, weights: usize, scale: f64, count: i32, kind: i32, delta: f64): f64 {
  let sum = 0.0;
  const end = (<usize>count) << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const weight = load<f64>(weights + i);
    const target = load<f64>(y + i);
    const scaled = scale * load<f64>(lambda + i);
    if (weight > 0.0) {
      if (!inDomain(kind, scaled, target, weight, delta)) return -Infinity;
      sum += weight * dualTerm(kind, scaled / weight, target);
    } else if (scaled != 0.0) return -Infinity;
  }
  return sum;
}

/** Dual terms q (y - q / 2) only: the t >= 0 that maximizes g(t * lambda) where the domain does not bound it. */
export function maximizeQuadraticDual(lambda: usize, y: usize, weights: usize, count: i32): f64 {
  let linear = 0.0;
  let quadratic = 0.0;
  const end = (<usize>count) << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const value = load<f64>(lambda + i);
    if (value == 0.0) continue;
    linear += value * load<f64>(y + i);
    quadratic += value * (value / load<f64>(weights + i));
  }
  const best = linear / quadratic;
  return best > 0.0 ? best : 0.0;
}

/**
 * A fit with negative gradient scale * lambda, which lies in the domain: the gradient of g there. Logarithms are taken at
 * 1e-12 at least, so that the fit is finite on the edge of the domain too.
 */
export function invertLossGradient(lambda: usize, y: usize, weights: usize, scale: f64, fit: usize, count: i32, kind: i32): void {
  const end = (<usize>count) << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const weight = load<f64>(weights + i);
    const target = load<f64>(y + i);
    const q = weight > 0.0 ? (scale * load<f64>(lambda + i)) / weight : 0.0;
    const p = abs(q);
    const value = kind == LOGISTIC ? target * (logarithm(max(1.0 - p, 1e-12)) - logarithm(max(p, 1e-12))) : target - q;
    store<f64>(fit + i, weight > 0.0 ? value : 0.0);
  }
}
