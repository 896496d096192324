import { type Scope, slice, type Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';
import { Pace, type Pausing } from '../pausing.js';
import { isSmooth, type Program, type SmoothRegularizer } from '../program/program.js';
import { conjugateGradients } from './conjugate-gradients.js';
import { factorCosts } from './factor-costs.js';
import { factorize } from './factorize.js';
import { symmetricProductSteps } from './pausing-kernels.js';
import { type BlockGroup as Group, ProxOperator } from './prox-operator.js';

/** Iterations that have to be cheaper than a factorization before they are tried, and the most where nothing can be factored. */
const fewestIterations = 25;
const mostIterations = 2000;

/** How much slower products with a vector are than those of matrices: they wait for memory. */
const memoryBound = 8;

/** F, the fit with the loss's curvature there (its diagonal), and sigma. */
interface Equation {
  readonly F: Vector;
  readonly fit: Vector;
  readonly curvature: Vector;
  readonly sigma: number;
}

/** Columns of a group, and the solve with its diagonal block. */
interface Preconditioned {
  readonly group: Group;
  readonly U: Vector;
  readonly K: number;
  solve(from: Vector, to: Vector): void;
}

/**
 * The semismooth Newton equation in fit space, (I + sigma B W) delta = -F, with W the curvature of the loss and
 * B = T J T^T, J the derivative of the prox. With J = R R^T and U = T R, x = U^T W delta solves the symmetric
 * (I + sigma U^T W U) x = -U^T W F, and delta = -F - sigma U x: no inverse of W, which may vanish (hinge, Huber).
 *
 * Diagonal W decouples the outputs; each is factored where it is smaller, in coefficients (columns of U, cost
 * n K^2 + K^3/3) or in samples (I + sigma S B S, S = W^(1/2), cost n^2 active + n^3/3, whatever d). Losses that couple
 * outputs take conjugate gradients with the decoupled factors as preconditioner. Where samples are many, iterations with
 * {@link ProxOperator} come first: 3 to 5 times faster at n = 2000, and no matrix is formed.
 */
export class NewtonSystem {
  private readonly program: Program;
  private readonly regularizer: SmoothRegularizer;
  private readonly scope: Scope;

  constructor(program: Program, scope: Scope) {
    if (!isSmooth(program.regularizer)) throw new InternalError('Newton steps need the derivative of the prox');
    this.program = program;
    this.regularizer = program.regularizer;
    this.scope = scope;
  }

  /**
   * delta for the blocks active in the last prox. True: by iterations, to `accuracy` in the norm of W. False: by factors, to
   * rounding (for losses that couple outputs, almost).
   */
  *solve(equation: Equation, accuracy: number, delta: Vector): Pausing<boolean> {
    const mark = this.scope.mark();
    const groups = this.groups(this.regularizer.active());
    const iterated = yield* this.iterate(groups, equation, accuracy, delta);
    if (!iterated) yield* this.factor(groups, equation, delta);
    this.scope.release(mark);
    return iterated;
  }

  /** At most as many iterations as cost what factors do. */
  private *iterate(groups: Group[], { F, fit, curvature, sigma }: Equation, accuracy: number, delta: Vector): Pausing<boolean> {
    const { offsets } = this.program.features;
    let once = 0;
    let direct = 0;
    for (const group of groups) {
      if (group.blocks.length === 0) continue;
      // Tables of subset sums run at three times the speed of dense products.
      once += (4 * group.rows * group.blocks.length * (offsets[group.blocks[0] + 1] - offsets[group.blocks[0]])) / 3;
      direct += Math.min(...this.costs(group));
    }
    const most = Math.min(direct / once, mostIterations);
    if (!(most >= fewestIterations)) return false;
    const operator = ProxOperator.of(this.program, groups, this.scope);
    const multiply = (x: Vector, out: Vector) => this.applyCurvature(fit, curvature, x, out);
    return operator ? yield* operator.solve(F, multiply, sigma, accuracy, most, delta) : false;
  }

  /**
   * First-order iterations that cost what one factored step with every block active does; zero where maps are structured, whose
   * steps are cheap from the start.
   */
  iterationsOfFactor(): number {
    const { offsets, addSampleGram } = this.program.features;
    if (addSampleGram) return 0;
    let direct = 0;
    let once = 0;
    for (const { rows, blocks } of this.groups(Int32Array.from({ length: offsets.length - 1 }, (_, b) => b))) {
      const K = blocks.reduce((sum, b) => sum + offsets[b + 1] - offsets[b], 0);
      direct += Math.min(...factorCosts(rows, K, K));
      once += 4 * rows * K;
    }
    return direct / (memoryBound * once);
  }

  private *factor(groups: Group[], { F, fit, curvature, sigma }: Equation, delta: Vector): Pausing<void> {
    const { loss, features } = this.program;
    const coupled = loss.applyCurvature !== undefined;
    if (coupled && features.blockOutput !== null) yield* this.solveCoupled(groups, F, fit, curvature, sigma, delta);
    else for (const group of groups) yield* this.solveGroup(group, F, fit, curvature, sigma, delta);
  }

  private groups(active: Int32Array): Group[] {
    const { samples, outputs, blockOutput } = this.program.features;
    if (blockOutput === null) return [{ start: 0, rows: samples * outputs, blocks: active }];
    return Array.from({ length: outputs }, (_, c) => ({
      start: c * samples,
      rows: samples,
      blocks: active.filter((b) => blockOutput[b] === c),
    }));
  }

  /** U of a group, K x rows (row i = column i of T R), and K. */
  private *columns(group: Group, blocks: ArrayLike<number>): Pausing<{ U: Vector; K: number }> {
    const { regularizer } = this;
    const { features } = this.program;
    const { offsets } = features;
    const length = (b: number) => offsets[b + 1] - offsets[b];
    let most = 0;
    let bound = 0;
    for (let i = 0; i < blocks.length; i++) {
      most = Math.max(most, length(blocks[i]));
      bound += length(blocks[i]);
    }
    const factor = this.scope.vector(most * most);
    const U = this.scope.vector(bound * group.rows);
    const pace = new Pace();
    let K = 0;
    for (let i = 0; i < blocks.length; i++) {
      const k = regularizer.factor(blocks[i], factor);
      features.applyColumns(blocks[i], factor, k, slice(U, K * group.rows, k * group.rows));
      K += k;
      if (pace.due(most * most * group.rows)) yield;
    }
    return { U: slice(U, 0, K * group.rows), K };
  }

  private *solveGroup(group: Group, F: Vector, fit: Vector, curvature: Vector, sigma: number, delta: Vector): Pausing<void> {
    const { kernels } = this.scope;
    const { rows, start } = group;
    const residual = slice(F, start, rows);
    const out = slice(delta, start, rows);
    if (group.blocks.length === 0) {
      kernels.copyVector(residual.address, out.address, rows);
      kernels.scaleVector(-1, out.address, rows);
      return;
    }
    const weights = slice(curvature, start, rows);
    const mark = this.scope.mark();
    if (this.prefersSamples(group)) yield* this.solveInSamples(group, residual, weights, sigma, out);
    else yield* this.solveInCoefficients(group, residual, fit, weights, sigma, out);
    this.scope.release(mark);
  }

  private prefersSamples(group: Group): boolean {
    const { loss, features } = this.program;
    if (loss.applyCurvature && features.blockOutput === null) return false;
    const [inSamples, inCoefficients] = this.costs(group);
    return inSamples < inCoefficients;
  }

  /** Operations of the two forms, in samples and in coefficients; structured sample matrices run at about three times the speed. */
  private costs({ rows, blocks }: Group): [number, number] {
    const { regularizer } = this;
    const { offsets, addSampleGram } = this.program.features;
    let K = 0;
    let columns = 0;
    for (const b of blocks) {
      const rank = regularizer.rank(b);
      K += rank;
      columns += addSampleGram ? Math.min(rank, 1 + offsets[b + 1] - offsets[b] - rank) : rank;
    }
    const structured = addSampleGram ? (rows * rows * blocks.length) / 3 : 0;
    const [inSamples, inCoefficients] = factorCosts(rows, columns, K);
    return [structured + inSamples, inCoefficients];
  }

  private *solveInCoefficients(group: Group, F: Vector, fit: Vector, weights: Vector, sigma: number, out: Vector): Pausing<void> {
    const { scope } = this;
    const { kernels } = scope;
    const { rows } = group;
    const { U, K } = yield* this.columns(group, group.blocks);
    const x = scope.vector(K);
    const weighted = scope.vector(rows);
    this.applyCurvature(fit, weights, F, weighted);
    kernels.multiplyVector(U.address, weighted.address, x.address, K, rows);
    kernels.scaleVector(-1, x.address, K);
    const L = yield* this.coefficientFactor(U, K, rows, fit, weights, sigma);
    kernels.choleskySolve(L.address, x.address, K);
    this.combine(U, K, rows, x, F, sigma, out);
  }

  /** out = -F - sigma U x */
  private combine(U: Vector, K: number, rows: number, x: Vector, F: Vector, sigma: number, out: Vector): void {
    const { kernels } = this.scope;
    kernels.multiplyTransposedVector(U.address, x.address, out.address, K, rows);
    kernels.scaleVector(-sigma, out.address, rows);
    kernels.addScaled(-1, F.address, out.address, rows);
  }

  /** W x: diagonal, or the loss's own product when it couples the outputs of a joint group. */
  private applyCurvature(fit: Vector, weights: Vector, x: Vector, out: Vector): void {
    const { loss } = this.program;
    if (loss.applyCurvature && x.length === fit.length) loss.applyCurvature(fit, x, out);
    else this.scope.kernels.multiplyElements(weights.address, x.address, out.address, x.length);
  }

  /** Cholesky factor of I + sigma U W U^T, K x K. */
  private *coefficientFactor(U: Vector, K: number, rows: number, fit: Vector, weights: Vector, sigma: number): Pausing<Vector> {
    const { scope } = this;
    const { kernels } = scope;
    const gram = scope.zeros(K * K);
    const scaled = scope.vector(K * rows);
    if (this.program.loss.applyCurvature && rows === fit.length && this.program.features.blockOutput === null) {
      for (let i = 0; i < K; i++) this.program.loss.applyCurvature(fit, slice(U, i * rows, rows), slice(scaled, i * rows, rows));
      const work = scope.bytes(kernels.multiplyTransposedWorkspace(K, K, rows));
      kernels.multiplyTransposed(scaled.address, U.address, gram.address, K, K, rows, work);
    } else {
      const roots = scope.vector(rows);
      kernels.squareRoots(weights.address, roots.address, rows);
      kernels.scaleColumns(U.address, roots.address, scaled.address, K, rows);
      yield* symmetricProductSteps(scaled, gram, K, rows, scope);
    }
    kernels.shiftScaled(gram.address, 0, sigma, gram.address, K);
    yield* factorize(gram, K, scope);
    return gram;
  }

  /** Lower triangle of B = sum_b T_b J_b T_b^T of one group, rows x rows. */
  private *sampleMatrix(group: Group): Pausing<Vector> {
    const { scope } = this;
    const { regularizer } = this;
    const { features } = this.program;
    const { rows, blocks } = group;
    const B = scope.zeros(rows * rows);
    const mark = scope.mark();
    if (features.addSampleGram && features.applyEach && features.addOuterProduct && regularizer.shrinkage) {
      const lengths = Array.from(blocks, (b) => features.offsets[b + 1] - features.offsets[b]);
      const most = Math.max(...lengths);
      const parts = scope.vector(most * most);
      const directions: number[] = [];
      const simple: number[] = [];
      const scales: number[] = [];
      blocks.forEach((b, i) => {
        const form = regularizer.shrinkage?.(b, parts) ?? null;
        // With most directions removed the factor has fewer columns than the complement.
        if (form === null || 2 * form.removed > lengths[i]) {
          features.addOuterProduct?.(b, parts, regularizer.factor(b, parts), 1, B);
          return;
        }
        for (const entry of scope.view(slice(parts, 0, lengths[i]))) directions.push(entry);
        simple.push(b);
        scales.push(1 - form.shrink);
        if (form.removed > 0)
          features.addOuterProduct?.(b, slice(parts, lengths[i], form.removed * lengths[i]), form.removed, -1, B);
      });
      if (simple.length > 0) {
        const chosen = Int32Array.from(simple);
        yield* features.addSampleGram(chosen, Float64Array.from(scales), B);
        const along = scope.vector(simple.length * rows);
        features.applyEach(chosen, scope.copyIn(directions), along);
        yield* this.addOuterProducts(along, B, rows);
      }
    } else yield* this.addOuterProducts((yield* this.columns(group, blocks)).U, B, rows);
    scope.release(mark);
    return B;
  }

  /** B += U^T U for rows U of length `rows`: lower triangle. */
  private *addOuterProducts(U: Vector, B: Vector, rows: number): Pausing<void> {
    const { scope } = this;
    const { kernels } = scope;
    const K = U.length / rows;
    const mark = scope.mark();
    const transposed = scope.vector(rows * K);
    kernels.transposeMatrix(U.address, transposed.address, K, rows);
    yield* symmetricProductSteps(transposed, B, rows, K, scope);
    scope.release(mark);
  }

  private *solveInSamples(group: Group, F: Vector, weights: Vector, sigma: number, out: Vector): Pausing<void> {
    const { scope } = this;
    const { kernels } = scope;
    const { rows } = group;
    const B = yield* this.sampleMatrix(group);
    const roots = scope.vector(rows);
    kernels.squareRoots(weights.address, roots.address, rows);
    const H = yield* this.sampleFactor(B, roots, sigma, rows);
    const u = scope.vector(rows);
    kernels.multiplyElements(roots.address, F.address, u.address, rows);
    kernels.scaleVector(-1, u.address, rows);
    kernels.choleskySolve(H.address, u.address, rows);
    kernels.multiplyElements(roots.address, u.address, u.address, rows);
    kernels.multiplySymmetricVector(B.address, u.address, out.address, rows);
    kernels.scaleVector(-sigma, out.address, rows);
    kernels.addScaled(-1, F.address, out.address, rows);
  }

  /** Cholesky factor of I + sigma S B S. */
  private *sampleFactor(B: Vector, roots: Vector, sigma: number, rows: number): Pausing<Vector> {
    const H = this.scope.vector(rows * rows);
    this.scope.kernels.shiftScaled(B.address, roots.address, sigma, H.address, rows);
    yield* factorize(H, rows, this.scope);
    return H;
  }

  /** Conjugate gradients on (I + sigma U^T W U) x = -U^T W F over all outputs; preconditioner: W without its coupling. */
  private *solveCoupled(groups: Group[], F: Vector, fit: Vector, curvature: Vector, sigma: number, delta: Vector): Pausing<void> {
    const { scope } = this;
    const { kernels } = scope;
    const { loss } = this.program;
    const N = F.length;
    const parts: Preconditioned[] = [];
    for (const group of groups) if (group.blocks.length > 0) parts.push(yield* this.preconditioned(group, fit, curvature, sigma));
    const total = parts.reduce((sum, part) => sum + part.K, 0);
    const [x, r] = [scope.zeros(total), scope.zeros(total)];
    const [image, weighted] = [scope.zeros(N), scope.zeros(N)];
    const gather = (from: Vector, to: Vector) => {
      let at = 0;
      for (const { U, K, group } of parts) {
        kernels.multiplyVector(U.address, from.address + 8 * group.start, to.address + 8 * at, K, group.rows);
        at += K;
      }
    };
    const spread = (from: Vector, to: Vector) => {
      kernels.fill(to.address, 0, N);
      let at = 0;
      for (const { U, K, group } of parts) {
        kernels.multiplyTransposedVector(U.address, from.address + 8 * at, to.address + 8 * group.start, K, group.rows);
        at += K;
      }
    };
    const precondition = (from: Vector, to: Vector) => {
      let at = 0;
      for (const part of parts) {
        part.solve(slice(from, at, part.K), slice(to, at, part.K));
        at += part.K;
      }
    };
    const multiply = (from: Vector, to: Vector) => {
      spread(from, image);
      loss.applyCurvature?.(fit, image, weighted);
      gather(weighted, to);
      kernels.scaleVector(sigma, to.address, total);
      kernels.addScaled(1, from.address, to.address, total);
    };
    loss.applyCurvature?.(fit, F, weighted);
    gather(weighted, r);
    kernels.scaleVector(-1, r.address, total);
    yield* conjugateGradients(multiply, precondition, r, x, 1e-10, 300, 3 * total * groups[0].rows, scope);
    spread(x, delta);
    kernels.scaleVector(-sigma, delta.address, N);
    kernels.addScaled(-1, F.address, delta.address, N);
  }

  /** Columns of a group and the solve with I + sigma U^T W_c U, W_c the diagonal of the curvature. */
  private *preconditioned(group: Group, fit: Vector, curvature: Vector, sigma: number): Pausing<Preconditioned> {
    const { scope } = this;
    const { kernels } = scope;
    const { rows, start } = group;
    const { U, K } = yield* this.columns(group, group.blocks);
    const weights = slice(curvature, start, rows);
    if (!this.prefersSamples(group)) {
      const L = yield* this.coefficientFactor(U, K, rows, fit, weights, sigma);
      const solve = (from: Vector, to: Vector) => {
        kernels.copyVector(from.address, to.address, K);
        kernels.choleskySolve(L.address, to.address, K);
      };
      return { group, U, K, solve };
    }
    // Woodbury: (I + sigma A^T A)^-1 = I - sigma A^T (I + sigma A A^T)^-1 A with A = S U^T.
    const roots = scope.vector(rows);
    kernels.squareRoots(weights.address, roots.address, rows);
    const H = yield* this.sampleFactor(yield* this.sampleMatrix(group), roots, sigma, rows);
    const u = scope.vector(rows);
    const image = scope.vector(K);
    const solve = (from: Vector, to: Vector) => {
      kernels.multiplyTransposedVector(U.address, from.address, u.address, K, rows);
      kernels.multiplyElements(roots.address, u.address, u.address, rows);
      kernels.choleskySolve(H.address, u.address, rows);
      kernels.multiplyElements(roots.address, u.address, u.address, rows);
      kernels.multiplyVector(U.address, u.address, image.address, K, rows);
      kernels.copyVector(from.address, to.address, K);
      kernels.addScaled(-sigma, image.address, to.address, K);
    };
    return { group, U, K, solve };
  }
}
