import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packMatrix } from '../../src/data/matrix.js';
import { fitStandardization, foldStandardization, standardize } from '../../src/data/standardize.js';

const column = (values: number[]) => packMatrix({ data: values, shape: [values.length, 1] }, 'X');

describe('fitStandardization', () => {
  it('gives mean and standard deviation', () => {
    const { centers, scales } = fitStandardization(
      packMatrix(
        [
          [2, 10],
          [4, 10],
          [4, 10],
          [4, 10],
          [5, 10],
          [5, 10],
          [7, 10],
          [9, 10],
        ],
        'X',
      ),
    );
    expect(Array.from(centers)).toEqual([5, 10]);
    expect(Array.from(scales)).toEqual([2, 1]);
  });

  it.each([[[0.1, 0.1, 0.1]], [[0.3, 0.1 + 0.2, 0.3]], [[7]], [[0, 0]], [[-1e300, -1e300]]])(
    'leaves the constant column %j unscaled',
    (values) => {
      const fitted = fitStandardization(column(values));
      expect(fitted.scales[0]).toBe(1);
      for (const z of standardize(column(values), fitted).data) expect(Math.abs(z)).toBeLessThan(1e-15);
    },
  );

  it.each([1e300, 1e150, 1, 1e-150, 1e-300])('makes columns of magnitude %d standard', (size) => {
    const X = column([1, -1, 1, -1].map((sign) => sign * size));
    const fitted = fitStandardization(X);
    expect(fitted.scales[0]).toBe(size);
    expect(Array.from(standardize(X, fitted).data)).toEqual([1, -1, 1, -1]);
  });

  it('gives mean 0 and variance 1, to rounding', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }), (values) => {
        const X = column(values);
        const fitted = fitStandardization(X);
        fc.pre(fitted.scales[0] !== 1);
        const z = Array.from(standardize(X, fitted).data);
        const n = z.length;
        // Cancellation in x - center, relative to the scale.
        const size = Math.max(...values.map(Math.abs)) / fitted.scales[0];
        const bound = 4 * (n + 2) * 2 ** -52 * (1 + size);
        expect(Math.abs(z.reduce((sum, x) => sum + x, 0) / n)).toBeLessThan(bound);
        expect(Math.abs(z.reduce((sum, x) => sum + x * x, 0) / n - 1)).toBeLessThan(4 * bound * (1 + bound));
      }),
    );
  });
});

it('foldStandardization: the folded layer on raw data is the layer on standardized data', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 }), {
        minLength: 2,
        maxLength: 8,
      }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (rows, parameters) => {
        const X = packMatrix(rows, 'X');
        const fitted = fitStandardization(X);
        const weights = Float64Array.from(parameters.slice(0, 6));
        const bias = Float64Array.from(parameters.slice(6));
        const folded = foldStandardization(weights, bias, fitted);
        const Z = standardize(X, fitted);
        for (let k = 0; k < X.rows; k++) {
          for (let i = 0; i < 2; i++) {
            let direct = bias[i];
            let viaRaw = folded.bias[i];
            let size = Math.abs(direct) + Math.abs(viaRaw);
            for (let j = 0; j < 3; j++) {
              direct += weights[3 * i + j] * Z.data[3 * k + j];
              viaRaw += folded.weights[3 * i + j] * X.data[3 * k + j];
              size += Math.abs(folded.weights[3 * i + j]) * (Math.abs(X.data[3 * k + j]) + Math.abs(fitted.centers[j]));
            }
            expect(Math.abs(direct - viaRaw)).toBeLessThanOrEqual(16 * 2 ** -52 * size);
          }
        }
      },
    ),
  );
});
