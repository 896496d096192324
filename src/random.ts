/**
 * The only randomness of the library: Threefry 2x32 with 20 rounds, a counter-based generator (Salmon, Moraes, Dror and
 * Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011). Output k is a fixed function of (seed, stream, k) made of
 * 32-bit additions, rotations and exclusive-ors, so every runtime gives the same bits and streams never overlap.
 */
export interface Random {
  /** Uniform on {1, ..., 2^53} / 2^53: never 0, possibly 1. One block of the generator. */
  uniform(): number;
  /** Standard Gaussian, from a variable number of uniforms; |value| <= 12.2. */
  normal(): number;
  /** Uniform on {0, ..., bound - 1}, without bias. `bound` is an integer from 1 to 2^32. */
  integer(bound: number): number;
  /** Permutes `items` in place, every order equally likely (Fisher-Yates), and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
}

const TWO_32 = 4294967296;
const UNIFORM_STEP = 1 / 9007199254740992;
/** sqrt(2 / e): half-height of the bounding box of the Gaussian's ratio-of-uniforms region. */
const RATIO_HALF_HEIGHT = 0.8577638849607068;
/** 4 exp(1/4) and 4 exp(-1.35): Knuth's quick tests. */
const QUICK_ACCEPT = 5.136101666750966;
const QUICK_REJECT = 1.036961042583566;
const LN2 = Math.LN2;
const SQRT_HALF = Math.SQRT1_2;

/**
 * A generator of its own for every use: `stream` separates uses that share a seed.
 *
 * @param seed - Integer from 0 to 2^53 - 1.
 * @param stream - Integer from 0 to 2^32 - 1, default 0.
 * @throws RangeError for anything else.
 */
export function createRandom(seed: number, stream = 0): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed is ${seed}; expected an integer from 0 to 2^53 - 1`);
  if (!Number.isInteger(stream) || stream < 0 || stream >= TWO_32) {
    throw new RangeError(`stream is ${stream}; expected an integer from 0 to 2^32 - 1`);
  }
  const block = new Uint32Array(2);
  const keyLow = seed >>> 0;
  // The seed fills 53 of the 64 key bits; the other 11 count how often the 32-bit counter has wrapped.
  let keyHigh = Math.floor(seed / TWO_32);
  let counter = 0;

  const advance = (): void => {
    threefry(counter, stream, keyLow, keyHigh, block);
    counter = (counter + 1) >>> 0;
    if (counter === 0) keyHigh = (keyHigh + 0x200000) >>> 0;
  };
  const uniform = (): number => {
    advance();
    return (block[0] * 2097152 + (block[1] >>> 11) + 1) * UNIFORM_STEP;
  };
  const integer = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new RangeError(`bound is ${bound}; expected an integer from 1 to 2^32`);
    }
    // The last incomplete run of `bound` values is rejected: the rest is exactly uniform.
    const limit = TWO_32 - (TWO_32 % bound);
    do advance();
    while (block[0] >= limit);
    return block[0] % bound;
  };
  return {
    uniform,
    normal: () => gaussian(uniform),
    integer,
    shuffle(items) {
      for (let last = items.length - 1; last > 0; last--) {
        const chosen = integer(last + 1);
        const moved = items[last];
        items[last] = items[chosen];
        items[chosen] = moved;
      }
      return items;
    },
  };
}

/**
 * Ratio of uniforms (Kinderman and Monahan 1977): a point (u, v) uniform on the region 0 < u <= exp(-(v/u)^2 / 4) has
 * v/u exactly Gaussian. Knuth's quick tests (TAOCP 3.4.1, algorithm R) settle most points without a logarithm.
 */
function gaussian(uniform: () => number): number {
  for (;;) {
    const u = uniform();
    const x = (RATIO_HALF_HEIGHT * (2 * uniform() - 1)) / u;
    const square = x * x;
    if (square <= 5 - QUICK_ACCEPT * u) return x;
    if (square >= QUICK_REJECT / u + 1.4) continue;
    if (square <= -4 * logarithmOfFraction(u)) return x;
  }
}

/** log of u in (0, 1] by u = 2^-e f, log f = 2 artanh((f - 1) / (f + 1)); relative error a few 1e-16, only + - * /. */
function logarithmOfFraction(u: number): number {
  let f = u;
  let e = 0;
  while (f < SQRT_HALF) {
    f *= 2;
    e++;
  }
  const s = (f - 1) / (f + 1);
  const t = s * s;
  let series = 0;
  // t <= 0.0295: the next term is below 1e-17 of the sum.
  for (let odd = 21; odd >= 1; odd -= 2) series = series * t + 1 / odd;
  return 2 * s * series - e * LN2;
}

/** Threefry 2x32, 20 rounds: encrypts the counter (c0, c1) with the key (k0, k1) into `out`. */
export function threefry(c0: number, c1: number, k0: number, k1: number, out: Uint32Array): void {
  const k2 = 0x1bd11bda ^ k0 ^ k1;
  let a = (c0 + k0) | 0;
  let b = (c1 + k1) | 0;
  // Four rounds and a key injection, five times; the keys rotate, the rotation counts alternate.
  for (let group = 1; group <= 5; group++) {
    const odd = (group & 1) === 1;
    a = (a + b) | 0;
    b = rotate(b, odd ? 13 : 17) ^ a;
    a = (a + b) | 0;
    b = rotate(b, odd ? 15 : 29) ^ a;
    a = (a + b) | 0;
    b = rotate(b, odd ? 26 : 16) ^ a;
    a = (a + b) | 0;
    b = rotate(b, odd ? 6 : 24) ^ a;
    const position = group % 3;
    a = (a + (position === 0 ? k0 : position === 1 ? k1 : k2)) | 0;
    b = (b + (position === 0 ? k1 : position === 1 ? k2 : k0) + group) | 0;
  }
  out[0] = a;
  out[1] = b;
}

function rotate(x: number, count: number): number {
  return (x << count) | (x >>> (32 - count));
}
