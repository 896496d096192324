import { TwoLayerNetwork } from '../network/network.js';
import { DenseFeatures } from '../program/dense-features.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import { fitTargets, type Problem } from '../program/training-data.js';
import type { Architecture } from './architecture.js';

/**
 * ReLU networks of one input with free biases, f(x) = c + sum_j a_j (w_j x + b_j)_+, squared loss, penalty
 * beta/2 sum_j (w_j^2 + a_j^2): the biases b_j and c cost nothing (math.md 12.4; Ergen and Pilanci 2021). A Lasso whose
 * columns are (x - x_k)_+ and (x_k - x)_+, because knots at data points suffice. c has a closed form: columns and targets
 * are stated less their means. Exact.
 */
export function oneInputRelu(): Architecture<TwoLayerNetwork> {
  return {
    name: 'one-input-relu',
    recipe: ['oneInputRelu'],
    patterns: 'none',
    degree: 1,
    slope: 0,
    separatesOutputs: false,
    ownsBias: true,
    accepts(loss, outputs, columns) {
      if (loss !== 'squared') return "the loss 'squared'";
      if (columns !== 1) return 'X with one column';
      return outputs === 1 ? null : 'one output';
    },
    restate(problem) {
      const { y } = fitTargets(problem);
      const shift = weightedMean(y, problem.sampleWeight);
      return { problem: { ...problem, y: y.map((target) => target - shift), offset: null }, shift };
    },
    program(data, _patterns, scope) {
      const { X, samples, loss, beta } = data;
      const curvature = scope.vector(samples);
      loss.curvature(scope.zeros(samples), curvature);
      const weights = scope.copyOut(curvature);
      const hinges = hingeColumns(scope.copyOut(X));
      const columns = new Float64Array(hinges.length * samples);
      hinges.forEach((hinge, i) => {
        const mean = weightedMean(hinge, weights);
        columns.set(
          hinge.map((entry) => entry - mean),
          i * samples,
        );
      });
      const offsets = Array.from({ length: hinges.length + 1 }, (_, i) => i);
      const copies = [{ output: 0, sign: 1 as const }];
      const features = new DenseFeatures({ columns: scope.copyIn(columns), samples, outputs: 1, offsets, copies }, scope);
      return { features, loss, regularizer: new ConeGroupNorm(hinges.length, 1, null, scope), beta };
    },
    network(v, _patterns, { problem }) {
      const x = problem.X.data;
      const knots = distinctKnots(x);
      const chosen = Array.from(v.keys()).filter((i) => v[i] !== 0);
      const root = (i: number) => Math.sqrt(Math.abs(v[i]));
      const slopes = chosen.map((i) => (i % 2 === 0 ? root(i) : -root(i)));
      const fit = new Float64Array(x.length);
      chosen.forEach((i) => {
        const column = hinge(x, knots[i >> 1], i % 2 === 0 ? 1 : -1);
        for (let k = 0; k < fit.length; k++) fit[k] += v[i] * column[k];
      });
      return new TwoLayerNetwork({
        inputs: 1,
        outputs: 1,
        activation: { kind: 'relu' },
        hidden: { weights: slopes, bias: slopes.map((slope, j) => -slope * knots[chosen[j] >> 1]) },
        output: {
          weights: chosen.map((i) => Math.sign(v[i]) * root(i)),
          bias: [
            weightedMean(
              fitTargets(problem).y.map((target, k) => target - fit[k]),
              problem.sampleWeight,
            ),
          ],
        },
        penalty: 'squared-free-bias',
      });
    },
  };
}

function weightedMean(values: Float64Array, weights: Problem['sampleWeight']): number {
  let sum = 0;
  let total = 0;
  for (let k = 0; k < values.length; k++) {
    const weight = weights ? weights[k] : 1;
    sum += weight * values[k];
    total += weight;
  }
  return sum / total;
}

/** Data points in increasing order, each once. */
function distinctKnots(x: Float64Array): Float64Array {
  return x
    .slice()
    .sort()
    .filter((knot, i, sorted) => i === 0 || knot !== sorted[i - 1]);
}

const hinge = (x: Float64Array, knot: number, side: 1 | -1): Float64Array =>
  x.map((entry) => (side * (entry - knot) > 0 ? side * (entry - knot) : 0));

/** Column 2k is (x - knot_k)_+, column 2k + 1 is (knot_k - x)_+. */
function hingeColumns(x: Float64Array): Float64Array[] {
  return Array.from(distinctKnots(x)).flatMap((knot) => [hinge(x, knot, 1), hinge(x, knot, -1)]);
}
