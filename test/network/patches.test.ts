import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { type PatchOptions, patchGrid, stackPatches } from '../../src/network/patches.js';
import { numbers } from '../support/kernel-harness.js';

/** Patch k of one image, read off a padded copy of it in four plain loops. */
function naivePatches(x: Float64Array, [H, W, C]: number[], [h, w]: number[], [down, across]: number[], [top, left]: number[]) {
  const padded = Array.from({ length: H + 2 * top }, (_, i) =>
    Array.from({ length: W + 2 * left }, (_, j) =>
      Array.from({ length: C }, (_, c) => {
        const [y, z] = [i - top, j - left];
        return y < 0 || y >= H || z < 0 || z >= W ? 0 : x[(y * W + z) * C + c];
      }),
    ),
  );
  const patches: number[][] = [];
  for (let i = 0; i + h <= padded.length; i += down) {
    for (let j = 0; j + w <= padded[0].length; j += across) {
      patches.push(padded.slice(i, i + h).flatMap((row) => row.slice(j, j + w).flat()));
    }
  }
  return patches;
}

const layouts: Required<Omit<PatchOptions, 'regions'>>[] = [
  { image: [4, 5, 1], filter: [2, 3], stride: [1, 1], padding: [0, 0] },
  { image: [5, 4, 3], filter: [3, 2], stride: [2, 1], padding: [1, 1] },
  { image: [1, 7, 2], filter: [1, 3], stride: [1, 2], padding: [0, 2] },
  { image: [3, 3, 2], filter: [3, 3], stride: [1, 1], padding: [0, 0] },
  { image: [6, 6, 1], filter: [1, 1], stride: [3, 3], padding: [0, 0] },
  { image: [2, 2, 1], filter: [4, 4], stride: [1, 1], padding: [1, 1] },
];

describe.each(layouts)('patches of $image by $filter, stride $stride, padding $padding', (options) => {
  const [H, W, C] = options.image;
  const n = 3;
  const data = numbers(n * H * W * C, 5);
  const X = { data, rows: n, columns: H * W * C };
  const pairOf = (value: number | readonly [number, number]) => (typeof value === 'number' ? [value, value] : [...value]);
  const naive = Array.from({ length: n }, (_, r) =>
    naivePatches(
      data.subarray(r * X.columns, (r + 1) * X.columns),
      [H, W, C],
      pairOf(options.filter),
      pairOf(options.stride),
      pairOf(options.padding),
    ),
  );

  it('are those of the plain loops, patch after patch, all samples of each', () => {
    const grid = patchGrid(options);
    expect([grid.inputs, grid.count, grid.length]).toEqual([H * W * C, naive[0].length, naive[0][0].length]);
    const stack = stackPatches(X, grid, false);
    expect([stack.rows, stack.columns]).toEqual([grid.count * n, grid.length]);
    for (let k = 0; k < grid.count; k++) {
      for (let r = 0; r < n; r++) {
        const row = stack.data.subarray((k * n + r) * grid.length, (k * n + r + 1) * grid.length);
        expect(Array.from(row)).toEqual(naive[r][k]);
      }
    }
  });

  it('end with the constant of their sample', () => {
    const grid = patchGrid(options);
    const wide = new Float64Array(n * (X.columns + 1));
    for (let r = 0; r < n; r++) {
      wide.set(data.subarray(r * X.columns, (r + 1) * X.columns), r * (X.columns + 1));
      wide[(r + 1) * (X.columns + 1) - 1] = 0.25;
    }
    const stack = stackPatches({ data: wide, rows: n, columns: X.columns + 1 }, grid, true);
    expect(stack.columns).toBe(grid.length + 1);
    for (let row = 0; row < stack.rows; row++) {
      const own = stack.data.subarray(row * stack.columns, (row + 1) * stack.columns);
      expect(Array.from(own)).toEqual([...naive[row % n][Math.floor(row / n)], 0.25]);
    }
  });

  it('fall into regions that are bands of rows and columns, as equal as can be', () => {
    const { count } = patchGrid(options);
    const single = patchGrid(options, 'patches');
    expect(Array.from(single.region)).toEqual(Array.from({ length: count }, (_, k) => k));
    const [down, across] = single.regions;
    for (let a = 1; a <= down; a++) {
      for (let b = 1; b <= across; b++) {
        const grid = patchGrid({ ...options, regions: [a, b] });
        expect(grid.regionCount).toBe(a * b);
        expect(grid.regionSizes.reduce((sum, size) => sum + size, 0)).toBe(count);
        expect(Math.min(...grid.regionSizes)).toBeGreaterThanOrEqual(Math.floor(down / a) * Math.floor(across / b));
        grid.region.forEach((region, k) => {
          const [i, j] = [Math.floor(k / across), k % across];
          // Never decreasing along a row or a column of places.
          if (j > 0) expect(region % b).toBeGreaterThanOrEqual(grid.region[k - 1] % b);
          if (i > 0) expect(Math.floor(region / b)).toBeGreaterThanOrEqual(Math.floor(grid.region[k - across] / b));
          expect(region % b).toBe(grid.region[j] % b);
        });
      }
    }
  });
});

describe('short forms', () => {
  it('mean a signal, one channel, the same number twice', () => {
    expect(patchGrid({ image: [9], filter: 4, stride: 2, padding: 1 })).toEqual(
      patchGrid({ image: [1, 9, 1], filter: [1, 4], stride: [2, 2], padding: [0, 1] }),
    );
    expect(patchGrid({ image: [5, 6], filter: 3, regions: 2 })).toEqual(
      patchGrid({ image: [5, 6, 1], filter: [3, 3], stride: [1, 1], padding: [0, 0], regions: [2, 2] }),
    );
    expect(patchGrid({ image: [8], filter: 2, regions: 3 }).regions).toEqual([1, 3]);
  });
});

describe('bad shapes', () => {
  const bad: [string, unknown, string][] = [
    ['no options', undefined, 'options'],
    ['no image', { filter: 2 }, 'image'],
    ['an image of four numbers', { image: [1, 2, 3, 4], filter: 1 }, 'image'],
    ['a channel count of zero', { image: [4, 4, 0], filter: 2 }, 'image[2]'],
    ['a height that is no integer', { image: [4.5, 4], filter: 2 }, 'image[0]'],
    ['no filter', { image: [4, 4] }, 'filter'],
    ['a filter of three numbers', { image: [4, 4], filter: [2, 2, 1] }, 'filter'],
    ['a filter larger than the image', { image: [4, 4], filter: 5 }, 'filter'],
    ['a filter wider than the image', { image: [4, 4], filter: [4, 5] }, 'filter'],
    ['a filter larger than the padded image', { image: [2, 2], filter: 7, padding: 2 }, 'filter'],
    ['stride 0', { image: [4, 4], filter: 2, stride: 0 }, 'stride'],
    ['stride NaN', { image: [4, 4], filter: 2, stride: [1, Number.NaN] }, 'stride[1]'],
    ['negative padding', { image: [4, 4], filter: 2, padding: -1 }, 'padding'],
    ['padding as large as the filter', { image: [4, 4], filter: 2, padding: 2 }, 'padding'],
    ['more regions than places', { image: [4, 4], filter: 3, regions: 3 }, 'regions'],
    ['regions as text', { image: [4, 4], filter: 3, regions: 'all' }, 'regions'],
  ];
  it.each(bad)('%s: the argument is named', (_, options, argument) => {
    let error: unknown;
    try {
      patchGrid(options as PatchOptions);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as ArgumentError).argument).toBe(argument);
  });
});
