// Circular convolutions of whole signals: math-architectures.md 5.6, 6.
import { trainCase } from './train-case.mjs';

/** A column of ones, where there is one, is part of the signal. */
const noBias = { bias: undefined };

export const circularPrograms = {
  'cnn-circular-linear': (item, { train, circularLinear }) =>
    trainCase(item, circularLinear(), train, null, evaluateCircular, { ...noBias, patterns: 'auto' }),
  'cnn-circular-relu-three-layer': (item, { train, circularRelu }) =>
    trainCase(item, circularRelu(), train, null, evaluateCircular, noBias),
  'cnn-circular-gated-three-layer': (item, { train, circularGated }) =>
    trainCase(item, circularGated(), train, null, evaluateCircular, {
      ...noBias,
      patterns: { gates: Float64Array.from(item.data.gates.data) },
    }),
};

/** sum_j a_j phi(X C(u_j) w_j), C(u)[i][k] = u[(i-k) mod d]; |u_j| = 1 except in linear units, where u and w are what costs. */
function evaluateCircular({ neurons, outputs: C, unit, filters, weights, gates, output }, { X }) {
  const [n, d] = X.shape;
  const scores = new Float64Array(n * C);
  const squares = (list) => list.reduce((sum, x) => sum + x * x, 0);
  let reg = 0;
  for (let j = 0; j < neurons; j++) {
    const u = filters.slice(j * d, (j + 1) * d);
    const w = weights.slice(j * d, (j + 1) * d);
    const a = output.weights.slice(j * C, (j + 1) * C);
    const along = (vector, k) => vector.reduce((sum, entry, i) => sum + entry * X.data[k * d + i], 0);
    const c = Array.from({ length: d }, (_, i) => w.reduce((sum, entry, k) => sum + u[(i - k + d) % d] * entry, 0));
    for (let k = 0; k < n; k++) {
      const z = along(c, k);
      const on = unit === 'linear' || (gates ? along(gates.slice(j * d, (j + 1) * d), k) : z) >= 0;
      for (let i = 0; on && i < C; i++) scores[k * C + i] += z * a[i];
    }
    if (unit === 'linear' && squares(a) !== 1) throw new Error('a linear branch weighs its output');
    if (unit !== 'linear' && Math.abs(squares(u) - 1) > 1e-12) throw new Error('a filter without unit length');
    const first = unit === 'linear' ? squares(u) : a.reduce((sum, x) => sum + Math.abs(x), 0) ** 2;
    reg += 0.5 * (first + squares(w));
  }
  return { scores, reg };
}
