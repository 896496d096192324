import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tablePieces, wholeTable } from '../../src/table/read.js';
import type { ReadOptions } from '../../src/table/read-options.js';
import { bytesSource, type Source } from '../../src/table/source.js';
import { joinTables, type Table } from '../../src/table/text-table.js';

/** A file that the tests keep. */
export const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, 'files', name)));

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes that come in pieces of the given sizes, in turn. */
export function cutSource(bytes: Uint8Array, sizes: readonly number[], name: string | null = null): Source {
  return {
    name,
    size: null,
    async *chunks() {
      for (let start = 0, k = 0; start < bytes.length; k++) {
        const end = start + Math.max(1, sizes[k % sizes.length]);
        yield bytes.slice(start, end);
        start = end;
      }
    },
  };
}

/** A table as the tests compare it. */
export function plain({ columns, rows, lines, unit, header, separator, na, notes, files }: Table) {
  return { columns, rows, lines: Array.from(lines), unit, header, separator, na, notes, files };
}

/** Reads bytes whole and in pieces of several sizes, which must be the same. */
export async function read(input: string | Uint8Array, options: ReadOptions = {}, name: string | null = null) {
  const bytes = typeof input === 'string' ? utf8(input) : input;
  const whole = plain(await wholeTable([bytesSource(bytes, name)], options));
  for (const sizes of [[1], [7, 3], [64], [bytes.length]]) {
    if (bytes.length > 20_000 && sizes[0] < 64) continue;
    const pieces: Table[] = [];
    for await (const piece of tablePieces([cutSource(bytes, sizes, name)], options)) pieces.push(piece);
    expect(plain(joinTables(pieces))).toEqual(whole);
  }
  return whole;
}

/** Why the bytes are refused, whole and in pieces alike. */
export async function refusal(
  input: string | Uint8Array,
  options: ReadOptions = {},
  name: string | null = null,
): Promise<string> {
  const bytes = typeof input === 'string' ? utf8(input) : input;
  const messages = new Set<string>();
  for (const sizes of [[bytes.length || 1], [1], [5, 2]]) {
    try {
      const { columns, rows } = await wholeTable([cutSource(bytes, sizes, name)], options);
      messages.add(`no error: ${JSON.stringify({ columns, rows: rows.slice(0, 3) })}`);
    } catch (error) {
      messages.add((error as Error).message);
    }
  }
  expect([...messages]).toHaveLength(1);
  return [...messages][0];
}
