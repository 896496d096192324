/** A matrix as results are returned: row-major numbers with their shape. */
export class Table {
  /** Row-major, rows x columns. */
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];

  constructor(data: Float64Array, columns: number) {
    this.data = data;
    this.shape = [data.length / columns, columns];
  }

  /** One plain array for every row. */
  toArray(): number[][] {
    const [rows, columns] = this.shape;
    return Array.from({ length: rows }, (_, i) => [...this.data.subarray(i * columns, (i + 1) * columns)]);
  }
}
