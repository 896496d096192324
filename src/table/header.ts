import { cellKind } from './cells.js';
import { TableError } from './table-error.js';

const INTEGER = /^-?\d{1,15}$/;

/** How a first record stands to those below it. */
interface Evidence {
  /** Cells that no header has: numbers and missing values. */
  readonly against: number;
  /** Texts above nothing but numbers. */
  readonly inFavour: number;
}

function evidence(records: readonly (readonly string[])[]): Evidence {
  let against = 0;
  let inFavour = 0;
  records[0].forEach((cell, k) => {
    const kind = cell === '' ? 'text' : cellKind(cell);
    if (kind !== 'text') against++;
    else {
      const below = records.slice(1).map((record) => cellKind(record[k] ?? ''));
      if (below.includes('number') && below.every((other) => other === 'number' || other === 'missing')) inFavour++;
    }
  });
  return { against, inFavour };
}

/**
 * The first record is a header unless it has numbers or missing values in it and no column speaks for a header more
 * often: a text above nothing but numbers.
 */
export function looksLikeHeader(records: readonly (readonly string[])[]): boolean {
  const { against, inFavour } = evidence(records);
  return against === 0 || inFavour > against;
}

/** Whether a record can only be a header: no numbers in it, and a text above nothing but numbers. */
export function isPlainlyHeader(records: readonly (readonly string[])[]): boolean {
  const { against, inFavour } = evidence(records);
  return inFavour > against;
}

/**
 * Decides about the first record with the names that a command asks for: one that stands there makes it a header.
 *
 * @param line - of the first record.
 * @throws {@link TableError} where it is a number that may as well be the position of a column, and the record may as well be a row.
 */
export function isHeader(records: readonly (readonly string[])[], names: readonly string[], line: number): boolean {
  const first = records[0].map((cell) => cell.trim());
  const found = names.filter((name) => first.includes(name));
  if (found.length === 0 || looksLikeHeader(records)) return looksLikeHeader(records);
  const present = first.filter((cell) => cell !== '');
  if (new Set(present).size < present.length) return false;
  const isPosition = (name: string) => /^[1-9]\d*$/.test(name) && Number(name) <= first.length;
  if (!found.every(isPosition) || isRun(records) || isAboveFractions(records)) return true;
  // 5.1 is no name.
  if (first.some((cell) => cellKind(cell) === 'number' && !INTEGER.test(cell))) return false;
  const value = JSON.stringify(found[0]);
  throw new TableError(
    `${value} stands in the first line, which may name the columns or be a row; --header true or --header false says which`,
    { line },
  );
}

/** Three or more consecutive integers (0, 1, 2, ...; years) above rows that are none: names that a program gave. */
function isRun(records: readonly (readonly string[])[]): boolean {
  const run = (record: readonly string[]) =>
    record.length >= 3 && record.every((cell, k) => INTEGER.test(cell) && Number(cell) === Number(record[0]) + k);
  return run(records[0]) && records.length > 1 && !records.slice(1).some(run);
}

/** Integers, every one above numbers that mostly are none. */
function isAboveFractions(records: readonly (readonly string[])[]): boolean {
  const below = records.slice(1);
  return records[0].every((cell, k) => {
    if (!INTEGER.test(cell)) return false;
    const numbers = below.map((record) => record[k]).filter((other) => cellKind(other) === 'number');
    return numbers.length >= 2 && 2 * numbers.filter((other) => !INTEGER.test(other)).length > numbers.length;
  });
}

/** Names of the columns of a headerless table, by position. */
export function positionNames(width: number): string[] {
  return Array.from({ length: width }, (_, k) => String(k + 1));
}

/** Names of a header; empty ones (an index column) become column1, column2, ... by position, or what is free. */
export function columnNames(
  cells: readonly string[],
  asked: readonly string[],
  line: number,
): { columns: string[]; notes: string[] } {
  const given = cells.map((cell) => (asked.includes(cell) ? cell : cell.trim()));
  const repeated = given.find((name, k) => name !== '' && given.indexOf(name) < k);
  if (repeated !== undefined) throw new TableError('the name occurs twice in the header', { line, column: repeated });
  const taken = new Set(given);
  const notes: string[] = [];
  const columns = given.map((name, k) => {
    if (name !== '') return name;
    let free = `column${k + 1}`;
    for (let again = 2; taken.has(free); again++) free = `column${k + 1}_${again}`;
    taken.add(free);
    notes.push(`column ${k + 1} has no name and is called "${free}"`);
    return free;
  });
  return { columns, notes };
}
