import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvPieces, parseCsv } from '../../src/table/csv.js';

import type { Table } from '../../src/table/text-table.js';

/** The text cut at the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => Math.min(text.length, place)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, k) => text.slice(start, ends[k] ?? text.length));
}

function join(tables: Iterable<Table>): Omit<Table, 'lines'> & { lines: number[] } {
  const all = [...tables];
  return {
    ...all[0],
    rows: all.flatMap(({ rows }) => rows),
    lines: all.flatMap(({ lines }) => Array.from(lines)),
  };
}

const whole = (text: string) => {
  const table = parseCsv(text);
  return { ...table, lines: Array.from(table.lines) };
};

describe('a CSV text in pieces', () => {
  const head = 'name;value;note\n';
  const start = `${head}a;1;x\nb;2;y\nc;3;z\n`;
  const texts = [
    `${start}d;4;"two\nlines"\ne;5;"a ""quoted"" word"\n\nf;6;\n`,
    `${start}d;4;"with ; inside"\r\ne;5;z\r\n"f";6;"\r\n"\r\ng;7;last`,
    `${start}${Array.from({ length: 40 }, (_, k) => `row${k};${k};note ${k}`).join('\n')}`,
  ];

  it.each(texts)('is the table of the whole, wherever it is cut: %j', (text) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: start.length, max: text.length }), { maxLength: 8 }), (places) => {
        expect(join(csvPieces(cut(text, places), {}))).toEqual(whole(text));
      }),
    );
  });

  it('with carriage returns alone is read too', () => {
    const text = texts[2].replaceAll('\n', '\r');
    expect(join(csvPieces(cut(text, [60, 90, 91, 200]), {}))).toEqual(whole(text));
  });

  it('takes a header that is cut, since a piece without a line break waits for the next', () => {
    expect(join(csvPieces(['na', 'me;value', '\na;1\n', 'b;2'], {})).rows).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('gives what is complete before it reads on, once it has seen enough to know the dialect', () => {
    const many = `${start}${'d;4;w\n'.repeat(20_000)}`;
    let read = 0;
    function* pieces() {
      for (const piece of [many, 'd;4;w\n', 'e;5;v\n']) {
        read++;
        yield piece;
      }
    }
    const tables = csvPieces(pieces(), {});
    expect(tables.next().value?.rows.length).toBe(20_003);
    expect(read).toBe(1);
    expect(tables.next().value?.lines).toEqual(Int32Array.of(20_005));
    expect(read).toBe(2);
  });

  it.each([
    [[start, 'd;4\n'], 'line 5: 2 fields; expected 3'],
    [[start, 'd;4;5\n', 'e;1;2;3\n'], 'line 6: 4 fields; expected 3'],
    [[start, 'd;"4;5\n', 'e;1;2\n'], 'line 5: a quote opens here and is never closed'],
    [[start, 'd;"4"x;5\n'], 'line 5: text after a closing quote'],
    [[''], 'is empty'],
    [[], 'is empty'],
    [[head], 'no rows'],
  ])('%j is refused: %s', (pieces, message) => {
    expect(() => [...csvPieces(pieces, { header: true })]).toThrow(message);
  });
});
