import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/architectures/architecture.js';
import {
  AbortedError,
  ArgumentError,
  betaMax,
  crossValidate,
  gatedRelu,
  Network,
  regularizationPath,
  type TrainResult,
  train,
} from '../../src/index.js';
import type { LocalModel } from '../../src/network/explain.js';
import type { TrainingData } from '../../src/program/training-data.js';
import type { Matrix } from '../../src/types.js';
import { numbers } from '../support/kernel-harness.js';
import { type MatrixProblem, matrixProgram } from '../support/matrix-program.js';
import { readSource, sourceFiles } from '../support/source-files.js';

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

/** Features and penalty of blocks that are all of one length; the loss is a placeholder. */
function ofMatrices(matrices: Float64Array[], samples: number, length: number, beta: number): MatrixProblem {
  return {
    samples,
    outputs: 1,
    matrices,
    lengths: matrices.map(() => length),
    blockOutput: matrices.map(() => 0),
    nonnegative: false,
    loss: 'squared',
    y: new Float64Array(samples),
    weights: null,
    beta,
  };
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
      const rowNorms = Float64Array.from({ length: samples }, (_, k) =>
        Math.sqrt(matrices.reduce((sum, matrix) => sum + matrix[2 * k] ** 2 + matrix[2 * k + 1] ** 2, 0)),
      );
      const program = matrixProgram(ofMatrices(matrices, samples, 2, beta), scope);
      return { ...program, features: { ...program.features, rowNorms }, loss, beta };
    },
    network: (v) => new AdditiveNetwork(v),
  };
}

/** sum_i 1[g_i^T x >= 0] v_i^T x with the gates of its patterns, kept by pairs (g, v). */
class PatchworkNetwork extends AdditiveNetwork {
  readonly gates: Float64Array;

  constructor(v: Float64Array, gates: Float64Array) {
    super(v);
    this.gates = gates;
  }

  override forward(X: Matrix): Float64Array {
    const d = X.columns;
    return Float64Array.from({ length: X.rows }, (_, k) => {
      let sum = 0;
      for (let at = 0; at < this.v.length; at += d) {
        let [score, gate] = [0, 0];
        for (let j = 0; j < d; j++) {
          score += this.v[at + j] * X.data[k * d + j];
          gate += this.gates[at + j] * X.data[k * d + j];
        }
        if (gate >= 0) sum += score;
      }
      return sum;
    });
  }

  override weightPenalty(): number {
    let sum = 0;
    for (let at = 0; at < this.v.length; at += width) sum += Math.hypot(...this.v.subarray(at, at + width));
    return sum;
  }
}

const width = 3;

/** Gated units as explicit matrices D_i X: what `gatedRelu` states, from patterns that the library finds for it. */
function patchwork(): Architecture<PatchworkNetwork> {
  return {
    name: 'patchwork',
    patterns: 'gates',
    degree: 1,
    slope: 0,
    separatesOutputs: true,
    accepts: (_, outputs) => (outputs === 1 ? null : 'one output'),
    program({ X, samples, columns, loss, beta }: TrainingData, patterns, scope) {
      const rows = scope.copyOut(X);
      const isOpen = (i: number, k: number) => (patterns.bits[i * patterns.stride + (k >> 3)] >> (k & 7)) & 1;
      const matrices = Array.from({ length: patterns.count }, (_, i) =>
        rows.map((entry, at) => (isOpen(i, Math.floor(at / columns)) ? entry : 0)),
      );
      return { ...matrixProgram(ofMatrices(matrices, samples, columns, beta), scope), loss, beta };
    },
    network(v, { gates }, { columns }) {
      if (!gates) throw new Error('gates belong to this network');
      const used = Array.from({ length: v.length / columns }, (_, i) => i).filter((i) =>
        v.subarray(i * columns, (i + 1) * columns).some((entry) => entry !== 0),
      );
      const chosen = (rows: Float64Array) =>
        Float64Array.from(used.flatMap((i) => [...rows.subarray(i * columns, (i + 1) * columns)]));
      return new PatchworkNetwork(chosen(v), chosen(gates));
    },
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

describe('a family with gates that only this test knows', () => {
  const few = X.slice(0, 14);
  const targets = few.map(([a, b]) => Math.abs(a) - Math.max(0, b));
  const attained = (network: PatchworkNetwork, beta: number) =>
    network.predict(few).reduce((sum, score, k) => sum + 0.5 * (score - targets[k]) ** 2, 0) + beta * network.weightPenalty();

  it.each(['all', 'priced', { sample: 10 }] as const)(
    'trains over patterns %j as the family of the library does',
    async (patterns) => {
      const call = { beta: 0.3, bias: false, patterns };
      const own = await train(patchwork(), few, targets, call);
      const known = await train(gatedRelu(), few, targets, call);
      expect(own.status).toBe('optimal');
      expect(own.certificate.patterns).toBe(known.certificate.patterns);
      expect(own.certificate.provenGlobal).toBe(known.certificate.provenGlobal);
      expect(Math.abs(own.certificate.objective - known.certificate.objective)).toBeLessThan(2e-6 * known.certificate.objective);
      expect(Math.abs(attained(own.network, call.beta) - own.certificate.objective)).toBeLessThan(1e-12);
      expect(own.certificate.patternBound).toBeLessThanOrEqual(own.certificate.objective);
      const saved = JSON.parse(JSON.stringify({ v: [...own.network.v], gates: [...own.network.gates] }));
      const loaded = new PatchworkNetwork(Float64Array.from(saved.v), Float64Array.from(saved.gates));
      expect(loaded.predict(X)).toEqual(own.network.predict(X));
    },
  );

  it('has the betaMax of its program, and the zero network above it', async () => {
    const options = { bias: false, patterns: 'all' } as const;
    const { beta, exact } = await betaMax(patchwork(), few, targets, options);
    expect(exact).toBe(true);
    expect(Math.abs(beta - (await betaMax(gatedRelu(), few, targets, options)).beta)).toBeLessThan(1e-12 * beta);
    expect((await train(patchwork(), few, targets, { ...options, beta: 1.001 * beta })).network.weightPenalty()).toBe(0);
    expect((await train(patchwork(), few, targets, { ...options, beta: 0.95 * beta })).network.weightPenalty()).toBeGreaterThan(
      0,
    );
  });

  it('ends at a signal with its best network, and refuses bad data', async () => {
    const stop = new AbortController();
    const call = { beta: 0.01, bias: false, signal: stop.signal, onProgress: () => stop.abort('enough') };
    const error = await train(patchwork(), few, targets, call).then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(AbortedError);
    const { network, certificate } = (error as AbortedError<TrainResult<PatchworkNetwork>>)
      .result as TrainResult<PatchworkNetwork>;
    expect(Math.abs(attained(network, 0.01) - certificate.objective)).toBeLessThan(1e-9 * certificate.objective);
    const bad = few.map((row, k) => (k === 2 ? row.map(() => Number.NaN) : row));
    await expect(train(patchwork(), bad, targets, { beta: 1 })).rejects.toBeInstanceOf(ArgumentError);
    const two = targets.map((target) => [target, 1]);
    await expect(train(patchwork(), few, two, { beta: 1, bias: false })).rejects.toThrow('one output');
  });
});

describe('the families of this test', () => {
  it('are known to no file of src/', () => {
    const known = sourceFiles('src').filter((file) =>
      /['"`](additive|patchwork)|(Additive|Patchwork)Network/.test(readSource(file)),
    );
    expect(known).toEqual([]);
  });
});
