import { CvxnnError } from '../errors.js';

/** Where a defect of a table is; lines and rows count from 1. */
export interface Place {
  readonly line?: number;
  readonly row?: number;
  readonly column?: string;
  /** The file, where a table is made of several. */
  readonly file?: string;
}

/**
 * A table that cannot be used, with the place: `line 17, column "age": "12,5" has a decimal comma`. Lines are those of
 * the file, the first being 1; files of records have rows instead. The reader of the file puts its name in front.
 */
export class TableError extends CvxnnError {
  override readonly name = 'TableError';
  readonly line: number | null;
  readonly row: number | null;
  readonly column: string | null;
  readonly file: string | null;
  /** The sentence without its place. */
  readonly problem: string;
  constructor(problem: string, place: Place = {}) {
    const { line, row, column, file } = place;
    const parts: string[] = [];
    if (line !== undefined) parts.push(`line ${line}`);
    if (row !== undefined) parts.push(`row ${row}`);
    if (column !== undefined) parts.push(`column "${column}"`);
    super('table', parts.length > 0 ? `${parts.join(', ')}: ${problem}` : problem);
    this.problem = problem;
    this.line = line ?? null;
    this.row = row ?? null;
    this.column = column ?? null;
    this.file = file ?? null;
  }

  /** The same, of one of several files. */
  inFile(file: string): TableError {
    const { line, row, column } = this;
    return new TableError(this.problem, {
      ...(line !== null && { line }),
      ...(row !== null && { row }),
      ...(column !== null && { column }),
      file,
    });
  }
}
