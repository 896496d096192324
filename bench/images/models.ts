// What is compared: gated networks of this library, the best of which TensorFlow.js trains too.
import { type Architecture, gatedConvolutional, gatedRelu, type TrainOptions, trainSync } from '../../src/index.js';
import { type PatchGrid, patchGrid, stackPatches } from '../../src/network/patches.js';
import { accuracy, type Images, type Split } from './tables.js';

export interface Model {
  readonly name: string;
  readonly family: Architecture;
  readonly options: TrainOptions;
}

export interface Outcome {
  readonly accuracy: number;
  readonly seconds: number;
  readonly gap: number;
  readonly objective: number;
  readonly steps: number;
  readonly neurons: number;
  readonly status: string;
}

/** Places of the filter: as the estimators choose them. */
const cuts = {
  8: { image: [8, 8], filter: 5, padding: 1, regions: 2 },
  28: { image: [28, 28], filter: 5, padding: 1, stride: 2, regions: 2 },
} as const;

export const gates = 20;

export function gridOf(side: 8 | 28): PatchGrid {
  return patchGrid(cuts[side]);
}

/** @param timeLimit - seconds of the clock for one fit. */
export function models(side: 8 | 28, timeLimit: number): Model[] {
  const options = { loss: 'logistic', patterns: { sample: gates }, tolerance: 1e-6, timeLimit, seed: 1 } as const;
  const family = (vectorPenalty: 'group' | 'nuclear') => gatedConvolutional({ ...cuts[side], vectorPenalty });
  return [
    { name: 'cnn, filters of a class', family: family('group'), options: { ...options, beta: 3 } },
    {
      name: 'cnn, 30 gates',
      family: family('group'),
      options: { ...options, beta: 1, patterns: { sample: 30 }, tolerance: 1e-4 },
    },
    { name: 'cnn, shared filters', family: family('nuclear'), options: { ...options, beta: 3, maxIterations: 300 } },
    {
      name: 'fully connected',
      family: gatedRelu({ vectorPenalty: 'group' }),
      options: { ...options, beta: 1, patterns: { sample: 100 } },
    },
  ];
}

/** Pixels times this have a spread of about 2, as the estimators scale them to about 1 and beta is of that size. */
const brightness = 16 / 6;

export function rows({ pixels }: Images, chosen: readonly number[]): Float64Array[] {
  return chosen.map((k) => pixels[k].map((value) => brightness * value));
}

export function signs(classes: readonly number[]): number[][] {
  return classes.map((wanted) => Array.from({ length: 10 }, (_, c) => (c === wanted ? 1 : -1)));
}

/** One fit, scored on the test rows. */
export function measure({ family, options }: Model, images: Images, { train, test }: Split) {
  const of = (chosen: readonly number[]) => chosen.map((k) => images.classes[k]);
  const before = process.cpuUsage();
  const result = trainSync(family, rows(images, train), signs(of(train)), options);
  const seconds = process.cpuUsage(before).user / 1e6;
  const outcome: Outcome = {
    accuracy: accuracy(result.network.predict(rows(images, test)), of(test), 10),
    seconds,
    gap: result.certificate.patternGap,
    objective: result.certificate.objective,
    steps: result.iterations,
    neurons: result.network.neurons,
    status: result.status,
  };
  return { outcome, gates: result.state.parts[0].patterns.gates };
}

/** Averages over every region of the patches that each gate leaves: gates x rows x (regions x length). */
export function pooledFeatures(pixels: readonly Float64Array[], grid: PatchGrid, gates: Float64Array): Float32Array {
  const n = pixels.length;
  const data = new Float64Array(n * (grid.inputs + 1));
  pixels.forEach((row, i) => {
    data.set(row, i * (grid.inputs + 1));
    data[(i + 1) * (grid.inputs + 1) - 1] = 1;
  });
  const { data: patches, columns } = stackPatches({ data, rows: n, columns: grid.inputs + 1 }, grid, true);
  const count = gates.length / columns;
  const width = grid.regionCount * columns;
  const out = new Float32Array(count * n * width);
  for (let b = 0; b < count; b++) {
    for (let k = 0; k < grid.count; k++) {
      const region = grid.region[k];
      for (let i = 0; i < n; i++) {
        const at = (k * n + i) * columns;
        let z = 0;
        for (let j = 0; j < columns; j++) z += gates[b * columns + j] * patches[at + j];
        if (z < 0) continue;
        const to = (b * n + i) * width + region * columns;
        for (let j = 0; j < columns; j++) out[to + j] += patches[at + j] / grid.regionSizes[region];
      }
    }
  }
  return out;
}
