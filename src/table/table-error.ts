import { CvxnnError } from '../errors.js';

/**
 * A table that cannot be used, with the place: `line 17, column "age": "12,5" has a decimal comma`. Lines are those of
 * the file, the first being 1. The reader of the file puts its name in front.
 */
export class TableError extends CvxnnError {
  readonly line: number | null;
  readonly column: string | null;
  constructor(problem: string, place: { line?: number; column?: string } = {}) {
    const parts: string[] = [];
    if (place.line !== undefined) parts.push(`line ${place.line}`);
    if (place.column !== undefined) parts.push(`column "${place.column}"`);
    super('table', parts.length > 0 ? `${parts.join(', ')}: ${problem}` : problem);
    this.line = place.line ?? null;
    this.column = place.column ?? null;
  }
}
