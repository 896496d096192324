/*
 * exp, log, log1p and the cosine of a fraction of a turn from + - * / and exponent bits only, so that every runtime gives the same bits;
 * src/network/functions.ts has the first three with the same operations in the same order. Reductions and polynomials of fdlibm (Sun Microsystems 1993, freely usable): error
 * below 1 ulp.
 */
const ln2High: f64 = 6.9314718036912381649e-1;
const ln2Low: f64 = 1.90821492927058770002e-10;
const oneOverLn2: f64 = 1.4426950408889634;

/** 2^k for -1022 <= k <= 1023. */
function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>((<i64>(k + 1023)) << 52);
}

/** e^x. Overflows to Infinity above 709.78, underflows gradually to 0 below -708.4. */
export function exponential(x: f64): f64 {
  if (x != x) return NaN;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  // x = k ln 2 + r, |r| <= ln 2 / 2, r = high - low.
  const k = floor(oneOverLn2 * x + 0.5);
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 + ((r * c) / (2 - c) - low + high);
  const exponent = <i32>k;
  if (exponent > 1023) return y * 2 * powerOfTwo(exponent - 1);
  if (exponent < -1021) return y * powerOfTwo(exponent + 100) * powerOfTwo(-100);
  return y * powerOfTwo(exponent);
}

/** log(1 + f) + k ln 2 + c for sqrt(1/2) <= 1 + f < sqrt(2), with c a correction far below f. */
function combine(f: f64, k: f64, c: f64): f64 {
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  return s * (half + (odd + even)) + (k * ln2Low + c) - half + f + k * ln2High;
}

/** Natural logarithm: -Infinity at 0, NaN below. */
export function logarithm(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984;
    k = -54;
  }
  // x = 2^k m with sqrt(1/2) <= m < sqrt(2): the offset carries into the exponent exactly when m is above sqrt(2).
  const bits = reinterpret<u64>(x);
  const word = <u32>(bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
  k += <i32>(word >> 20) - 0x3ff;
  const m = reinterpret<f64>(((<u64>((word & 0x000fffff) + 0x3fe6a09e)) << 32) | (bits & 0xffffffff));
  return combine(m - 1, <f64>k, 0);
}

/** log(1 + x), accurate near 0: -Infinity at -1, NaN below. */
export function logarithm1p(x: f64): f64 {
  if (!(x > -1)) return x == -1 ? -Infinity : NaN;
  if (x == Infinity) return x;
  if (x > -1.1102230246251565e-16 && x < 1.1102230246251565e-16) return x;
  if (x > -0.2928932188134524 && x < 0.41421356237309503) return combine(x, 0, 0);
  const u = 1 + x;
  const bits = reinterpret<u64>(u);
  const word = <u32>(bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
  const k = <i32>(word >> 20) - 0x3ff;
  // The rounding of 1 + x, relative to u; invisible for large k.
  const c = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  const m = reinterpret<f64>(((<u64>((word & 0x000fffff) + 0x3fe6a09e)) << 32) | (bits & 0xffffffff));
  return combine(m - 1, <f64>k, c);
}

/** sin x and cos x for |x| <= pi/4. */
function sineKernel(x: f64): f64 {
  const z = x * x;
  const tail =
    8.33333333332248946124e-3 +
    z *
      (-1.98412698298579493134e-4 +
        z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x + x * z * (-1.66666666666666324348e-1 + z * tail);
}

function cosineKernel(x: f64): f64 {
  const z = x * x;
  const tail =
    z *
    (4.16666666666666019037e-2 +
      z *
        (-1.38888888888741095749e-3 +
          z *
            (2.48015872894767294178e-5 +
              z * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11)))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + z * tail);
}

/** cos(2 pi k / n) for 0 <= k < n < 2^28: the octant comes from integers, so that no digit is lost. */
export function cosineOfTurn(k: i32, n: i32): f64 {
  const octant = <i32>((<i64>k * 8) / n);
  const rest = <i64>k * 8 - <i64>octant * n;
  // Odd octants count from their upper end: the angle is at most pi/4 either way.
  const share = octant & 1 ? <i64>n - rest : rest;
  const angle = 0.78539816339744831 * (<f64>share / <f64>n);
  const fromSine = ((octant + 1) & 2) != 0;
  const value = fromSine ? sineKernel(angle) : cosineKernel(angle);
  return octant >= 2 && octant < 6 ? -value : value;
}

/** sin(2 pi k / n), likewise: a quarter of a turn later. */
export function sineOfTurn(k: i32, n: i32): f64 {
  return cosineOfTurn((4 * k + 3 * n) % (4 * n), 4 * n);
}
