import { describe, expect, it } from 'vitest';
import {
  type Architecture,
  ArgumentError,
  betaMax,
  ConvolutionalNetwork,
  convolutional,
  gatedConvolutional,
  gatedRelu,
  type LossName,
  linearConvolutional,
  relu,
  type SolverName,
  type TrainOptions,
  train,
  trainSync,
} from '../../src/index.js';
import { descend } from '../support/descend.js';
import { numbers } from '../support/kernel-harness.js';
import { naivePenalty, naiveScores } from '../support/naive-convolutional.js';
import { lossOf } from '../train/problems.js';

/** Images with entries that are multiples of 1/64, so that repeated patches are exact. */
function images(n: number, pixels: number, seed: number): number[][] {
  return Array.from({ length: n }, (_, k) => Array.from(numbers(pixels, 97 * seed + k, 128), (entry) => Math.round(entry) / 64));
}

function targets(n: number, outputs: number, seed: number, loss: LossName): number[][] {
  const raw = Array.from({ length: n }, (_, k) => Array.from(numbers(outputs, 31 * seed + 7 * k + 3, 2)));
  if (loss === 'softmax') return raw.map((row) => row.map((entry) => (entry === Math.max(...row) ? 1 : 0)));
  if (loss === 'logistic' || loss === 'squaredHinge') return raw.map((row) => row.map((entry) => (entry > 0 ? 1 : -1)));
  return raw;
}

/** Loss of the naive forward pass plus beta times the naive penalty. */
function objectiveOf(network: ConvolutionalNetwork, X: number[][], Y: number[][], loss: LossName, beta: number): number {
  const losses = X.map((x, k) => lossOf(loss, naiveScores(network, x), Y[k], 1));
  return losses.reduce((sum, value) => sum + value, 0) + beta * naivePenalty(network);
}

const overlapping = { image: [3], filter: 2 };
const square = { image: [3, 3], filter: 2 };
interface Kind {
  readonly name: string;
  readonly architecture: Architecture<ConvolutionalNetwork>;
  readonly pixels: number;
  readonly outputs: number;
  readonly losses: readonly LossName[];
  readonly patterns: TrainOptions['patterns'];
  readonly bias: boolean;
}
const scalar: LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber'];
const kinds: Kind[] = [
  ...(['average', 'sum', 'max'] as const).flatMap((pooling): Kind[] => [
    {
      name: `relu ${pooling}`,
      architecture: convolutional({ ...overlapping, pooling }),
      pixels: 3,
      outputs: 1,
      losses: scalar,
      patterns: 'all',
      bias: false,
    },
    {
      name: `relu ${pooling}, classes`,
      architecture: convolutional({ ...overlapping, pooling }),
      pixels: 3,
      outputs: 3,
      losses: ['squared', 'softmax'],
      patterns: 'all',
      bias: false,
    },
    {
      name: `gated ${pooling}`,
      architecture: gatedConvolutional({ ...square, pooling }),
      pixels: 9,
      outputs: 1,
      losses: scalar,
      patterns: { sample: 8 },
      bias: true,
    },
    {
      name: `gated ${pooling}, nuclear`,
      architecture: gatedConvolutional({ ...square, pooling }),
      pixels: 9,
      outputs: 3,
      losses: ['squared', 'softmax'],
      patterns: { sample: 8 },
      bias: true,
    },
    {
      name: `gated ${pooling}, group`,
      architecture: gatedConvolutional({ ...square, pooling, vectorPenalty: 'group' }),
      pixels: 9,
      outputs: 3,
      losses: ['squared', 'softmax'],
      patterns: { sample: 8 },
      bias: true,
    },
    {
      name: `gated ${pooling}, regions`,
      architecture: gatedConvolutional({ ...square, pooling, regions: [2, 1] }),
      pixels: 9,
      outputs: 2,
      losses: ['squared', 'softmax'],
      patterns: { sample: 6 },
      bias: true,
    },
  ]),
  {
    name: 'linear head',
    architecture: gatedConvolutional({ ...square, regions: 2 }),
    pixels: 9,
    outputs: 1,
    losses: scalar,
    patterns: { sample: 6 },
    bias: true,
  },
  {
    name: 'linear',
    architecture: linearConvolutional(square),
    pixels: 9,
    outputs: 1,
    losses: scalar,
    patterns: 'auto',
    bias: true,
  },
  {
    name: 'linear, classes',
    architecture: linearConvolutional({ ...square, regions: [1, 2] }),
    pixels: 9,
    outputs: 3,
    losses: ['squared', 'softmax'],
    patterns: 'auto',
    bias: true,
  },
];

describe.each(kinds)('$name on random images', ({ architecture, pixels, outputs, losses, patterns, bias }) => {
  const problems = losses.flatMap((loss, i) => [1, 2, 3].map((seed) => ({ loss, seed: 10 * i + seed })));
  it.each(problems)('$loss, seed $seed: solvers close the gap and agree, the network attains its objective', ({ loss, seed }) => {
    const n = 7;
    const X = images(n, pixels, seed);
    if (seed % 3 === 0) X[1] = X[0].slice();
    if (seed % 3 === 1) X[2] = Array(pixels).fill(0);
    const Y = targets(n, outputs, seed, loss);
    const y = outputs === 1 ? Y.map(([entry]) => entry) : Y;
    const beta = seed % 2 === 0 ? 0.02 : 0.2;
    const certificates = (seed % 3 === 1 ? (['newton', 'fista'] as SolverName[]) : (['newton'] as SolverName[])).map((solver) => {
      const options = { beta, loss, bias, patterns, solver, maxIterations: 300_000 };
      const { network, certificate, status } = trainSync(architecture, X, y, options);
      expect([solver, status]).toEqual([solver, 'optimal']);
      expect(certificate.provenGlobal).toBe(patterns === 'all' || patterns === 'auto');
      expect(Math.abs(objectiveOf(network, X, Y, loss, beta) - certificate.objective)).toBeLessThan(1e-9 * certificate.objective);
      return certificate;
    });
    const bound = Math.max(...certificates.map(({ patternBound }) => patternBound));
    for (const { objective } of certificates) {
      expect(objective).toBeGreaterThanOrEqual(bound * (1 - 1e-9));
      expect(objective - bound).toBeLessThanOrEqual(1e-6 * objective);
    }
  });
});

describe('exact over all patterns', () => {
  const n = 5;
  const X = images(n, 3, 21);
  const Y = targets(n, 1, 21, 'squared');
  const y = Y.map(([entry]) => entry);
  const beta = 0.1;
  describe.each(['average', 'sum', 'max'] as const)('with %s pooling', (pooling) => {
    const architecture = convolutional({ ...overlapping, pooling });
    const { network, certificate } = trainSync(architecture, X, y, { beta, bias: false, patterns: 'all' });
    const networkOf = (p: Float64Array) =>
      new ConvolutionalNetwork({
        patches: overlapping,
        pooling,
        unit: 'relu',
        outputs: 1,
        filters: { weights: p.subarray(0, (2 * p.length) / 3) },
        output: { weights: p.subarray((2 * p.length) / 3) },
      });
    const trained = (start: Float64Array) => descend((p) => objectiveOf(networkOf(p), X, Y, 'squared', beta), start, 120);

    it('no training ends below, and one that starts near the network returns to it', () => {
      const lower = (certificate.lowerBound as number) * (1 - 1e-9);
      for (let start = 0; start < 4; start++) expect(trained(numbers(15, 70 + start))).toBeGreaterThanOrEqual(lower);
      const weights = Float64Array.of(...network.filters.weights, ...network.output.weights);
      const noise = numbers(weights.length, 5, 0.02);
      const near = trained(weights.map((entry, k) => entry + noise[k]));
      expect(near).toBeGreaterThanOrEqual(lower);
      expect(near - certificate.objective).toBeLessThan(1e-3 * certificate.objective);
    });

    it('no direction violates the dual constraint, and the filters attain it', () => {
      const residual = X.map((x, k) => y[k] - naiveScores(network, x)[0]);
      const constraint = (w: ArrayLike<number>) => {
        const unit = networkOf(Float64Array.of(w[0], w[1], 1));
        const value = X.reduce((sum, x, k) => sum + residual[k] * naiveScores(unit, x)[0], 0);
        return Math.abs(value) / Math.hypot(w[0], w[1]);
      };
      // Directions of the plane, one every 0.02 degrees or so.
      for (let i = 0; i < 18_000; i++) {
        const angle = (2 * Math.PI * (i + 0.5)) / 18_000;
        expect(constraint([Math.cos(angle), Math.sin(angle)])).toBeLessThan(beta * (1 + 1e-4));
      }
      for (let j = 0; j < network.neurons; j++) {
        expect(Math.abs(constraint(network.filters.weights.subarray(2 * j, 2 * j + 2)) - beta)).toBeLessThan(1e-3 * beta);
      }
    });
  });

  it.each(['average', 'sum'] as const)('%s pooling is priced and certified to the same optimum', async (pooling) => {
    const architecture = convolutional({ image: [4], filter: 2, pooling });
    const signals = images(9, 4, 5);
    const wanted = targets(9, 1, 5, 'squared').map(([entry]) => entry);
    const options = { beta: 0.05, bias: false };
    const all = await train(architecture, signals, wanted, { ...options, patterns: 'all' });
    const certified = await train(architecture, signals, wanted, { ...options, patterns: 'certified' });
    const priced = await train(architecture, signals, wanted, { ...options, patterns: 'priced' });
    expect([all, certified, priced].map(({ certificate }) => certificate.patterns)).toEqual(['all', 'certified', 'priced']);
    expect(certified.certificate.provenGlobal).toBe(true);
    const best = all.certificate.objective;
    expect(Math.abs(certified.certificate.objective - best)).toBeLessThan(2e-6 * best);
    expect(priced.certificate.objective).toBeGreaterThanOrEqual((all.certificate.lowerBound as number) * (1 - 1e-9));
    expect(priced.certificate.objective).toBeLessThan(best * (1 + 1e-3));
    const most = await betaMax(architecture, signals, wanted, { bias: false });
    expect(most.exact).toBe(true);
  });
});

describe('special cases', () => {
  const n = 12;
  const X = images(n, 3, 8);
  const y = targets(n, 1, 8, 'squared').map(([entry]) => entry);

  it('a filter as large as the image is the fully connected network', async () => {
    for (const pooling of ['average', 'sum', 'max'] as const) {
      const options = { beta: 0.1, patterns: 'all', bias: false } as const;
      const plain = await train(relu(), X, y, options);
      const network = await train(convolutional({ image: [3], filter: 3, pooling }), X, y, options);
      expect(Math.abs(network.certificate.objective - plain.certificate.objective)).toBeLessThan(
        2e-6 * plain.certificate.objective,
      );
    }
    const gates = numbers(4 * 6, 3);
    const options = { beta: 0.1, patterns: { gates } };
    const Y = targets(n, 2, 8, 'squared');
    const plain = await train(gatedRelu(), X, Y, options);
    const network = await train(gatedConvolutional({ image: [3], filter: 3 }), X, Y, options);
    expect(Math.abs(network.certificate.objective - plain.certificate.objective)).toBeLessThan(
      2e-6 * plain.certificate.objective,
    );
  });

  it('average pooling is sum pooling of a smaller filter response: beta scales by the number of places', async () => {
    const grid = { image: [4], filter: 2 };
    const signals = images(n, 4, 9);
    const mean = await train(convolutional({ ...grid }), signals, y, { beta: 0.1, patterns: { sample: 40 }, bias: false });
    const sum = await train(convolutional({ ...grid, pooling: 'sum' }), signals, y, {
      beta: 0.3,
      patterns: { sample: 40 },
      bias: false,
    });
    expect(Math.abs(mean.certificate.objective - sum.certificate.objective)).toBeLessThan(2e-6 * mean.certificate.objective);
  });

  it('more regions never cost more at the optimum than one, with the same gates', async () => {
    const signals = images(n, 9, 10);
    const gates = numbers(5 * 6, 4);
    const optimum = async (regions: number | readonly [number, number]) => {
      const architecture = gatedConvolutional({ ...square, pooling: 'sum', regions });
      return (await train(architecture, signals, y, { beta: 0.2, patterns: { gates } })).certificate;
    };
    // A head of equal weights costs sqrt(R) times as much as one weight: compare at that beta.
    const one = await optimum(1);
    const four = await train(gatedConvolutional({ ...square, pooling: 'sum', regions: 2 }), signals, y, {
      beta: 0.1,
      patterns: { gates },
    });
    expect(four.certificate.patternBound).toBeLessThanOrEqual(one.objective * (1 + 1e-6));
  });
});

describe('bad input', () => {
  const refused = async (call: () => unknown, argument: string) => {
    const error = await Promise.resolve()
      .then(call)
      .then(
        () => null,
        (caught: unknown) => caught,
      );
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as ArgumentError).argument).toBe(argument);
  };
  const X = images(4, 8, 1);
  const y = [1, 2, 3, 4];

  it('in the shape is refused when the family is made', async () => {
    await refused(() => convolutional({ image: [2, 2], filter: 3 }), 'filter');
    await refused(() => gatedConvolutional({ image: [2, 2], filter: 2, stride: 0 }), 'stride');
    await refused(() => linearConvolutional({ image: [2, 2, 0], filter: 2 }), 'image[2]');
    await refused(() => convolutional({ image: [4, 4], filter: 2, pooling: 'median' as 'max' }), 'pooling');
    await refused(() => convolutional({ image: [4, 4], filter: 2, regions: 2 }), 'regions');
  });

  it('in the data is refused before any work', async () => {
    const options = { beta: 1 };
    const three = convolutional({ image: [2, 2, 3], filter: 2 });
    await refused(() => train(three, X, y, options), 'X');
    await refused(() => train(linearConvolutional({ image: [3, 3], filter: 2 }), X, y, { beta: 1, bias: false }), 'X');
    // One column more than pixels is no bias column.
    await refused(() => train(convolutional({ image: [7], filter: 2 }), X, y, { beta: 1, bias: false }), 'X');
    const spoilt = X.map((row) => row.map((entry, j) => (j === 5 ? Number.NaN : entry)));
    await refused(() => train(convolutional({ image: [2, 2, 2], filter: 2 }), spoilt, y, options), 'X[0][5]');
    await refused(
      () => train(convolutional({ image: [2, 4], filter: 2 }), X, y, { ...options, loss: 'softmax' }),
      'options.loss',
    );
    const gates = Float64Array.of(1, 2, 3);
    await refused(
      () => train(gatedConvolutional({ image: [2, 4], filter: 2 }), X, y, { beta: 1, patterns: { gates } }),
      'options.patterns.gates',
    );
    const max = convolutional({ image: [2, 4], filter: 2, pooling: 'max' });
    await refused(() => train(max, X, y, { beta: 1, patterns: 'certified' }), 'options.patterns');
  });
});
