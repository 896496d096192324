import type { TwoLayerNetwork } from '../../src/network/network.js';
import type { Random } from '../../src/random.js';
import type { AdversarialCase } from './adversarial.js';

const epsilon = 2.220446049250313e-16;
const powerOfTwo = (value: number): number => (value > 0 ? 2 ** Math.floor(Math.log2(value)) : 1);

/**
 * The training objective of a case as a function of free parameters, written apart from the library: sum of weighted losses
 * + beta/2 sum (|w|^2 + a^2) over units that feed one output each (the same infimum as |a|_1 for shared units). Units
 * are rows of d + 1 numbers (w, a); unit j feeds output j mod C.
 *
 * Inside, X and targets are divided by powers of two and beta with them, which changes no bit of the comparison and keeps
 * descent useful at any size of data.
 */
export class NonconvexObjective {
  private readonly X: number[][];
  private readonly Y: number[][];
  private readonly weights: number[];
  private readonly width: number;
  private readonly problem: AdversarialCase;
  private readonly unitX: number;
  private readonly unitY: number;
  /** What values of {@link evaluate} are multiplied by to be objectives of the case: a power of two. */
  readonly unit: number;
  private readonly beta: number;
  private readonly delta: number;

  constructor(problem: AdversarialCase) {
    const { X, y, options } = problem;
    const { loss, bias, beta, sampleWeight, huberDelta = 1 } = options;
    const wide = bias ? X.map((row) => [...row, 1]) : X;
    const table = y.map((entry) => (typeof entry === 'number' ? [entry] : entry));
    const largest = (rows: number[][]) => Math.max(...rows.flat().map(Math.abs));
    const scaled = loss === 'squared' || loss === 'huber';
    this.unitX = powerOfTwo(largest(wide));
    this.unitY = scaled ? powerOfTwo(largest(table)) : 1;
    this.unit = this.unitY * this.unitY;
    this.X = wide.map((row) => row.map((entry) => entry / this.unitX));
    this.Y = table.map((row) => row.map((entry) => entry / this.unitY));
    this.beta = beta / this.unitX / this.unitY;
    this.delta = huberDelta / this.unitY;
    this.weights = sampleWeight ? Array.from(sampleWeight) : X.map(() => 1);
    this.width = wide[0].length + 1;
    this.problem = problem;
  }

  /** With a bound of what rounding did to it. */
  evaluate(theta: Float64Array): { value: number; rounding: number } {
    const { beta, width } = this;
    let sum = 0;
    let error = 0;
    const units = theta.length / width;
    this.forward(theta, (k, f, sizes) => {
      const { value, slopes } = this.lossAt(k, f);
      sum += value;
      slopes.forEach((slope, c) => {
        error += (width + units + 4) * epsilon * Math.abs(slope) * sizes[c];
      });
    });
    let square = 0;
    for (const entry of theta) square += entry * entry;
    const value = sum + 0.5 * beta * square;
    return { value, rounding: error + (theta.length + 8 * this.X.length) * epsilon * value };
  }

  gradient(theta: Float64Array): Float64Array {
    const { X, beta, width, problem } = this;
    const { slope, outputs } = problem;
    const gradient = theta.map((entry) => beta * entry);
    const d = width - 1;
    this.forward(theta, (k, f, _, scores) => {
      const { slopes } = this.lossAt(k, f);
      for (let j = 0; j * width < theta.length; j++) {
        const at = j * width;
        const z = scores[j];
        const factor = kinked(z, slope) ? slope : 1;
        const own = slopes[j % outputs];
        gradient[at + d] += own * factor * z;
        const push = own * factor * theta[at + d];
        if (push !== 0) for (let i = 0; i < d; i++) gradient[at + i] += push * X[k][i];
      }
    });
    return gradient;
  }

  /** Weights ~ N(0, scale^2 / d), outputs likewise. */
  random(random: Random, units: number, scale: number): Float64Array {
    const { width } = this;
    const deviation = scale / Math.sqrt(width - 1);
    return Float64Array.from({ length: units * width }, () => deviation * random.normal());
  }

  /** A network of ours in these parameters: units balanced, shared ones split over their outputs. */
  parametersOf(network: TwoLayerNetwork): Float64Array {
    const { width, problem, unitX, unitY } = this;
    const { outputs, options } = problem;
    const d = width - 1;
    const theta = new Float64Array(network.neurons * outputs * width);
    for (let j = 0; j < network.neurons; j++) {
      const w = Array.from(network.hidden.weights.subarray(j * network.inputs, (j + 1) * network.inputs));
      if (options.bias) w.push(network.hidden.bias[j]);
      const length = Math.hypot(...w);
      for (let c = 0; c < outputs; c++) {
        const fed = network.output.weights[j * outputs + c];
        const balance = length > 0 && fed !== 0 ? Math.sqrt(Math.abs(fed) / length) : 0;
        const at = (j * outputs + c) * width;
        const unit = Math.sqrt(unitX / unitY);
        for (let i = 0; i < d; i++) theta[at + i] = w[i] * balance * unit;
        theta[at + d] = balance > 0 ? (fed / balance) * unit : 0;
      }
    }
    return theta;
  }

  /** The best common factor of all units, among powers of 1.1: one random network in a line search. */
  rescaled(theta: Float64Array): Float64Array {
    let best = theta;
    let least = Number.POSITIVE_INFINITY;
    for (let power = -60; power <= 60; power++) {
      const trial = theta.map((entry) => entry * 1.1 ** power);
      const { value } = this.evaluate(trial);
      if (value < least) {
        least = value;
        best = trial;
      }
    }
    return best;
  }

  /** One unit as two halves that are turned a little apart. */
  split(theta: Float64Array, random: Random): Float64Array {
    const { width, problem } = this;
    const groups = theta.length / width / problem.outputs;
    if (groups === 0) return this.extended(theta, random);
    const from = random.integer(groups) * problem.outputs * width;
    const half = theta.slice(from, from + problem.outputs * width).map((entry) => entry * Math.SQRT1_2);
    const turned = half.map((entry) => entry * (1 + 0.1 * random.normal()));
    const rest = theta.slice();
    rest.set(half, from);
    return join(rest, turned);
  }

  /** Two units replaced by their sum. */
  merged(theta: Float64Array, random: Random): Float64Array {
    const { width, problem } = this;
    const size = problem.outputs * width;
    const groups = theta.length / size;
    if (groups < 2) return theta;
    const one = random.integer(groups);
    const other = (one + 1 + random.integer(groups - 1)) % groups;
    const merged = theta.slice();
    for (let i = 0; i < size; i++) {
      merged[one * size + i] += merged[other * size + i];
      merged[other * size + i] = 0;
    }
    return merged;
  }

  /** Further units, small, in random directions. */
  extended(theta: Float64Array, random: Random): Float64Array {
    return join(theta, this.random(random, this.problem.outputs, 10 ** -(1 + random.integer(4))));
  }

  /** Scores of every row, and the sum of the sizes of their terms. */
  private forward(
    theta: Float64Array,
    visit: (k: number, f: Float64Array, sizes: Float64Array, scores: Float64Array) => void,
  ): void {
    const { X, width, problem } = this;
    const { slope, outputs } = problem;
    const d = width - 1;
    const scores = new Float64Array(theta.length / width);
    for (let k = 0; k < X.length; k++) {
      const f = new Float64Array(outputs);
      const sizes = new Float64Array(outputs);
      for (let j = 0; j < scores.length; j++) {
        let z = 0;
        let size = 0;
        for (let i = 0; i < d; i++) {
          const term = X[k][i] * theta[j * width + i];
          z += term;
          size += Math.abs(term);
        }
        scores[j] = z;
        const a = theta[j * width + d];
        f[j % outputs] += a * (kinked(z, slope) ? slope * z : z);
        sizes[j % outputs] += Math.abs(a) * size;
      }
      visit(k, f, sizes, scores);
    }
  }

  /** Loss of row k and its derivatives by the scores. */
  private lossAt(k: number, f: Float64Array): { value: number; slopes: number[] } {
    const { problem, delta } = this;
    const { loss } = problem.options;
    const y = this.Y[k];
    const weight = this.weights[k];
    if (loss === 'softmax') {
      const top = Math.max(...f);
      const powers = Array.from(f, (entry) => Math.exp(entry - top));
      const total = powers.reduce((sum, entry) => sum + entry, 0);
      const value = y.reduce((sum, share, c) => sum + share * (Math.log(total) + top - f[c]), 0);
      return { value: weight * value, slopes: powers.map((entry, c) => weight * (entry / total - y[c])) };
    }
    let value = 0;
    const slopes = y.map((target, c) => {
      const r = f[c] - target;
      const margin = 1 - target * f[c];
      switch (loss) {
        case 'squared':
          value += 0.5 * r * r;
          return weight * r;
        case 'huber':
          value += Math.abs(r) <= delta ? 0.5 * r * r : delta * (Math.abs(r) - 0.5 * delta);
          return weight * Math.max(-delta, Math.min(delta, r));
        case 'squaredHinge':
          value += margin > 0 ? 0.5 * margin * margin : 0;
          return margin > 0 ? -weight * target * margin : 0;
        default:
          value += Math.max(0, -target * f[c]) + Math.log1p(Math.exp(-Math.abs(f[c])));
          return (-weight * target) / (1 + Math.exp(target * f[c]));
      }
    });
    return { value: weight * value, slopes };
  }
}

/** phi(z) = max(z, slope z), slope <= 1: the second piece. */
const kinked = (z: number, slope: number): boolean => slope * z > z;

function join(one: Float64Array, other: Float64Array): Float64Array {
  const joined = new Float64Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
