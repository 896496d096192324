import type { Matrix } from '../types.js';

/** Rows on their way: leaves in chunks of one size, however they came. */
export class RowBuffer {
  /** Of the rows; null before the first. */
  columns: number | null = null;
  length = 0;
  private readonly size: number;
  private data = new Float64Array(0);
  private readonly targets: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.targets = new Float64Array(size);
  }

  /** @param leave - called with every chunk that is full; the arrays are used again afterwards. */
  push({ data, rows, columns }: Matrix, y: Float64Array, leave: (X: Matrix, y: Float64Array) => void): void {
    if (this.columns === null) {
      this.columns = columns;
      this.data = new Float64Array(this.size * columns);
    }
    for (let from = 0; from < rows; ) {
      const taken = Math.min(this.size - this.length, rows - from);
      this.data.set(data.subarray(from * columns, (from + taken) * columns), this.length * columns);
      this.targets.set(y.subarray(from, from + taken), this.length);
      this.length += taken;
      from += taken;
      if (this.length === this.size) this.flush(leave);
    }
  }

  /** What is there, as one chunk. */
  flush(leave: (X: Matrix, y: Float64Array) => void): void {
    const { length, columns } = this;
    if (length === 0 || columns === null) return;
    this.length = 0;
    leave({ data: this.data.subarray(0, length * columns), rows: length, columns }, this.targets.subarray(0, length));
  }
}
