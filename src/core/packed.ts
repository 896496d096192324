/**
 * Bytes written as text that web servers compress as well as the bytes themselves. Base64 spreads a byte over two characters, so that a
 * repeated piece of code reads differently at each of three offsets; here one byte is always the same one or two characters. Written by
 * scripts/pack-bytes.mjs, which chooses `order`.
 */

/** Printable ASCII without what a string literal or an inline script would have to escape. */
export const alphabet = ' !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}';

/** Stand before the second and the third `alphabet.length` values. */
export const prefixes = '$~';

export interface PackedBytes {
  readonly length: number;
  /** All 256 byte values in hexadecimal, the most frequent first: these take one character. */
  readonly order: string;
  readonly text: string;
}

export function unpackBytes({ length, order, text }: PackedBytes): Uint8Array<ArrayBuffer> {
  const values = Uint8Array.from({ length: 256 }, (_, place) => Number.parseInt(order.slice(2 * place, 2 * place + 2), 16));
  // The place of each character in the alphabet; minus the number of a prefix.
  const meanings = new Int16Array(128);
  for (let place = 0; place < alphabet.length; place++) meanings[alphabet.charCodeAt(place)] = place;
  for (let group = 1; group <= prefixes.length; group++) meanings[prefixes.charCodeAt(group - 1)] = -group;
  const bytes = new Uint8Array(length);
  // Runs once, before any engine has compiled it: few operations a byte.
  for (let i = 0, at = 0; i < length; i++) {
    const place = meanings[text.charCodeAt(at++)];
    bytes[i] = values[place >= 0 ? place : meanings[text.charCodeAt(at++)] - place * alphabet.length];
  }
  return bytes;
}
