import { describe, expect, it } from 'vitest';
import { type Bench, expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { naiveBackwardUnits, naiveForwardUnits, naiveWidths } from '../support/naive-smooth.js';

const single = 2 ** -23;

/** Sizes around the panels of 8 rows, the groups of 4 neurons, the pairs of columns and the chunks of 256 rows. */
const sizes = [
  [1, 1, 1],
  [3, 2, 2],
  [7, 5, 3],
  [8, 4, 4],
  [9, 3, 1],
  [16, 9, 5],
  [255, 6, 3],
  [257, 7, 2],
  [530, 4, 7],
] as const;

interface Packed {
  readonly rows: number;
  readonly neurons: number;
  readonly slopes: number;
}

function pack(
  bench: Bench,
  X: Float64Array,
  u: Float64Array,
  signs: Float64Array,
  omega: number,
  n: number,
  m: number,
  d: number,
): Packed {
  const { kernels } = bench;
  const rows = bench.work(kernels.packedRowsBytes(n, d));
  const neurons = bench.work(kernels.packedNeuronsBytes(m, d));
  const slopes = bench.work(kernels.unitSlopesBytes(n, m));
  kernels.packRowPanels(bench.input(X), rows, n, d);
  kernels.packNeurons(bench.input(u), bench.input(signs), omega, 1e-20, 0, neurons, m, d);
  return { rows, neurons, slopes };
}

const signsOf = (m: number) => Float64Array.from({ length: m }, (_, j) => (j % 3 === 0 ? -1 : 1));

describe.each(sizes)('smoothed units on %i rows, %i neurons, %i columns', (n, m, d) => {
  const X = numbers(n * d, 1);
  const u = numbers(m * d, 2);
  const signs = signsOf(m);

  describe.each([
    [0, 0.3],
    [0.2, 0.1],
    [-1, 0.03],
  ])('of slope %d and width %d', (slope, omega) => {
    const shape = { n, m, d, slope };
    const widths = naiveWidths(u, omega, m, d);

    it('give the fit of a plain loop, to single precision', () => {
      const fit = onBench((bench) => {
        const { rows, neurons, slopes } = pack(bench, X, u, signs, omega, n, m, d);
        const out = bench.output(n);
        bench.kernels.forwardUnits(rows, neurons, slope, slopes, out, n, m, d);
        return bench.read(out, n);
      });
      expectWithin(fit, naiveForwardUnits(X, u, signs, widths, shape).fit, 4 * (d + m + 4) * single * m);
    });

    it('give the sums over rows of a plain loop, and what the bands add', () => {
      const lambda = numbers(n, 3);
      const plain = naiveBackwardUnits(X, u, lambda, widths, shape);
      const { gradient, bands } = onBench((bench) => {
        const { rows, neurons, slopes } = pack(bench, X, u, signs, omega, n, m, d);
        bench.kernels.forwardUnits(rows, neurons, slope, slopes, bench.output(n), n, m, d);
        const [out, own] = [bench.output(m * d), bench.output(m)];
        const work = bench.work(bench.kernels.backwardUnitsWorkspace());
        bench.kernels.backwardUnits(rows, slopes, bench.input(lambda), slope, out, own, n, m, d, work);
        return { gradient: bench.read(out, m * d), bands: bench.read(own, m) };
      });
      // D is off by the rounding of a score over its band.
      const bound = (4 * (d + 8) * n * single) / Math.min(...widths);
      expectWithin(gradient, plain.gradient, bound);
      expectWithin(bands, plain.bands, bound);
    });
  });
});

describe('packed neurons', () => {
  it('have as penalty the sum of their rounded norms', () => {
    const [m, d, round] = [5, 3, 0.1];
    const u = numbers(m * d, 4);
    const sum = onBench(({ kernels, input, work }) =>
      kernels.packNeurons(input(u), input(signsOf(m)), 0.1, 1e-20, round, work(kernels.packedNeuronsBytes(m, d)), m, d),
    );
    let expected = 0;
    for (let j = 0; j < m; j++) {
      let square = round * round;
      for (let i = 0; i < d; i++) square += u[j * d + i] * u[j * d + i];
      expected += Math.sqrt(square);
    }
    expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-14 * expected);
  });
});

describe('the gradient that is finished', () => {
  it('adds the penalty and the bands, and turns signs', () => {
    const [m, d, omega, round, beta] = [3, 2, 0.2, 0.05, 0.7];
    const [u, sums, bands, signs] = [numbers(m * d, 5), numbers(m * d, 6), numbers(m, 7), signsOf(m)];
    const finished = onBench((bench) => {
      const out = bench.output(m * d, sums);
      bench.kernels.finishGradient(bench.input(u), bench.input(signs), bench.input(bands), omega, round, beta, out, m, d);
      return bench.read(out, m * d);
    });
    const expected = sums.map((sum, at) => {
      const j = Math.floor(at / d);
      const square = u[j * d] ** 2 + u[j * d + 1] ** 2;
      const along = (omega * bands[j] * u[at]) / Math.sqrt(square);
      return -signs[j] * (sum + along) + (beta * u[at]) / Math.sqrt(square + round * round);
    });
    expectWithin(finished, expected, 1e-14);
  });

  it('is that of the loss alone for a neuron of zeros', () => {
    const finished = onBench((bench) => {
      const out = bench.output(2, [0.3, -0.4]);
      bench.kernels.finishGradient(bench.input([0, 0]), bench.input([1]), bench.input([5]), 0.1, 0, 2, out, 1, 2);
      return bench.read(out, 2);
    });
    expect(Array.from(finished)).toEqual([-0.3, 0.4]);
  });
});
