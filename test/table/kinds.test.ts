import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { kindOf, refusedName } from '../../src/table/kinds.js';
import { file, read, refusal, utf8 } from './reading.js';

/** Bytes of letters, and zeros behind. */
const bytes = (start: string) => Uint8Array.from([...start].map((letter) => letter.charCodeAt(0)).concat(Array(80).fill(0)));
/** The beginning of a ZIP archive with a first file of this name. */
const zip = (name: string) => bytes(`PK\x03\x04${'\0'.repeat(22)}${String.fromCharCode(name.length)}\0\0\0${name}`);

describe('a file of another kind is named, with what to do', () => {
  it.each<[Uint8Array, string]>([
    [zip('[Content_Types].xml'), 'is an Excel workbook (.xlsx); save the sheet as CSV UTF-8'],
    [zip('xl/workbook.xml'), 'is an Excel workbook (.xlsx); save the sheet as CSV UTF-8'],
    [zip('mimetype'), 'is an OpenDocument sheet (.ods); save the sheet as CSV UTF-8'],
    [zip('arr_0.npy'), 'is a NumPy archive (.npz); write'],
    [zip('data.csv'), 'is a ZIP archive; unpack it'],
    [bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), 'is an Excel workbook (.xls)'],
    [bytes('SQLite format 3\0'), 'is an SQLite database; export the table: sqlite3'],
    [bytes('ARROW1\0\0'), 'is an Arrow or Feather file; write the table as CSV or Parquet'],
    [bytes('FEA1'), 'is a Feather file'],
    [bytes('\xff\xff\xff\xff\x10'), 'is an Arrow stream'],
    [bytes('X\n\0\0\0\x03'), 'is an R data file (.rds)'],
    [bytes('RDX3\nX\n'), 'is an R data file'],
    [bytes('\x80\x04\x95'), 'is a Python pickle; write the table as CSV or Parquet'],
    [bytes('\x93NUMPY\x01\0'), 'is a NumPy array (.npy)'],
    [bytes('%PDF-1.7'), 'is a PDF document; find the data behind it'],
    [bytes('\x89HDF\r\n\x1a\n'), 'is an HDF5 file'],
    [bytes('<stata_dta><header>'), 'is a Stata file'],
    [bytes('BZh91AY&SY'), 'is compressed with bzip2; unpack it'],
    [bytes('\xfd7zXZ\0'), 'is compressed with xz; unpack it'],
    [bytes('\x28\xb5\x2f\xfd'), 'is compressed with zstd; unpack it'],
    [bytes('\x89PNG\r\n'), 'is an image'],
    [utf8('<!DOCTYPE html>\n<html><body>Sign in</body></html>'), 'is a web page (HTML)'],
    [utf8('\n  <html lang="en"><table><tr><td>1</td></tr></table></html>'), 'is a web page (HTML)'],
    [utf8('<table><tr><td>a</td></tr></table>'), 'is a web page (HTML)'],
    [utf8('<?xml version="1.0"?><rows><row a="1"/></rows>'), 'is XML; save the table as CSV UTF-8'],
    [utf8('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'), 'is a pointer of Git LFS'],
  ])('%#', async (input, message) => {
    expect(await refusal(input)).toContain(message);
    // A program or a person may have compressed it.
    expect(await refusal(new Uint8Array(gzipSync(input)))).toContain(message);
  });

  it('for files that programs have written', async () => {
    expect(await refusal(file('refused.feather'))).toContain('is an Arrow or Feather file');
    expect(await refusal(file('refused.pkl'))).toContain('is a Python pickle');
  });

  it('also where only the name says so', async () => {
    expect(await refusal('not parquet', {}, 'x.parquet')).toBe(
      'cannot be read as Parquet: it does not begin as such a file does',
    );
    expect(await refusal('not parquet', {}, 'x.pq')).toContain('cannot be read as Parquet');
  });

  it.each(['https://example.org/data.csv', 'http://example.org/', 's3://bucket/key.parquet', 'gs://b/x', 'ftp://x/y.csv'])(
    'an address is no file: %s',
    (name) => {
      expect(refusedName(name)).toContain('is an address; download the file first');
    },
  );

  it.each(['data.csv', '/tmp/http/x.csv', 'C:\\data.csv', './https.csv', 'file.with:colon'])('a path is none: %s', (name) => {
    expect(refusedName(name)).toBeNull();
  });
});

describe('what begins like another kind, and is a table', () => {
  it.each([
    'A\n2\n3\n',
    'ORC,species\n1,2\n',
    'PARENT,y\n1,2\n',
    'MATLAB,y\n1,2\n',
    'PK,y\n1,2\n',
    '<5,y\n1,2\n',
    'BZh,y\n1,2\n',
  ])('%j', async (input) => {
    expect(kindOf(utf8(input))).toBe('text');
    expect((await read(input)).header).toBe(true);
  });
});

describe('gzip', () => {
  const text = 'a,b\n1,x\n2,y\n';
  it('is unpacked, whatever the name, also in several parts', async () => {
    const packed = gzipSync(text);
    expect((await read(new Uint8Array(packed))).rows).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);
    expect((await read(new Uint8Array(Buffer.concat([gzipSync('a,b\n1,x\n'), gzipSync('2,y\n')])))).rows).toHaveLength(2);
    expect((await read(new Uint8Array(gzipSync('[{"a":1}]')))).columns).toEqual(['a']);
    expect((await read(new Uint8Array(gzipSync(file('codec-none.parquet'))))).unit).toBe('row');
    expect((await read(file('pandas-tabs.csv.gz'))).columns).toEqual(['a', 'kind', 'id']);
    expect((await read(new Uint8Array(gzipSync(gzipSync(text))))).columns).toEqual(['a', 'b']);
  });

  it('that is cut off or damaged is said so', async () => {
    const packed = new Uint8Array(gzipSync(text.repeat(50)));
    expect(await refusal(packed.slice(0, -10))).toBe('is a gzip file that is cut off or damaged');
    const damaged = packed.slice();
    damaged[packed.length - 6] ^= 255;
    expect(await refusal(damaged)).toBe('is a gzip file that is cut off or damaged');
  });
});
