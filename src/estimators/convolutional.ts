import type { Architecture } from '../architectures/architecture.js';
import type { ConvolutionOptions } from '../architectures/convolution.js';
import { gatedConvolutional } from '../architectures/gated-convolutional.js';
import { checkOptionObject } from '../data/option-names.js';
import { ConvolutionalNetwork } from '../network/convolutional.js';
import { patchGrid } from '../network/patches.js';
import { Classifier } from './classifier.js';
import type { ClassifierOptions, EstimatorOptions } from './options.js';
import { Regressor } from './regressor.js';
import { stateFromJSON } from './state.js';

/** The shape of the images, and how they are cut; all but `image` have defaults. */
export interface ConvolutionalShape extends Omit<ConvolutionOptions, 'filter'> {
  /** Default 5, or the size of the image where that is less; then `padding` is 1 where it is not given. */
  readonly filter?: ConvolutionOptions['filter'];
}

/** Random gates, and as much accuracy as predictions show. */
const defaults = { patterns: { sample: 20 }, tolerance: 1e-4 } as const;
const usualFilter = 5;
/** Pixels of an image's side that make one place, and one region, by default. */
const pixelsPerStride = 14;
const pixelsPerRegion = 4;
const mostRegions = 4;

/** Images in classes: a gated convolutional network, pooled by regions. Classes separate, each with filters of its own: Newton solves them. */
export class ConvolutionalClassifier extends Classifier<ConvolutionalNetwork> {
  /** @param options - `image` and those of every classifier. Pixels are divided by one spread for all, and not centred: zero stays the background. */
  constructor(options: ConvolutionalShape & ClassifierOptions) {
    const { architecture, rest } = split(options);
    super('convolutional-classifier', architecture, rest, defaults);
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ConvolutionalClassifier {
    const state = stateFromJSON(json, 'convolutional-classifier', ConvolutionalNetwork);
    return new ConvolutionalClassifier(shapeOf(state.network)).restore(state);
  }
}

/** A number for every image, likewise. */
export class ConvolutionalRegressor extends Regressor<ConvolutionalNetwork> {
  /** @param options - `image` and those of every regressor. */
  constructor(options: ConvolutionalShape & EstimatorOptions) {
    const { architecture, rest } = split(options);
    super('convolutional-regressor', architecture, rest, defaults);
  }

  /** @throws {@link ModelFormatError} for anything that `toJSON` did not write. */
  static fromJSON(json: unknown): ConvolutionalRegressor {
    const state = stateFromJSON(json, 'convolutional-regressor', ConvolutionalNetwork);
    return new ConvolutionalRegressor(shapeOf(state.network)).restore(state);
  }
}

function shapeOf({ grid, pooling }: ConvolutionalNetwork): ConvolutionalShape {
  const { image, filter, stride, padding, regions } = grid;
  return { image, filter, stride, padding, regions, pooling };
}

/** The family with its defaults, and the options that are not about it. */
function split<T extends ConvolutionalShape>(options: T) {
  checkOptionObject(options);
  const { image, filter, stride, padding, regions, pooling, ...rest } = options as ConvolutionalShape & EstimatorOptions;
  // Checks the shape of the image before anything is derived from it.
  const [height, width] = patchGrid({ image, filter: [1, 1] }).image;
  const both = (of: (side: number) => number): readonly [number, number] => [of(height), of(width)];
  const chosen = {
    image,
    filter: filter ?? both((side) => Math.min(usualFilter, side)),
    stride: stride ?? both((side) => Math.max(1, Math.floor(side / pixelsPerStride))),
    padding: padding ?? (filter === undefined ? both((side) => (side > 1 ? 1 : 0)) : 0),
    ...(pooling && { pooling }),
  };
  const places = patchGrid(chosen, 'patches').regions;
  const usual = (axis: 0 | 1, side: number) =>
    Math.max(1, Math.min(mostRegions, Math.floor(side / pixelsPerRegion), places[axis]));
  const architecture: Architecture<ConvolutionalNetwork> = gatedConvolutional({
    ...chosen,
    regions: regions ?? [usual(0, height), usual(1, width)],
    vectorPenalty: 'group',
  });
  return { architecture, rest };
}
