import { describeValue, isArrayLike } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';

/** How images are cut into patches. */
export interface PatchOptions {
  /** [height, width, channels], [height, width] of one channel, or [length] of a signal. Columns of X are pixels in this order, channels last. */
  readonly image: readonly number[];
  /** Height and width; one number for both, of a signal for its length. */
  readonly filter: number | readonly [number, number];
  /** Default 1. */
  readonly stride?: number | readonly [number, number];
  /** Zeros around the image, on each side; below the size of the filter. Default 0. */
  readonly padding?: number | readonly [number, number];
  /**
   * The places of the filter are divided into so many rows and columns of regions, as equal as can be; every region is pooled
   * and has its own output weights.
   */
  readonly regions?: number | readonly [number, number];
}

type Pair = readonly [number, number];

/** The patches of an image: K = `count` vectors of `length` pixels. */
export interface PatchGrid {
  readonly image: readonly [number, number, number];
  readonly filter: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly regions: Pair;
  /** Pixels of an image. */
  readonly inputs: number;
  /** Numbers of a patch: filter height x width x channels, in the order of the image. */
  readonly length: number;
  readonly count: number;
  /** count x length: the pixel of every entry, -1 in the padding. */
  readonly pixels: Int32Array;
  readonly regionCount: number;
  /** Of every patch. */
  readonly region: Int32Array;
  /** Patches in every region. */
  readonly regionSizes: Int32Array;
}

/**
 * Lays a filter over an image, from the top left, row by row.
 *
 * @param regions - where `options` has none; `'patches'`: every patch is a region of its own.
 * @throws {@link ArgumentError} naming the option: sizes that are no positive integers, a filter larger than the padded image,
 * padding as large as the filter, more regions than places.
 */
export function patchGrid(options: PatchOptions, regions: number | 'patches' = 1): PatchGrid {
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError('options', describeValue(options), 'an object with image and filter');
  const image = readImage(options.image);
  const [height, width, channels] = image;
  const signal = height === 1;
  const filter = pair(options.filter, 'filter', 1, signal ? 1 : null);
  const stride = pair(options.stride ?? 1, 'stride', 1, null);
  const padding = pair(options.padding ?? 0, 'padding', 0, signal ? 0 : null);
  const places = ([0, 1] as const).map((axis) => {
    const extent = image[axis] + 2 * padding[axis];
    if (filter[axis] > extent)
      throw new ArgumentError('filter', `of ${filter[axis]} pixels`, `at most ${extent}, the size of the padded image`);
    if (padding[axis] >= filter[axis])
      throw new ArgumentError('padding', describeValue(padding[axis]), `less than ${filter[axis]}, the size of the filter`);
    return Math.floor((extent - filter[axis]) / stride[axis]) + 1;
  });
  const [down, across] = places;
  const divided: Pair = options.regions
    ? pair(options.regions, 'regions', 1, signal ? 1 : null)
    : regions === 'patches'
      ? [down, across]
      : [regions, regions];
  for (const axis of [0, 1] as const) {
    if (divided[axis] > places[axis])
      throw new ArgumentError('regions', describeValue(divided[axis]), `at most ${places[axis]}, the places of the filter`);
  }
  const count = down * across;
  const length = filter[0] * filter[1] * channels;
  const pixels = new Int32Array(count * length);
  const region = new Int32Array(count);
  const regionCount = divided[0] * divided[1];
  const regionSizes = new Int32Array(regionCount);
  let at = 0;
  for (let k = 0; k < count; k++) {
    const [i, j] = [Math.floor(k / across), k % across];
    region[k] = Math.floor((i * divided[0]) / down) * divided[1] + Math.floor((j * divided[1]) / across);
    regionSizes[region[k]]++;
    for (let a = 0; a < filter[0]; a++) {
      for (let b = 0; b < filter[1]; b++) {
        const y = i * stride[0] + a - padding[0];
        const x = j * stride[1] + b - padding[1];
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        for (let c = 0; c < channels; c++) pixels[at++] = inside ? (y * width + x) * channels + c : -1;
      }
    }
  }
  const inputs = height * width * channels;
  return { image, filter, stride, padding, regions: divided, inputs, length, count, pixels, regionCount, region, regionSizes };
}

/**
 * All patches of all images, one below the other: rows k n .. k n + n - 1 are patch k of the n images. The only copy of the
 * patches that training holds, whatever the number of patterns.
 *
 * @param constant - the last column of X is the constant, and becomes the last column of every patch.
 */
export function stackPatches(X: Matrix, grid: PatchGrid, constant: boolean): Matrix {
  const { count, length, pixels } = grid;
  const columns = constant ? length + 1 : length;
  const data = new Float64Array(count * X.rows * columns);
  let at = 0;
  for (let k = 0; k < count; k++) {
    for (let r = 0; r < X.rows; r++) {
      for (let t = k * length; t < (k + 1) * length; t++) data[at++] = pixels[t] < 0 ? 0 : X.data[r * X.columns + pixels[t]];
      if (constant) data[at++] = X.data[(r + 1) * X.columns - 1];
    }
  }
  return { data, rows: count * X.rows, columns };
}

function readImage(value: unknown): readonly [number, number, number] {
  if (!isArrayLike(value) || value.length < 1 || value.length > 3)
    throw new ArgumentError('image', describeValue(value), '[height, width, channels], [height, width] or [length]');
  const sizes = Array.from({ length: value.length }, (_, k) => size(value[k], `image[${k}]`, 1));
  if (sizes.length === 1) return [1, sizes[0], 1];
  return [sizes[0], sizes[1], sizes[2] ?? 1];
}

/** @param flat - What one number means for the height of a signal. */
function pair(value: unknown, name: string, least: number, flat: number | null): Pair {
  if (typeof value === 'number') {
    const both = size(value, name, least);
    return [flat ?? both, both];
  }
  if (!isArrayLike(value) || value.length !== 2)
    throw new ArgumentError(name, describeValue(value), 'a number, or two: [down, across]');
  return [size(value[0], `${name}[0]`, least), size(value[1], `${name}[1]`, least)];
}

function size(value: unknown, name: string, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new ArgumentError(name, describeValue(value), `an integer of at least ${least}`);
}
