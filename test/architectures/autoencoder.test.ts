import { describe, expect, it } from 'vitest';
import { betaMax, gatedRelu, networkFromJSON, train } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { descend } from '../support/descend.js';
import { gaussianTable, product, type Rows, rowsOf, size, squares } from '../support/gan-games.js';

const difference = (A: Rows, B: Rows): Rows => A.map((row, r) => row.map((entry, j) => entry - B[r][j]));

/** Rows with known singular values: an orthonormal basis of columns times the values. */
function withSingularValues(n: number, values: readonly number[]): Rows {
  const basis: number[][] = [];
  for (const candidate of gaussianTable(values.length, n, 12)) {
    let rest = candidate;
    for (const unit of basis) {
      const along = rest.reduce((sum, entry, j) => sum + entry * unit[j], 0);
      rest = rest.map((entry, j) => entry - along * unit[j]);
    }
    basis.push(rest.map((entry) => entry / size(rest)));
  }
  return Array.from({ length: n }, (_, r) => values.map((s, j) => s * basis[j][r]));
}

describe('autoencoders: gated networks with Y = X', () => {
  const singular = [5, 3, 1.5, 0.2];
  const X = withSingularValues(12, singular);
  // A bias gate that is always open: the autoencoder is then linear.
  const open = { gates: Float64Array.of(0, 0, 0, 0) };

  it.each([0.1, 1, 4])('with one open gate shrink singular values in closed form (beta %d)', async (beta) => {
    const { network, certificate } = await train(gatedRelu(), X, X, { beta, bias: false, patterns: open, tolerance: 1e-8 });
    // min 1/2 |XZ - X|^2 + beta |Z|_* has Z = V diag((1 - beta/s^2)_+) V^T.
    const kept = singular.map((s) => Math.max(0, 1 - beta / (s * s)));
    const value = singular.reduce((sum, s, i) => sum + 0.5 * (s * (1 - kept[i])) ** 2 + beta * kept[i], 0);
    expect(Math.abs(certificate.objective - value)).toBeLessThanOrEqual(1e-7 * value);
    expect(certificate.patternBound).toBeLessThanOrEqual(value * (1 + 1e-12));
    expect(network.neurons).toBe(kept.filter((share) => share > 0).length);
    const expected = X.map((row) => row.map((entry, j) => entry * kept[j]));
    const made = rowsOf({ data: network.predict(X), shape: [12, 4] });
    expect(size(difference(made, expected).flat())).toBeLessThanOrEqual(1e-3);
  });

  it('are zero from the largest squared singular value on', async () => {
    const { beta } = await betaMax(gatedRelu(), X, X, { bias: false, patterns: open });
    expect(beta).toBeCloseTo(25, 10);
    const { network } = await train(gatedRelu(), X, X, { beta: 1.0001 * beta, bias: false, patterns: open });
    expect(network.neurons).toBe(0);
  });

  it('with several gates attain the objective and the bound that they report; descent ends no lower', async () => {
    const data = gaussianTable(9, 2, 4, 1.5);
    const gates = gaussianTable(3, 2, 8);
    const options = { beta: 0.4, bias: false, patterns: { gates: Float64Array.from(gates.flat()) } };
    const { network, certificate, status } = await train(gatedRelu(), data, data, options);
    expect(status).toBe('optimal');
    const sides = product(
      data,
      gates[0].map((_, j) => gates.map((gate) => gate[j])),
    );
    const objective = (p: ArrayLike<number>, mask: (r: number, m: number) => boolean, neurons: number): number => {
      const made = data.map((row, r) => {
        const output = row.map(() => 0);
        for (let m = 0; m < neurons; m++) {
          if (!mask(r, m)) continue;
          const z = row[0] * p[4 * m] + row[1] * p[4 * m + 1];
          output[0] += z * p[4 * m + 2];
          output[1] += z * p[4 * m + 3];
        }
        return output;
      });
      return 0.5 * squares(difference(data, made)) + 0.5 * options.beta * size(Array.from(p)) ** 2;
    };
    const { gates: own } = network.activation as { gates: Float64Array };
    const packed = Array.from({ length: network.neurons }, (_, m) => [
      ...network.hidden.weights.slice(2 * m, 2 * m + 2),
      ...network.output.weights.slice(2 * m, 2 * m + 2),
    ]).flat();
    const ownMask = (r: number, m: number) => data[r][0] * own[2 * m] + data[r][1] * own[2 * m + 1] >= 0;
    expect(objective(packed, ownMask, network.neurons)).toBeCloseTo(certificate.objective, 9);
    const random = createRandom(1);
    const ends = Array.from({ length: 6 }, () => {
      const start = Float64Array.from({ length: 24 }, () => random.normal());
      return descend((p) => objective(p, (r, m) => sides[r][m % 3] >= 0, 6), start, 400);
    });
    for (const end of ends) expect(end).toBeGreaterThanOrEqual(certificate.patternBound * (1 - 1e-12));
    expect(Math.min(...ends)).toBeLessThanOrEqual(certificate.objective * 1.001);
    const again = networkFromJSON(JSON.parse(JSON.stringify(network)));
    expect(again.predict(data)).toEqual(network.predict(data));
  });
});
