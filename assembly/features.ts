/** Small steps of the feature maps around the masked products. Matrices are row-major. */
import { addScaled, dot } from './dense';

/** out_k = A_k . B_k where row k of B starts `strideB` doubles after row k - 1. */
export function stridedRowDots(A: usize, B: usize, out: usize, rows: i32, columns: i32, strideB: i32): void {
  for (let k = 0; k < rows; k++) {
    store<f64>(out + ((<usize>k) << 3), dot(A + ((<usize>(k * columns)) << 3), B + ((<usize>(k * strideB)) << 3), columns));
  }
}

/** Row k of out = r_k times row k of X; rows of out start `strideOut` doubles apart. */
export function stridedScaleRows(X: usize, r: usize, out: usize, rows: i32, columns: i32, strideOut: i32): void {
  for (let k = 0; k < rows; k++) {
    const scale = load<f64>(r + ((<usize>k) << 3));
    const source = X + ((<usize>(k * columns)) << 3);
    const target = out + ((<usize>(k * strideOut)) << 3);
    for (let j: usize = 0; j < (<usize>columns) << 3; j += 8) store<f64>(target + j, scale * load<f64>(source + j));
  }
}

/** out = sum of the rows of A. */
export function sumRows(A: usize, out: usize, rows: i32, columns: i32): void {
  memory.fill(out, 0, (<usize>columns) << 3);
  for (let k = 0; k < rows; k++) addScaled(1, A + ((<usize>(k * columns)) << 3), out, columns);
}

/** Every row of A += scale * x. */
export function addToRows(scale: f64, x: usize, A: usize, rows: i32, columns: i32): void {
  for (let k = 0; k < rows; k++) addScaled(scale, x, A + ((<usize>(k * columns)) << 3), columns);
}

/** A[i][k] *= bit k of the mask ? 1 : slope, in every row i. */
export function maskRows(A: usize, mask: usize, slope: f64, rows: i32, columns: i32): void {
  for (let k = 0; k < columns; k++) {
    if ((load<u8>(mask + (k >> 3)) >> <u8>(k & 7)) & 1) continue;
    for (let i = 0; i < rows; i++) {
      const at = A + ((<usize>(i * columns + k)) << 3);
      store<f64>(at, slope == 0 ? 0 : slope * load<f64>(at));
    }
  }
}
