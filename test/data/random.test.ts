import { describe, expect, it } from 'vitest';
import { createRandom, threefry } from '../../src/random.js';

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');

describe('threefry', () => {
  // Known answers published with Random123 (kat_vectors, "threefry2x32 20").
  it.each([
    [0, 0, 0, 0, '6b200159 99ba4efe'],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, '1cb996fc bb002be7'],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 'c4923a9c 483df7a0'],
  ])('gives the published answer for counter %i %i', (c0, c1, k0, k1, expected) => {
    const out = new Uint32Array(2);
    threefry(c0, c1, k0, k1, out);
    expect(hex(out)).toBe(expected);
  });
});

describe('createRandom', () => {
  it('repeats for one seed and stream, and differs for others', () => {
    const take = (seed: number, stream?: number) => {
      const random = createRandom(seed, stream);
      return [random.uniform(), random.normal(), random.integer(1000), random.normal()].join();
    };
    expect(take(7)).toBe(take(7, 0));
    const all = [take(7), take(8), take(7, 1), take(7 + 2 ** 32), take(2 ** 53 - 1)];
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([[-1], [0.5], [Number.NaN], [2 ** 53]])('refuses the seed %d', (seed) => {
    expect(() => createRandom(seed)).toThrow(RangeError);
  });

  it('refuses a bad stream and a bad bound', () => {
    expect(() => createRandom(0, -1)).toThrow(RangeError);
    expect(() => createRandom(0, 2 ** 32)).toThrow(RangeError);
    expect(() => createRandom(0).integer(0)).toThrow(RangeError);
    expect(() => createRandom(0).integer(1.5)).toThrow(RangeError);
  });

  it('keeps uniforms in (0, 1] with the moments of the law', () => {
    const random = createRandom(1);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < n; k++) {
      const u = random.uniform();
      if (!(u > 0 && u <= 1)) expect.fail(`uniform ${u}`);
      sum += u;
      squares += u * u;
    }
    // Six standard deviations of the two averages.
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(6 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(6 * Math.sqrt(4 / 45 / n));
  });

  it('draws Gaussians whose distribution function is the error function', () => {
    const random = createRandom(2);
    const n = 100_000;
    const draws = new Float64Array(n);
    for (let k = 0; k < n; k++) draws[k] = random.normal();
    draws.sort();
    let distance = 0;
    for (let k = 0; k < n; k++) {
      const p = gaussianDistribution(draws[k]);
      distance = Math.max(distance, Math.abs(p - k / n), Math.abs(p - (k + 1) / n));
    }
    // Kolmogorov-Smirnov at level 1e-5.
    expect(distance).toBeLessThan(2.47 / Math.sqrt(n));
    const beyond = draws.filter((x) => Math.abs(x) > 3).length;
    expect(Math.abs(beyond - 0.0026998 * n)).toBeLessThan(6 * Math.sqrt(0.0026998 * n));
  });

  it('draws consecutive Gaussians without correlation', () => {
    const random = createRandom(3);
    const n = 50_000;
    let product = 0;
    let last = random.normal();
    for (let k = 0; k < n; k++) {
      const next = random.normal();
      product += last * next;
      last = next;
    }
    expect(Math.abs(product / n)).toBeLessThan(6 / Math.sqrt(n));
  });

  it('draws integers uniformly', () => {
    const random = createRandom(4);
    const counts = new Array<number>(7).fill(0);
    for (let k = 0; k < 70_000; k++) counts[random.integer(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(6 * Math.sqrt(10_000));
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('shuffles to every order equally often', () => {
    const random = createRandom(5);
    const counts = new Map<string, number>();
    for (let k = 0; k < 12_000; k++) {
      const order = random.shuffle([0, 1, 2]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(6 * Math.sqrt(2000));
    expect(random.shuffle(new Float64Array(0)).length).toBe(0);
  });
});

/** Phi(x) by its convergent series (Marsaglia 2004), accurate to about 1e-15 for |x| < 7. */
function gaussianDistribution(x: number): number {
  let sum = x;
  let term = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 400; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
