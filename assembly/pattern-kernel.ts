// The counterpart of Gram blocks in sample space, K o (D diag(s) D^T): the Newton matrix of a gated program.
import { addEntries, subsetSums } from './masked';

/** Bytes of workspace of `addPatternKernel`. */
export function addPatternKernelWorkspace(n: i32, active: i32): f64 {
  return 80 * <f64>((8 << 6) + 1 + min(active, 48) + n);
}

/** 48 rows of diag(scales) D^T for 10 samples, from their bits; missing samples and patterns are zero. */
function scaledBits(bitsT: usize, strideT: usize, scales: usize, samples: i32, count: i32, out: usize): void {
  memory.fill(out, 0, 80 * count);
  for (let l = 0; l < samples; l++) {
    let w = load<u64>(bitsT);
    let to = out + ((<usize>l) << 3);
    for (let j = 0; j < count; j++) {
      store<u64>(to, load<u64>(scales + ((<usize>j) << 3)) & (0 - (w & 1)));
      w >>= 1;
      to += 80;
    }
    bitsT += strideT;
  }
}

/**
 * H_kl += K_kl sum_i scales_i D_ik D_il for l <= k; K and H are n x n row-major and the upper triangle of H is left
 * alone. bitsT is the transposed pattern matrix: n rows of `active` bits. D diag(s) D^T is binary times dense again:
 * panels of 10 columns l by tables over 48 patterns a pass, for the rows k >= l only; the last step multiplies with K.
 *
 *   work  | tables | zero entry | 48 scaled rows of the panel | one panel of D diag(s) D^T |
 */
export function addPatternKernel(
  K: usize,
  bitsT: usize,
  strideT: usize,
  scales: usize,
  H: usize,
  n: i32,
  active: i32,
  work: usize,
): void {
  addPatternKernelPart(K, bitsT, strideT, scales, H, n, active, 0, n, work);
}

/** The columns l of {@link addPatternKernel} from `start` to `end`: multiples of 10, or n. */
export function addPatternKernelPart(
  K: usize,
  bitsT: usize,
  strideT: usize,
  scales: usize,
  H: usize,
  n: i32,
  active: i32,
  start: i32,
  end: i32,
  work: usize,
): void {
  if (active <= 0) return;
  const zeros = work + 80 * (8 << 6);
  const scaled = zeros + 80;
  const sums = scaled + 80 * <usize>min(active, 48);
  const rowBytes = (<usize>n) << 3;
  memory.fill(zeros, 0, 80);
  for (let column = start; column < end; column += 10) {
    const width = min(10, n - column);
    const rows = n - column;
    const own = bitsT + <usize>column * strideT;
    let from = zeros;
    let fromBytes: usize = 0;
    for (let i = 0; i < active; i += 48) {
      const count = min(48, active - i);
      const byte = <usize>i >> 3;
      scaledBits(own + byte, strideT, scales + ((<usize>i) << 3), width, count, scaled);
      subsetSums<v128, u64>(scaled, 80, count, work);
      addEntries<v128, u64>(own + byte, strideT, work, from, fromBytes, sums, 80, rows);
      from = sums;
      fromBytes = 80;
    }
    for (let r = 0; r < rows; r++) {
      const at = <usize>(column + r) * rowBytes + ((<usize>column) << 3);
      const sum = sums + 80 * <usize>r;
      if (r >= 9) {
        for (let byte: usize = 0; byte < 80; byte += 16) {
          v128.store(
            H + at + byte,
            f64x2.add(v128.load(H + at + byte), f64x2.mul(v128.load(K + at + byte), v128.load(sum + byte))),
          );
        }
      } else {
        for (let byte: usize = 0; byte <= (<usize>r) << 3; byte += 8) {
          store<f64>(H + at + byte, load<f64>(H + at + byte) + load<f64>(K + at + byte) * load<f64>(sum + byte));
        }
      }
    }
  }
}
