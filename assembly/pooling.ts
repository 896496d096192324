/**
 * Pooled masked sums: the block maps T_b of convolutional networks.
 *
 * rows   (K n) x h   patch k of all n samples, for every k
 * bits   P rows of packed bits over the K n patches, `stride` bytes apart; 0: one pattern that keeps all
 * region K x i32     where patch k is pooled, scales K x f64 what it is multiplied by
 * out    P x R x h rows of n numbers
 * work   R x P x h numbers: all sums of one sample, so that every patch is read once for all patterns
 */

/** Bytes that {@link poolPatches} works in. */
export function poolPatchesWorkspace(patterns: i32, regions: i32, h: i32): f64 {
  return <f64>patterns * <f64>regions * <f64>h * 8;
}

/** out[b, r, j, i] = sum over patches k of region r that pattern b keeps for sample i of scale_k rows[k n + i, j]. */
export function poolPatches(
  rows: usize,
  bits: usize,
  stride: i32,
  region: usize,
  scales: usize,
  out: usize,
  n: i32,
  h: i32,
  patches: i32,
  patterns: i32,
  regions: i32,
  work: usize,
): void {
  const width = (<usize>h) << 3;
  const sums = patterns * regions * h;
  for (let i = 0; i < n; i++) {
    memory.fill(work, 0, (<usize>sums) << 3);
    for (let k = 0; k < patches; k++) {
      const row = k * n + i;
      const x = rows + <usize>row * width;
      const scale = load<f64>(scales + ((<usize>k) << 3));
      const to = work + <usize>(load<i32>(region + ((<usize>k) << 2)) * patterns) * width;
      const byte = bits + (<usize>row >> 3);
      const shift = row & 7;
      for (let b = 0; b < patterns; b++) {
        if (bits != 0 && ((<i32>load<u8>(byte + <usize>b * <usize>stride) >> shift) & 1) == 0) continue;
        addScaledRow(scale, x, to + <usize>b * width, width);
      }
    }
    // From R x P x h to P x R x h rows of samples.
    let from = work;
    for (let r = 0; r < regions; r++) {
      for (let b = 0; b < patterns; b++) {
        let at = out + ((<usize>((b * regions + r) * h) * <usize>n + <usize>i) << 3);
        for (let j = 0; j < h; j++) {
          store<f64>(at, load<f64>(from));
          from += 8;
          at += (<usize>n) << 3;
        }
      }
    }
  }
}

function addScaledRow(scale: f64, x: usize, to: usize, bytes: usize): void {
  const factor = f64x2.splat(scale);
  const pairs = bytes & ~(<usize>15);
  let t: usize = 0;
  for (; t < pairs; t += 16) v128.store(to + t, f64x2.add(v128.load(to + t), f64x2.mul(factor, v128.load(x + t))));
  if (t < bytes) store<f64>(to + t, load<f64>(to + t) + scale * load<f64>(x + t));
}
