import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesToText } from '../../src/table/encoding.js';
import { read, refusal, utf8 } from './reading.js';

const text = 'naïve,größe,y\n1,ä,0.5\n2,ö,1.5\n3,ä,2.5\n';
const columns = ['naïve', 'größe', 'y'];
const wide = (input: string, big = false) => {
  const bytes = Buffer.from(input, 'utf16le');
  return new Uint8Array(big ? bytes.swap16() : bytes);
};
const latin = (input: string) => new Uint8Array(Buffer.from(input, 'latin1'));
const note = 'is not UTF-8; read as Windows-1252 (if letters come out wrong, save it as UTF-8)';

describe('letters', () => {
  it.each<[string, Uint8Array, string[]]>([
    ['UTF-8', utf8(text), []],
    ['UTF-8 with a byte-order mark', utf8(`\ufeff${text}`), []],
    ['UTF-16, little end first', wide(`\ufeff${text}`), []],
    ['UTF-16, big end first', wide(`\ufeff${text}`, true), []],
    ['UTF-16 without a byte-order mark', wide(text), []],
    ['UTF-16, big end first, without a byte-order mark', wide(text, true), []],
    ['Latin-1', latin(text), [note]],
  ])('in %s', async (_, bytes, notes) => {
    const table = await read(bytes);
    expect(table.columns).toEqual(columns);
    expect(table.rows.map((row) => row[1])).toEqual(['ä', 'ö', 'ä']);
    expect(table.notes).toEqual(notes);
  });

  it('of Windows-1252 that Latin-1 lacks', async () => {
    const bytes = latin('price,y\n\x80 5,\x931\x94\n\x80 6,2\n');
    expect((await read(bytes)).rows[0]).toEqual(['€ 5', '“1”']);
  });

  it('of Latin-1 far down the file', async () => {
    const table = await read(latin(`a,b\n${'1,x\n'.repeat(30_000)}2,ü\n`));
    expect(table.rows[30_000]).toEqual(['2', 'ü']);
    expect(table.notes).toEqual([note]);
  });

  it.each<[string, Uint8Array, string]>([
    [
      'two encodings',
      new Uint8Array([...utf8('a,b\n1,ä\n'), ...latin('2,ä\n')]),
      'holds letters in UTF-8 and others that are not; save it as "CSV UTF-8"',
    ],
    [
      'two encodings far apart',
      new Uint8Array([...utf8(`a,b\n1,ä\n${'1,x\n'.repeat(500)}`), ...latin('2,ä\n')]),
      'holds letters in UTF-8 and others that are not; save it as "CSV UTF-8"',
    ],
    ['UTF-32', new Uint8Array([0xff, 0xfe, 0, 0, 97, 0, 0, 0]), 'is text in UTF-32; save it as "CSV UTF-8"'],
    [
      'half a letter of UTF-16',
      wide(`\ufeff${text}`).slice(0, -1),
      'is not text in UTF-16, as its first bytes say; save it as "CSV UTF-8"',
    ],
    ['zeros', utf8('a,b\n1,\0\n'), 'contains NUL characters; it is not a text table (save it as CSV UTF-8)'],
  ])('of %s are refused', async (_, bytes, message) => {
    expect(await refusal(bytes)).toBe(message);
  });
});

describe('bytes in pieces', () => {
  const decode = (pieces: readonly Uint8Array[]) => {
    const decoder = new BytesToText();
    return pieces.map((piece) => decoder.push(piece)).join('') + decoder.end();
  };
  const cut = (bytes: Uint8Array, places: readonly number[]) => {
    const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
    return [0, ...ends].map((start, k) => bytes.slice(start, ends[k] ?? bytes.length));
  };

  it('are the text, wherever they are cut', () => {
    const letters = fc.string({ unit: 'binary', minLength: 4 }).filter((input) => !input.slice(0, 4).includes('\0'));
    fc.assert(
      fc.property(letters, fc.array(fc.nat(), { maxLength: 6 }), (input, places) => {
        expect(decode(cut(utf8(input), places))).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(input)));
        const bom = utf8(`\ufeff${input}`);
        expect(decode(cut(bom, places))).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bom));
      }),
    );
  });

  it('are the text of Windows-1252, wherever they are cut, once a byte is no UTF-8', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ',', '\n', 'b') }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (input, places) => {
          const bytes = latin(`abcd${input}ü,ä${input}`);
          expect(decode(cut(bytes, places))).toBe(`abcd${input}ü,ä${input}`);
        },
      ),
    );
  });
});
