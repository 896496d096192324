import { openKernelsSync } from '../../src/core/load.js';
import { Scope, type Vector } from '../../src/core/scope.js';
import { loss, slope, type TrainingProblem, type Weights } from './objective.js';

/** Weights of one run in the core's memory, the objective there and its gradient over some rows, in the core's dense products. */
export class Gradient {
  readonly W: Float64Array;
  readonly a: Float64Array;
  readonly ofW: Float64Array;
  readonly ofA: Float64Array;
  private readonly problem: TrainingProblem;
  private readonly scope = new Scope(openKernelsSync());
  private readonly weights: Vector;
  private readonly inputs: Vector;
  private readonly batch: Vector;
  private readonly products: Vector;
  private readonly gradient: Vector;
  private readonly scores: Float64Array;
  private readonly rows: Float64Array;
  private readonly work: number;
  private readonly f: Float64Array;

  /** @param most - rows of the largest batch, if batches are not the whole. */
  constructor(problem: TrainingProblem, start: Weights, most: number) {
    const { n, d, outputs } = problem;
    const units = start.a.length;
    const { scope } = this;
    this.problem = problem;
    this.weights = scope.copyIn(start.W);
    this.inputs = scope.copyIn(problem.X);
    this.batch = most < n ? scope.vector(most * d) : this.inputs;
    this.products = scope.vector(units * n);
    this.gradient = scope.vector(units * d);
    const { kernels } = scope;
    this.work = scope.bytes(Math.max(kernels.multiplyTransposedWorkspace(units, n, d), kernels.multiplyWorkspace(units, d, n)));
    this.W = scope.view(this.weights);
    this.a = start.a.slice();
    this.ofW = scope.view(this.gradient);
    this.ofA = new Float64Array(units);
    this.scores = scope.view(this.products);
    this.rows = scope.view(this.batch);
    this.f = new Float64Array(n * outputs);
  }

  /** The whole objective; afterwards `differentiate` gives its gradient. */
  value(): number {
    const { beta } = this.problem;
    let value = this.forward(this.inputs, null);
    for (let i = 0; i < this.W.length; i++) value += 0.5 * beta * this.W[i] * this.W[i];
    for (let j = 0; j < this.a.length; j++) value += 0.5 * beta * this.a[j] * this.a[j];
    return value;
  }

  /** The gradient of the whole objective; `value` must have been called at these weights. */
  differentiate(): void {
    this.backward(this.inputs, this.problem.n, 1);
  }

  /** The same for some rows, which stand for all. */
  differentiateOn(rows: Int32Array): void {
    const { X, n, d } = this.problem;
    rows.forEach((k, at) => {
      this.rows.set(X.subarray(k * d, (k + 1) * d), at * d);
    });
    this.forward(this.batch, rows);
    this.backward(this.batch, rows.length, n / rows.length);
  }

  /** Scores of all rows of `inputs`, slopes of the loss in their place in `f`; returns the loss. */
  private forward(inputs: Vector, rows: Int32Array | null): number {
    const { y, n, d, outputs, loss: name } = this.problem;
    const { kernels } = this.scope;
    const { a, f, scores, work } = this;
    const units = a.length;
    const group = units / outputs;
    const count = rows?.length ?? n;
    kernels.multiplyTransposed(this.weights.address, inputs.address, this.products.address, units, count, d, work);
    f.fill(0);
    for (let j = 0; j < units; j++) {
      const c = Math.floor(j / group) * count;
      for (let k = 0; k < count; k++) if (scores[j * count + k] > 0) f[c + k] += a[j] * scores[j * count + k];
    }
    let value = 0;
    for (let k = 0; k < count; k++) {
      const row = rows === null ? k : rows[k];
      for (let c = 0; c < outputs; c++) {
        const target = y[row * outputs + c];
        const score = f[c * count + k];
        value += loss[name](score, target);
        f[c * count + k] = slope[name](score, target);
      }
    }
    return value;
  }

  private backward(inputs: Vector, count: number, scale: number): void {
    const { d, outputs, beta } = this.problem;
    const { W, a, f, scores, ofW, ofA } = this;
    const units = a.length;
    const group = units / outputs;
    for (let j = 0; j < units; j++) {
      const c = Math.floor(j / group) * count;
      let sum = 0;
      for (let k = 0; k < count; k++) {
        const z = scores[j * count + k];
        if (z > 0) sum += f[c + k] * z;
        scores[j * count + k] = z > 0 ? scale * f[c + k] * a[j] : 0;
      }
      ofA[j] = beta * a[j] + scale * sum;
    }
    this.scope.kernels.multiply(this.products.address, inputs.address, this.gradient.address, units, d, count, this.work);
    for (let i = 0; i < ofW.length; i++) ofW[i] += beta * W[i];
  }
}
