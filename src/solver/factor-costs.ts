/** Operations of a factor in samples, of `columns` outer products, and of one in K coefficients. */
export function factorCosts(rows: number, columns: number, K: number): [number, number] {
  return [(rows * rows * columns) / 3 + (rows * rows * rows) / 3, rows * K * K + (K * K * K) / 3];
}
