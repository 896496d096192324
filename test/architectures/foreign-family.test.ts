import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/architectures/architecture.js';
import { crossValidate, Network, regularizationPath, train } from '../../src/index.js';
import type { LocalModel } from '../../src/network/explain.js';
import type { TrainingData } from '../../src/program/training-data.js';
import type { Matrix } from '../../src/types.js';
import { numbers } from '../support/kernel-harness.js';
import { type MatrixProblem, matrixProgram } from '../support/matrix-program.js';

/** A function of every column apart: sum_j p_j x_j + q_j x_j^2. No file of src/ knows it. */
class AdditiveNetwork extends Network {
  readonly type = 'additive';
  readonly outputs = 1;
  readonly inputs: number;
  readonly v: Float64Array;

  constructor(v: Float64Array) {
    super();
    this.v = v;
    this.inputs = v.length / 2;
  }

  get neurons(): number {
    return this.v.filter((_, j) => j % 2 === 0 && (this.v[j] !== 0 || this.v[j + 1] !== 0)).length;
  }

  forward(X: Matrix): Float64Array {
    return Float64Array.from({ length: X.rows }, (_, k) => {
      let sum = 0;
      for (let j = 0; j < this.inputs; j++) {
        const x = X.data[k * X.columns + j];
        sum += this.v[2 * j] * x + this.v[2 * j + 1] * x * x;
      }
      return sum;
    });
  }

  weightPenalty(): number {
    let sum = 0;
    for (let j = 0; j < this.v.length; j += 2) sum += Math.sqrt(this.v[j] ** 2 + this.v[j + 1] ** 2);
    return sum;
  }

  toJSON() {
    return { format: 'cvxnn-network' as const, version: 1, type: this.type, v: [...this.v] };
  }

  standardized(): never {
    throw new Error('not needed here');
  }

  patternAt(): Uint8Array {
    return new Uint8Array(0);
  }

  localModel(): LocalModel {
    throw new Error('not piecewise linear');
  }
}

/** Its program: one explicit n x 2 matrix for every column, a norm for every block. */
function additive(): Architecture<AdditiveNetwork> {
  return {
    name: 'additive',
    patterns: 'none',
    degree: 0,
    slope: 0,
    separatesOutputs: true,
    accepts: (_, outputs) => (outputs === 1 ? null : 'one output'),
    program({ X, samples, columns, loss, beta }: TrainingData, _patterns, scope) {
      const rows = scope.copyOut(X);
      const matrices = Array.from({ length: columns }, (_, j) =>
        Float64Array.from({ length: 2 * samples }, (_, at) => rows[(at >> 1) * columns + j] ** (1 + (at & 1))),
      );
      const problem: MatrixProblem = {
        samples,
        outputs: 1,
        matrices,
        lengths: matrices.map(() => 2),
        blockOutput: matrices.map(() => 0),
        nonnegative: false,
        loss: 'squared',
        y: new Float64Array(samples),
        weights: null,
        beta,
      };
      const rowNorms = Float64Array.from({ length: samples }, (_, k) =>
        Math.sqrt(matrices.reduce((sum, matrix) => sum + matrix[2 * k] ** 2 + matrix[2 * k + 1] ** 2, 0)),
      );
      const program = matrixProgram(problem, scope);
      return { ...program, features: { ...program.features, rowNorms }, loss, beta };
    },
    network: (v) => new AdditiveNetwork(v),
  };
}

const n = 40;
const data = numbers(n * 3, 4, 2);
const X = Array.from({ length: n }, (_, k) => Array.from(data.subarray(3 * k, 3 * k + 3)));
const y = X.map(([a, b]) => 2 * a - a * a + 0.5 * b);
const options = { beta: 0.5, bias: false };

describe('a family that only this test knows', () => {
  it.each(['newton', 'fista', 'admm'] as const)('trains and is certified by %s', async (solver) => {
    const { network, certificate, status } = await train(additive(), X, y, { ...options, solver });
    expect(status).toBe('optimal');
    expect(certificate.provenGlobal).toBe(true);
    const loss = network.predict(X).reduce((sum, score, k) => sum + 0.5 * (score - y[k]) ** 2, 0);
    expect(Math.abs(loss + options.beta * network.weightPenalty() - certificate.objective)).toBeLessThan(1e-12);
    // The optimality condition of every block: X_j^T r = beta v_j / |v_j|, or at most beta where v_j = 0.
    const residual = network.predict(X).map((score, k) => y[k] - score);
    for (let j = 0; j < 3; j++) {
      const g = [1, 2].map((power) => X.reduce((sum, row, k) => sum + row[j] ** power * residual[k], 0));
      const v = network.v.subarray(2 * j, 2 * j + 2);
      const size = Math.hypot(...v);
      if (size === 0) expect(Math.hypot(...g)).toBeLessThanOrEqual(options.beta * (1 + 1e-6));
      else for (const [i, entry] of g.entries()) expect(Math.abs(entry - (options.beta * v[i]) / size)).toBeLessThan(1e-3);
    }
  });

  it('is saved, predicts, and has paths and cross-validation', async () => {
    const { network } = await train(additive(), X, y, options);
    const loaded = new AdditiveNetwork(Float64Array.from(JSON.parse(JSON.stringify(network)).v));
    expect(loaded.predict(X)).toEqual(network.predict(X));
    const path = await regularizationPath(additive(), X, y, { bias: false, values: 4, ratio: 0.1 });
    expect(path[0].network.neurons).toBe(0);
    expect(path[3].network.neurons).toBeGreaterThan(0);
    const { best } = await crossValidate(additive(), X, y, { bias: false, values: 4, ratio: 1e-3 });
    expect(best.score).toBeGreaterThan(0.9);
  });
});
