import { createRandom } from '../../src/random.js';

/** Rows of numbers with a value each: a label 0, 1, .. or a number. */
export interface Points {
  readonly X: readonly (readonly number[])[];
  readonly values: readonly number[];
}

const generator = (seed: number) => createRandom(seed, 91);

/** Four bumps at (+-1, +-1), the class is the sign of the product. */
export function xor(n: number, seed: number): Points {
  const random = generator(seed);
  const corners = Array.from({ length: n }, () => [2 * random.integer(2) - 1, 2 * random.integer(2) - 1]);
  const X = corners.map((corner) => corner.map((entry) => entry + 0.5 * random.normal()));
  return { X, values: corners.map(([s, t]) => (s * t > 0 ? 1 : 0)) };
}

/** Two arms of one and a quarter turns each. */
export function spiral(n: number, seed: number): Points {
  const random = generator(seed);
  const values = Array.from({ length: n }, (_, k) => k % 2);
  const X = values.map((arm) => {
    const radius = 0.2 + random.uniform();
    const angle = Math.PI * (2.5 * (radius - 0.2) + arm);
    return [radius * Math.cos(angle) + 0.05 * random.normal(), radius * Math.sin(angle) + 0.05 * random.normal()];
  });
  return { X, values };
}

/** Squares of a board of 4 x 4; `flipped` of the labels are wrong. */
export function checkerboard(n: number, seed: number, flipped = 0.05): Points {
  const random = generator(seed);
  const X = Array.from({ length: n }, () => [4 * random.uniform(), 4 * random.uniform()]);
  const values = X.map(([s, t]) => {
    const square = (Math.floor(s) + Math.floor(t)) & 1;
    return random.uniform() < flipped ? 1 - square : square;
  });
  return { X, values };
}

/** Gaussian rows; the sum of `units` ReLU neurons with Gaussian weights, plus noise of a tenth of a unit's size. */
export function planted(n: number, columns: number, units: number, seed: number, stream: number): Points {
  const teacher = generator(seed);
  const neurons = Array.from({ length: units }, (_, j) => ({
    w: Array.from({ length: columns + 1 }, () => teacher.normal() / Math.sqrt(columns)),
    a: j % 2 ? -1 : 1,
  }));
  const random = createRandom(seed, 92 + stream);
  const X = Array.from({ length: n }, () => Array.from({ length: columns }, () => random.normal()));
  const values = X.map((x) => {
    const sum = neurons.reduce((total, { w, a }) => {
      const z = x.reduce((part, entry, i) => part + w[i] * entry, w[columns]);
      return total + (z > 0 ? a * z : 0);
    }, 0);
    return sum + 0.1 * random.normal();
  });
  return { X, values };
}
