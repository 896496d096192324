import type { Scope, Vector } from '../core/scope.js';
import { norm } from '../data/vector.js';
import { ascend, type Climber, firstStep } from './ascent.js';
import { directionsOf, distinct } from './gate-pricer.js';
import type { Column, Pricer } from './pricer.js';
import { type SelectionInput, selectionBits, selectRows } from './selections.js';

/** Rounds of the ascent of all starts, and of the best of them. */
const firstRounds = 10;
const laterRounds = 20;
const survivors = 64;
/** Cells from which the search goes on over exact maximizers, and most of them that it passes through. */
const polished = 24;
const mostMoves = 60;

/** |w| = 1, the rows that it selects, sign * lambda^T max(0, max_k X_k w) and the gradient of that in w. */
interface Valued extends Climber {
  readonly w: Float64Array;
  readonly selected: Int32Array;
  readonly gradient: Float64Array;
}

/**
 * Local search for selections of max pooling over the whole image that violate the dual constraint (math-architectures.md 5.2): the
 * maximum of +-lambda^T max(0, max_k X_k w) over |w| <= 1. Inside a selection's cone the function is g^T w, g the sum of
 * lambda_r times the patch selected, and its maximum is the projection of g on the cone. Gradient steps from all starts, then from
 * the best of them over such exact maximizers, from a cone to one that shares the face on which its maximizer lies.
 */
export function selectionPricer(input: SelectionInput, scope: Scope): Pricer {
  const rows = scope.copyOut(input.rows);
  return {
    jointly: 1,
    directionLength: input.columns,
    startsOf: (v) => directionsOf(v, input.columns),
    price(lambda, starts, wanted, inner) {
      const found: Column[] = [];
      for (const sign of [1, -1] as const) {
        const multipliers = inner.copyOut(lambda).map((entry) => sign * entry);
        inner.child((own) => {
          const climbed = climb(input, rows, multipliers, starts, own).filter(({ value }) => value > 0 && value >= wanted);
          const cells = distinct(climbed.map((point) => columnOf(input, point)));
          found.push(...cells, ...maximize(input, rows, multipliers, climbed.slice(0, polished), own));
        });
      }
      return distinct(found.sort((a, b) => b.value - a.value));
    },
  };
}

function columnOf(input: SelectionInput, { value, selected, w }: Pick<Valued, 'value' | 'selected' | 'w'>): Column {
  return { value, bits: selectionBits(input, selected), direction: w, gate: null };
}

/** Gradient ascent over the sphere, best first. */
function climb(input: SelectionInput, rows: Float64Array, lambda: Float64Array, starts: Float64Array, scope: Scope): Valued[] {
  const d = input.columns;
  const evaluate = evaluation(input, rows, lambda, starts.length / d, scope);
  const propose = (from: readonly Valued[]) =>
    evaluate(
      from.map(({ w, gradient, step }) => {
        const length = norm(gradient);
        return length > 0 ? w.map((entry, j) => entry + (step * gradient[j]) / length) : w;
      }),
    );
  const all = evaluate(Array.from({ length: starts.length / d }, (_, i) => starts.subarray(i * d, (i + 1) * d)));
  const best = ascend(all, propose, firstRounds).sort((a, b) => b.value - a.value);
  return ascend(best.slice(0, survivors), propose, laterRounds).sort((a, b) => b.value - a.value);
}

/** Normalizes many directions; their values and gradients by one product with the patches. */
function evaluation(input: SelectionInput, rows: Float64Array, lambda: Float64Array, most: number, scope: Scope) {
  const { columns: d, samples, region } = input;
  const count = region.length * samples;
  const { kernels } = scope;
  const [directions, scores] = [scope.vector(most * d), scope.vector(most * count)];
  const work = scope.bytes(kernels.multiplyTransposedWorkspace(most, count, d));
  return (points: readonly Float64Array[]): Valued[] => {
    const units = points.map((point) => {
      const length = norm(point);
      return length > 0 ? point.map((entry) => entry / length) : point.slice();
    });
    units.forEach((w, i) => {
      scope.view(directions).set(w, i * d);
    });
    kernels.multiplyTransposed(directions.address, input.rows.address, scores.address, points.length, count, d, work);
    const z = scope.view(scores);
    return units.map((w, i): Valued => {
      const selected = selectRows(input, z.subarray(i * count, (i + 1) * count));
      const gradient = gradientOf(rows, lambda, selected, d);
      return { w, selected, gradient, value: dot(gradient, w), step: firstStep };
    });
  };
}

/** The sum of lambda_r times the patch that sample r selects. */
function gradientOf(rows: Float64Array, lambda: Float64Array, selected: Int32Array, d: number): Float64Array {
  const gradient = new Float64Array(d);
  for (let r = 0; r < selected.length; r++) {
    const row = selected[r];
    if (row >= 0) for (let j = 0; j < d; j++) gradient[j] += lambda[r] * rows[row * d + j];
  }
  return gradient;
}

/** From each point on: the exact maximizer of its cone, then of a cone that shares its face and is better, until none is. */
function maximize(
  input: SelectionInput,
  rows: Float64Array,
  lambda: Float64Array,
  from: readonly Valued[],
  scope: Scope,
): Column[] {
  const { columns: d } = input;
  const cone = new SelectionCone(input, rows, scope);
  const passed = new Set<string>();
  const found: Column[] = [];
  for (const { selected: first } of from) {
    cone.move(first);
    let best = cone.project(gradientOf(rows, lambda, first, d), 0);
    for (let move = 0; best && move < mostMoves; move++) {
      const { value, selected } = best;
      const key = selected.join();
      if (passed.has(key)) break;
      passed.add(key);
      found.push(columnOf(input, best));
      const across = cone.across(best.active);
      best = null;
      for (const neighbour of across) {
        cone.move(neighbour);
        best = cone.project(gradientOf(rows, lambda, neighbour, d), value * (1 + 1e-9));
        if (best) break;
      }
    }
  }
  return found;
}

/** The cone of a selection: K rows for every sample, all non-negative inside. */
class SelectionCone {
  private readonly input: SelectionInput;
  private readonly patches: Float64Array;
  private readonly scope: Scope;
  private readonly rows: Vector;
  private readonly inverseNorms: Vector;
  private readonly ones: number;
  private readonly target: Vector;
  private readonly projection: Vector;
  private readonly set: number;
  private readonly work: number;
  private selected: Int32Array = new Int32Array(0);

  constructor(input: SelectionInput, patches: Float64Array, scope: Scope) {
    const { columns: d, samples, region } = input;
    const count = region.length * samples;
    this.input = input;
    this.patches = patches;
    this.scope = scope;
    this.rows = scope.vector(count * d);
    this.inverseNorms = scope.vector(count);
    this.ones = scope.bytes((count >> 3) + 16);
    scope.raw(this.ones, (count >> 3) + 16).fill(255);
    this.target = scope.vector(d);
    this.projection = scope.vector(d);
    this.set = scope.bytes((d + 1) * 4);
    this.work = scope.bytes(scope.kernels.projectConeWorkspace(d));
  }

  /** Only samples whose selection changes get other rows. */
  move(selected: Int32Array): void {
    selected.forEach((row, r) => {
      if (this.selected[r] !== row) this.write(r, row);
    });
    this.selected = selected;
  }

  /** The maximizer of g^T w over the cone and |w| <= 1, with the rows on whose boundary it lies; null unless above `least`. */
  project(g: Float64Array, least: number): (Pick<Valued, 'value' | 'selected' | 'w'> & { readonly active: Int32Array }) | null {
    const { scope, input, selected } = this;
    const { columns: d, samples, region } = input;
    scope.view(this.target).set(g);
    scope.integers(this.set, 1)[0] = 0;
    const value = scope.kernels.projectCone(
      this.rows.address,
      this.inverseNorms.address,
      this.ones,
      this.target.address,
      least,
      this.set,
      this.projection.address,
      region.length * samples,
      d,
      this.work,
    );
    if (!(value > least) || !(value > 0)) return null;
    const w = scope.copyOut(this.projection).map((entry) => entry / value);
    const count = scope.integers(this.set, 1)[0];
    return { value, selected, w, active: scope.integers(this.set + 4, count).slice() };
  }

  /** The selections beyond single active rows. */
  across(active: Int32Array): Int32Array[] {
    const { samples } = this.input;
    return Array.from(active, (row) => {
      const r = row % samples;
      const next = this.selected.slice();
      // The row of the patch selected is its own score; another one's is what it lacks.
      next[r] = row === this.selected[r] ? -1 : row;
      return next;
    });
  }

  /** x_c >= 0 and x_c - x_l >= 0 of the patch c selected, or -x_l >= 0; patch k stands in row k n + r. */
  private write(r: number, chosen: number): void {
    const { columns: d, samples, region } = this.input;
    const [rows, norms] = [this.scope.view(this.rows), this.scope.view(this.inverseNorms)];
    for (let row = r; row < region.length * samples; row += samples) {
      let square = 0;
      for (let j = 0; j < d; j++) {
        const own = chosen < 0 ? 0 : this.patches[chosen * d + j];
        const entry = row === chosen ? own : own - this.patches[row * d + j];
        rows[row * d + j] = entry;
        square += entry * entry;
      }
      norms[row] = square > 0 ? 1 / Math.sqrt(square) : 0;
    }
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j] * y[j];
  return sum;
}
