/**
 * exp, log and log1p for prediction without WebAssembly: the operations of assembly/functions.ts in the same order, hence
 * the same bits, in every runtime (`Math.exp` and `Math.log` differ between engines).
 */
const number = new Float64Array(1);
/** The same 8 bytes as words; the sign and exponent are in the upper one, wherever the machine keeps it. */
const words = new Uint32Array(number.buffer);
number[0] = 1;
const upper = words[1] === 0x3ff00000 ? 1 : 0;
const lower = 1 - upper;

const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;
const oneOverLn2 = 1.4426950408889634;

/** 2^k for -1022 <= k <= 1023. */
function powerOfTwo(k: number): number {
  words[upper] = (k + 1023) << 20;
  words[lower] = 0;
  return number[0];
}

/** e^x, within 1 ulp or so. Overflows to Infinity above 709.78, underflows gradually to 0 below -708.4; NaN stays NaN. */
export function exponential(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(oneOverLn2 * x + 0.5);
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
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  if (k < -1021) return y * powerOfTwo(k + 100) * powerOfTwo(-100);
  return y * powerOfTwo(k);
}

/** log(1 + f) + k ln 2 + c for sqrt(1/2) <= 1 + f < sqrt(2), with c a correction far below f. */
function combine(f: number, k: number, c: number): number {
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  return s * (half + (odd + even)) + (k * ln2Low + c) - half + f + k * ln2High;
}

/** Leaves m, sqrt(1/2) <= m < sqrt(2), in `number` and returns k with x = 2^k m. */
function split(x: number): number {
  number[0] = x;
  const word = words[upper] + (0x3ff00000 - 0x3fe6a09e);
  words[upper] = (word & 0x000fffff) + 0x3fe6a09e;
  return (word >>> 20) - 0x3ff;
}

/** Natural logarithm, within 1 ulp or so: -Infinity at 0, NaN below. */
export function logarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const tiny = x < 2.2250738585072014e-308;
  const k = split(tiny ? x * 18014398509481984 : x);
  return combine(number[0] - 1, tiny ? k - 54 : k, 0);
}

/** log(1 + x), accurate near 0, within 1 ulp or so: -Infinity at -1, NaN below. */
export function logarithm1p(x: number): number {
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x > -1.1102230246251565e-16 && x < 1.1102230246251565e-16) return x;
  if (x > -0.2928932188134524 && x < 0.41421356237309503) return combine(x, 0, 0);
  const u = 1 + x;
  const k = split(u);
  const c = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  return combine(number[0] - 1, k, c);
}
