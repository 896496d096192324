// Bytes -> text for a string literal: the other side of src/core/packed.ts, whose alphabet it must share (held by a test).
export const alphabet = ' !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}';
export const prefixes = ['', '$', '~'];

/** @returns what `unpackBytes` takes. */
export function packBytes(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const order = counts.map((_, byte) => byte).sort((a, b) => counts[b] - counts[a] || a - b);
  const codes = [];
  order.forEach((byte, place) => {
    codes[byte] = prefixes[Math.floor(place / alphabet.length)] + alphabet[place % alphabet.length];
  });
  return {
    length: bytes.length,
    order: order.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    text: Array.from(bytes, (byte) => codes[byte]).join(''),
  };
}
