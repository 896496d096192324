import type { Scope, Vector } from '../core/scope.js';

/** A direction w, |w| = 1, with |lambda^T phi(Xw)| and the sign of what is inside. */
export interface Climbed {
  readonly value: number;
  readonly sign: 1 | -1;
  readonly direction: Float64Array;
}

/** Arcs of one search, at most. */
const mostArcs = 40;

/**
 * Many local searches for the dual constraint as one product (assembly/arcs.ts): cheap, and blind for maxima on narrow ridges.
 * Values are good to single precision.
 */
export class ArcSearch {
  private readonly rows: number;

  /** Holds packed rows of X, which are the caller's to release. */
  constructor(
    X: Vector,
    private readonly samples: number,
    private readonly columns: number,
    private readonly slope: number,
    private readonly scope: Scope,
  ) {
    const { kernels } = scope;
    this.rows = scope.bytes(kernels.packedRowsBytes(samples, columns));
    kernels.packRowPanels(X.address, this.rows, samples, columns);
  }

  /** Where the searches from the rows of `starts` end, best first. */
  climb(lambda: Vector, starts: Float64Array): Climbed[] {
    const { samples, columns, slope, scope } = this;
    const { kernels } = scope;
    const count = starts.length / columns;
    return scope.child(() => {
      const directions = scope.copyIn(starts);
      const values = scope.zeros(count);
      const work = scope.bytes(kernels.climbArcsWorkspace(samples, columns));
      const { address } = directions;
      kernels.climbArcs(this.rows, lambda.address, slope, address, values.address, count, mostArcs, samples, columns, work);
      const ends = scope.view(directions);
      const climbed = Array.from(
        scope.view(values),
        (value, i): Climbed => ({
          value: Math.abs(value),
          sign: value < 0 ? -1 : 1,
          direction: ends.slice(i * columns, (i + 1) * columns),
        }),
      );
      return climbed.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
    });
  }
}
