/** Parts of a training, as progress names them. */
export type Stage = 'patterns' | 'solve' | 'price' | 'prove' | 'conclude';

/** What work yields between two results: nothing, or the stage that begins. */
export type Pause = Stage | undefined;

/** Work that can be left at its pauses: who drives it looks at clocks, signals and the event loop there. */
export type Pausing<R> = Generator<Pause, R>;

/**
 * Operations of kernels (multiplications with additions) between two pauses, at most: some ten milliseconds. One pass over
 * the table, or over one of its columns for every row, is never divided.
 */
export const operationsPerPause = 1 << 25;

export const isPause = (value: unknown): value is Pause => value === undefined || typeof value === 'string';

/** Does the work without a stop. */
export function finish<R>(steps: Generator<unknown, R>): R {
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
}

/** How many parts of a job, each of so many operations, may be done between two pauses; at least one. */
export function partsPerPause(operations: number): number {
  return Math.max(1, Math.floor(operationsPerPause / Math.max(1, operations)));
}

/** Counts operations and says when a pause is due. */
export class Pace {
  private spent = 0;

  /** True when so many operations since the last pause are enough. */
  due(operations: number): boolean {
    this.spent += operations;
    if (this.spent < operationsPerPause) return false;
    this.spent = 0;
    return true;
  }
}
