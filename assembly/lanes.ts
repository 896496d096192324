/** Inlined SIMD helpers. A vector is two f64 lanes; lane 0 is the lower address. */

/** Sum of both lanes, lane 0 first: the one order in which reductions end. */
export function sumLanes(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** [a0 b0]: the lower lanes of two vectors. */
export function lowerLanes(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}

/** [a1 b1]: the upper lanes of two vectors. */
export function upperLanes(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}
