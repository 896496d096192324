import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as writer from '../../scripts/pack-bytes.mjs';
import { packBytes } from '../../scripts/pack-bytes.mjs';
import { alphabet, prefixes, unpackBytes } from '../../src/core/packed.js';
import { packedCore } from '../../src/core/wasm.js';

describe('packed bytes', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(unpackBytes(packBytes(bytes))).toEqual(bytes);
      }),
    );
  });

  it('come back when every value occurs, however often', () => {
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    expect(unpackBytes(packBytes(all))).toEqual(all);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: 256, maxLength: 256 }), (order) => {
        const bytes = Uint8Array.from(order.flatMap((value, i) => Array(1 + (i % 7)).fill(value)));
        expect(unpackBytes(packBytes(bytes))).toEqual(bytes);
      }),
    );
  });

  it('are the same characters to the writer and the reader', () => {
    expect(writer.alphabet).toBe(alphabet);
    expect(writer.prefixes.join('')).toBe(prefixes);
    expect(new Set(alphabet + prefixes).size).toBe(alphabet.length + prefixes.length);
    // One character for the most frequent, two for all others.
    expect(alphabet.length * (1 + prefixes.length)).toBeGreaterThanOrEqual(256);
  });

  it('stand in a string literal, in a page and in any encoding without an escape', () => {
    expect(packedCore.text).toMatch(/^[ -~]+$/);
    expect(packedCore.text).not.toMatch(/['"`\\<]/);
    expect(JSON.stringify(packedCore.text)).toBe(`"${packedCore.text}"`);
  });

  it('take one character for what is frequent', () => {
    expect(packBytes(new Uint8Array(1000)).text).toHaveLength(1000);
    expect(packedCore.text.length).toBeLessThan(1.1 * packedCore.length);
  });
});
