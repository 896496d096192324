/**
 * B += sign * (D X C^T)(D X C^T)^T for one 0/1 mask D, columns C (k rows of d): lower triangle of n x n. Only the rows that
 * the mask selects take part, so a half-full mask costs a quarter of the dense product.
 *
 *   work   index: n i32 | rows: m x d | A: m x k | G: m x m (lower triangle), m rows selected | workspace of the products
 */
import { multiplyTransposed, multiplyTransposedWorkspace, symmetricProduct, symmetricProductWorkspace } from './multiply';

export function addMaskedOuterWorkspace(n: i32, d: i32, k: i32): f64 {
  const products = max<f64>(multiplyTransposedWorkspace(n, k, d), symmetricProductWorkspace(n, n, k));
  return <f64>((n * 4 + 31) & ~15) + (<f64>n * (<f64>d + <f64>k + <f64>n) + 6) * 8 + products;
}

export function addMaskedOuter(X: usize, bits: usize, C: usize, sign: f64, B: usize, n: i32, d: i32, k: i32, work: usize): void {
  const index = work;
  const rows = work + <usize>((n * 4 + 31) & ~15);
  const bytes = (<usize>d) << 3;
  let m = 0;
  for (let start = 0; start < n; start += 64) {
    let word = load<u64>(bits + (start >> 3));
    while (word != 0) {
      const row = start + <i32>ctz(word);
      word &= word - 1;
      store<i32>(index + ((<usize>m) << 2), row);
      memory.copy(rows + <usize>m * bytes, X + <usize>row * bytes, bytes);
      m++;
    }
  }
  if (m == 0) return;
  const A = (rows + ((<usize>(m * d)) << 3) + 15) & ~15;
  const G = (A + ((<usize>(m * k)) << 3) + 15) & ~15;
  const products = (G + ((<usize>(m * m)) << 3) + 15) & ~15;
  multiplyTransposed(rows, C, A, m, k, d, products);
  memory.fill(G, 0, (<usize>(m * m)) << 3);
  symmetricProduct(A, G, m, k, products);
  for (let i = 0; i < m; i++) {
    const target = B + ((<usize>(load<i32>(index + ((<usize>i) << 2)) * n)) << 3);
    const source = G + ((<usize>(i * m)) << 3);
    for (let j = 0; j <= i; j++) {
      const at = target + ((<usize>load<i32>(index + ((<usize>j) << 2))) << 3);
      store<f64>(at, load<f64>(at) + sign * load<f64>(source + ((<usize>j) << 3)));
    }
  }
}
