/** The first 32 bits of the fractions of roots of the first primes are the constants of SHA-256: degree 2 of 8, degree 3 of 64. */
function constants(count: number, degree: 2 | 3): Int32Array {
  const primes: bigint[] = [];
  for (let p = 2n; primes.length < count; p++) if (primes.every((q) => p % q > 0n)) primes.push(p);
  return Int32Array.from(primes, (p) => {
    const target = p << BigInt(32 * degree);
    let root = 0n;
    for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
      const next = root + bit;
      if (next * next * (degree === 3 ? next : 1n) <= target) root = next;
    }
    return Number(BigInt.asIntN(32, root));
  });
}

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** SHA-256 (FIPS 180-4) of bytes, as hexadecimal text: synchronous, and the same in every runtime. */
export function sha256(bytes: Uint8Array): string {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const state = constants(8, 2);
  const rounds = constants(64, 3);
  const words = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [x, z] = [words[i - 15], words[i - 2]];
      const mixed = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      words[i] = words[i - 16] + mixed + words[i - 7] + (turn(z, 17) ^ turn(z, 19) ^ (z >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + words[i]) | 0;
      const s = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t) | 0, c, b, a, (t + s) | 0];
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] += word;
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Of the numbers of several arrays, as little-endian doubles one after another. */
export function sha256OfNumbers(...arrays: readonly ArrayLike<number>[]): string {
  const view = new DataView(new ArrayBuffer(8 * arrays.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const array of arrays) for (let k = 0; k < array.length; k++, at += 8) view.setFloat64(at, array[k], true);
  return sha256(new Uint8Array(view.buffer));
}
