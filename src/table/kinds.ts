/** What the first bytes say of a file. */
export type Kind = 'parquet' | 'gzip' | 'text';

/** Bytes that {@link kindOf} wants to see. */
export const KIND_BYTES = 64;

const saveAsCsv = 'save the sheet as CSV UTF-8';
const writeAgain = (how: string) => `write the table as CSV or Parquet (${how})`;

/** Beginnings of files that are no tables here, what they are, and what to do. Letters stand for their bytes. */
const OTHERS: readonly (readonly [start: string, what: string, advice: string])[] = [
  ['\xd0\xcf\x11\xe0', 'an Excel workbook (.xls) or another Office file', saveAsCsv],
  ['SQLite format 3\0', 'an SQLite database', 'export the table: sqlite3 -header -csv FILE "select * from TABLE"'],
  ['ARROW1', 'an Arrow or Feather file', writeAgain('pandas.read_feather(FILE).to_parquet(OTHER)')],
  ['FEA1', 'a Feather file', writeAgain('pandas.read_feather(FILE).to_parquet(OTHER)')],
  ['\xff\xff\xff\xff', 'an Arrow stream', writeAgain('pyarrow.parquet.write_table')],
  ['RDX2\n', 'an R data file', writeAgain('write.csv in R')],
  ['RDX3\n', 'an R data file', writeAgain('write.csv in R')],
  ['X\n\0\0\0', 'an R data file (.rds)', writeAgain('write.csv(readRDS(FILE), OTHER, row.names = FALSE) in R')],
  ['\x93NUMPY', 'a NumPy array (.npy)', writeAgain('numpy.savetxt(OTHER, array, delimiter=",")')],
  ['\x80\x02', 'a Python pickle', writeAgain('pandas.read_pickle(FILE).to_csv(OTHER)')],
  ['\x80\x03', 'a Python pickle', writeAgain('pandas.read_pickle(FILE).to_csv(OTHER)')],
  ['\x80\x04', 'a Python pickle', writeAgain('pandas.read_pickle(FILE).to_csv(OTHER)')],
  ['\x80\x05', 'a Python pickle', writeAgain('pandas.read_pickle(FILE).to_csv(OTHER)')],
  ['\x89HDF\r\n', 'an HDF5 file', writeAgain('pandas.read_hdf(FILE).to_csv(OTHER)')],
  ['%PDF', 'a PDF document', 'find the data behind it, as CSV'],
  ['{\\rtf', 'a Rich Text document', 'save it as plain text'],
  ['Obj\x01', 'an Avro file', writeAgain('with the program that wrote it')],
  ['<stata_dta>', 'a Stata file', writeAgain('export delimited in Stata')],
  ['$FL2', 'an SPSS file', writeAgain('save it as CSV in SPSS')],
  ['$FL3', 'an SPSS file', writeAgain('save it as CSV in SPSS')],
  ['MATLAB 5.0 MAT', 'a MATLAB file', writeAgain('writetable or writematrix in MATLAB')],
  ['BZh91AY&SY', 'compressed with bzip2', 'unpack it (bunzip2), or compress it with gzip'],
  ['\xfd7zXZ\0', 'compressed with xz', 'unpack it (unxz), or compress it with gzip'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'unpack it (unzstd), or compress it with gzip'],
  ['\x04\x22\x4d\x18', 'compressed with lz4', 'unpack it (unlz4), or compress it with gzip'],
  ['7z\xbc\xaf', 'a 7-Zip archive', 'unpack it'],
  ['Rar!', 'a RAR archive', 'unpack it'],
  ['\x89PNG', 'an image', 'a table has one row for every image, and one column for every pixel'],
  ['\xff\xd8\xff', 'an image', 'a table has one row for every image, and one column for every pixel'],
  ['GIF8', 'an image', 'a table has one row for every image, and one column for every pixel'],
];

/** ZIP archives by the name of the first file in them. */
const ARCHIVES: readonly (readonly [inside: RegExp, what: string, advice: string])[] = [
  [/^(\[Content_Types\]|_rels\/|xl\/|docProps\/)/, 'an Excel workbook (.xlsx)', saveAsCsv],
  [/^mimetype/, 'an OpenDocument sheet (.ods)', saveAsCsv],
  [/\.npy$/, 'a NumPy archive (.npz)', writeAgain('numpy.savetxt(OTHER, array, delimiter=",")')],
];

/** The kind that can be read, or why not: `is a PDF document; find ...`. */
export function kindOf(bytes: Uint8Array): Kind | { readonly refused: string } {
  const head = String.fromCharCode(...bytes.subarray(0, KIND_BYTES));
  if (head.startsWith('PAR1')) return 'parquet';
  if (head.startsWith('\x1f\x8b')) return 'gzip';
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) {
    const name = head.slice(30, 30 + (head.charCodeAt(26) || 0));
    const [, what, advice] = ARCHIVES.find(([inside]) => inside.test(name)) ?? [null, 'a ZIP archive', 'unpack it'];
    return { refused: `is ${what}; ${advice}` };
  }
  const other = OTHERS.find(([start]) => head.startsWith(start));
  return other ? { refused: `is ${other[1]}; ${other[2]}` } : 'text';
}

/** Why a text is no table, by how it begins; null if it may be one. */
export function refusedText(beginning: string): string | null {
  if (/^\s*<(!doctype|html|head|body|table)\b/i.test(beginning))
    return 'is a web page (HTML), perhaps an error or a login page instead of the data; download the table itself, as CSV';
  if (/^\s*<\?xml/i.test(beginning)) return 'is XML; save the table as CSV UTF-8';
  if (/^version https:\/\/git-lfs/.test(beginning)) return 'is a pointer of Git LFS, not the data; fetch it (git lfs pull)';
  return null;
}

/** Why a name is none of a file that can be read, before it is looked for; null if it may be. */
export function refusedName(name: string): string | null {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name) && !/^file:/i.test(name))
    return 'is an address; download the file first (curl -LO ADDRESS), or pipe it in (curl -L ADDRESS | cvxnn ... -)';
  return null;
}
