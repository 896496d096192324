/** Sizes of a layer of smoothed units, and their slope. */
export interface UnitShape {
  readonly n: number;
  readonly m: number;
  readonly d: number;
  readonly slope: number;
}

export function naiveWidths(u: Float64Array, omega: number, m: number, d: number): number[] {
  return Array.from(
    { length: m },
    (_, j) => omega * Math.sqrt(u.subarray(j * d, (j + 1) * d).reduce((sum, entry) => sum + entry * entry, 0)),
  );
}

/** max(z, slope z), but a parabola on |z| <= width that meets both lines with their slopes. */
export function smoothUnit(z: number, width: number, slope: number): number {
  const bent = z <= -width ? 0 : z >= width ? z : ((z + width) * (z + width)) / (4 * width);
  return slope * z + (1 - slope) * bent;
}

/** Its derivative in z. */
export function smoothSlope(z: number, width: number, slope: number): number {
  const share = z <= -width ? 0 : z >= width ? 1 : (z + width) / (2 * width);
  return slope + (1 - slope) * share;
}

/** Its derivative in the width. */
export function smoothBand(z: number, width: number, slope: number): number {
  return Math.abs(z) >= width ? 0 : ((1 - slope) * (width * width - z * z)) / (4 * width * width);
}

function scoreOf(X: Float64Array, u: Float64Array, k: number, j: number, d: number): number {
  let z = 0;
  for (let i = 0; i < d; i++) z += X[k * d + i] * u[j * d + i];
  return z;
}

/** fit_k = sum_j sign_j phi(x_k^T u_j), and the scores, rows by neurons. */
export function naiveForwardUnits(
  X: Float64Array,
  u: Float64Array,
  signs: Float64Array,
  widths: readonly number[],
  { n, m, d, slope }: UnitShape,
): { fit: Float64Array; scores: Float64Array } {
  const scores = Float64Array.from({ length: n * m }, (_, at) => scoreOf(X, u, Math.floor(at / m), at % m, d));
  const fit = Float64Array.from({ length: n }, (_, k) =>
    widths.reduce((sum, width, j) => sum + signs[j] * smoothUnit(scores[k * m + j], width, slope), 0),
  );
  return { fit, scores };
}

/** sum_k lambda_k phi'(z_kj) x_k for every neuron, and sum_k lambda_k d phi / d width. */
export function naiveBackwardUnits(
  X: Float64Array,
  u: Float64Array,
  lambda: Float64Array,
  widths: readonly number[],
  { n, m, d, slope }: UnitShape,
): { gradient: Float64Array; bands: Float64Array } {
  const gradient = new Float64Array(m * d);
  const bands = new Float64Array(m);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < m; j++) {
      const z = scoreOf(X, u, k, j, d);
      const weight = lambda[k] * smoothSlope(z, widths[j], slope);
      for (let i = 0; i < d; i++) gradient[j * d + i] += weight * X[k * d + i];
      bands[j] += lambda[k] * smoothBand(z, widths[j], slope);
    }
  }
  return { gradient, bands };
}
