import { TableError } from './table-error.js';

/** How cells are told apart. */
export interface CsvSyntax {
  /** A space stands for any run of spaces. */
  readonly separator: string;
  /** Whether a backslash makes a quote (or a backslash) inside a quoted cell a plain character, as databases write. */
  readonly escapes: boolean;
}

/** Records as they come: their cells, none for a blank line, and the line on which each starts. */
export interface Records {
  readonly cells: string[][];
  readonly lines: number[];
  /** Whether the first cell stood in quotes. */
  readonly quoted: boolean[];
}

export const newRecords = (): Records => ({ cells: [], lines: [], quoted: [] });

/** Characters that a single record may have: a quote that is never closed must not swallow the file. */
const LONGEST_RECORD = 1 << 24;
const QUOTE = 34;
const BACKSLASH = 92;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** A carriage return too many is what Python leaves on Windows. */
const LINE_BREAKS = /\r\r?\n|\r|\n/g;

/** Ends the attempt on a record that the text at hand does not complete. */
const INCOMPLETE = Symbol('incomplete');

/**
 * Splits a text that comes in pieces into records (RFC 4180, and what people have): LF, CRLF, CR or CR CR LF, quoted cells with
 * separators, line breaks and doubled quotes inside, spaces around cells and quotes. Where the text is cut changes nothing.
 */
export class CsvRecords {
  private text = '';
  private position = 0;
  private line = 1;
  private final = false;
  /** Next positions of a line feed, a carriage return and a quote: at or behind `position`, or stale. */
  private feed = -1;
  private carriage = -1;
  private quote = -1;
  private readonly separator: string;
  private readonly splitter: number;
  private readonly escapes: boolean;

  constructor({ separator, escapes }: CsvSyntax, firstLine = 1) {
    this.separator = separator;
    this.splitter = separator.charCodeAt(0);
    this.escapes = escapes;
    this.line = firstLine;
  }

  /**
   * Takes in the next piece and appends the records that are complete.
   *
   * @param final - nothing follows.
   * @param limit - how many records are wanted in all.
   * @throws {@link TableError} with the line, for quotes that make no sense.
   */
  push(piece: string, final: boolean, into: Records, limit = Number.POSITIVE_INFINITY): void {
    this.text = this.text.slice(this.position) + piece;
    this.position = 0;
    this.final = final;
    this.feed = this.carriage = this.quote = -1;
    while (this.position < this.text.length && into.cells.length < limit) {
      const start = this.position;
      const line = this.line;
      try {
        this.record(into);
      } catch (error) {
        if (error !== INCOMPLETE) throw error;
        this.position = start;
        this.line = line;
        if (this.text.length - start > LONGEST_RECORD) throw tooLong(line);
        return;
      }
      if (this.position - start > LONGEST_RECORD) throw tooLong(line);
    }
  }

  private record(into: Records): void {
    const { text, position } = this;
    if (this.feed < position) this.feed = find(text, '\n', position);
    if (this.carriage < position) this.carriage = find(text, '\r', position);
    if (this.quote < position) this.quote = find(text, '"', position);
    const end = Math.min(this.feed, this.carriage, text.length);
    if (end === text.length && !this.final) throw INCOMPLETE;
    const start = this.line;
    const quoted = this.quote < end && this.startsQuoted(position);
    const cells = this.quote < end ? this.quotedRecord() : this.plainRecord(position, end);
    this.endLine();
    into.cells.push(cells);
    into.lines.push(start);
    into.quoted.push(quoted);
  }

  private startsQuoted(position: number): boolean {
    let first = position;
    while (this.text.charCodeAt(first) === SPACE) first++;
    return this.text.charCodeAt(first) === QUOTE;
  }

  /** A line without quotes. */
  private plainRecord(position: number, end: number): string[] {
    this.position = end;
    const line = this.text.slice(position, end);
    if (this.splitter === SPACE) {
      const inner = line.trim();
      return inner === '' ? [] : inner.split(/ +/);
    }
    const cells = line.split(this.separator);
    for (let k = 0; k < cells.length; k++) {
      const cell = cells[k];
      if (isEdge(cell.charCodeAt(0)) || isEdge(cell.charCodeAt(cell.length - 1))) cells[k] = cell.trim();
    }
    return cells.length === 1 && cells[0] === '' ? [] : cells;
  }

  private quotedRecord(): string[] {
    const { text, splitter } = this;
    const cells: string[] = [];
    let quoted = false;
    for (;;) {
      let position = this.skipSpaces(this.position);
      if (splitter === SPACE && cells.length > 0 && this.endsRecord(position)) {
        this.position = position;
        break;
      }
      if (text.charCodeAt(position) === QUOTE) {
        quoted = true;
        cells.push(this.quotedCell(position));
        position = this.skipSpaces(this.position);
        if (!this.endsRecord(position) && text.charCodeAt(position) !== splitter && splitter !== SPACE)
          throw new TableError('text after a closing quote; a quote inside a quoted cell is written twice', { line: this.line });
        if (splitter === SPACE && position === this.position && !this.endsRecord(position))
          throw new TableError('text after a closing quote; a quote inside a quoted cell is written twice', { line: this.line });
      } else {
        const end = this.plainEnd(position);
        cells.push(text.slice(position, end).trim());
        position = end;
      }
      this.position = position;
      if (this.endsRecord(position)) break;
      if (splitter !== SPACE) this.position++;
    }
    return cells.length === 1 && cells[0] === '' && !quoted ? [] : cells;
  }

  /** Where the unquoted cell at `position` ends. */
  private plainEnd(position: number): number {
    const { text } = this;
    if (this.feed < position) this.feed = find(text, '\n', position);
    if (this.carriage < position) this.carriage = find(text, '\r', position);
    const end = Math.min(this.feed, this.carriage, text.length);
    const separator = text.indexOf(this.separator, position);
    if (separator >= 0 && separator < end) return separator;
    if (end === text.length && !this.final) throw INCOMPLETE;
    return end;
  }

  private skipSpaces(from: number): number {
    let position = from;
    while (this.text.charCodeAt(position) === SPACE) position++;
    return position;
  }

  /** A line break, or the end of the text if that is known. */
  private endsRecord(position: number): boolean {
    if (position >= this.text.length) {
      if (!this.final) throw INCOMPLETE;
      return true;
    }
    const character = this.text.charCodeAt(position);
    return character === LINE_FEED || character === CARRIAGE_RETURN;
  }

  /** The cell whose opening quote is at `open`; moves behind its closing quote and counts the lines in it. */
  private quotedCell(open: number): string {
    const { text } = this;
    let value = '';
    let from = open + 1;
    for (;;) {
      const close = text.indexOf('"', from);
      if (close < 0) {
        if (!this.final) throw INCOMPLETE;
        throw new TableError('a quote opens here and is never closed', { line: this.line });
      }
      if (close + 2 >= text.length && !this.final) throw INCOMPLETE;
      if (this.escaped(from, close)) {
        value += `${this.escapes ? unescaped(text.slice(from, close - 1)) : text.slice(from, close - 1)}"`;
        from = close + 1;
        continue;
      }
      const part = text.slice(from, close);
      value += this.escapes ? unescaped(part) : part;
      if (text.charCodeAt(close + 1) !== QUOTE) {
        this.line += value.match(LINE_BREAKS)?.length ?? 0;
        this.position = close + 1;
        return value;
      }
      value += '"';
      from = close + 2;
    }
  }

  /** Whether a backslash makes the quote at `close` a plain one: always where they do, else where the cell cannot end here. */
  private escaped(from: number, close: number): boolean {
    let slashes = 0;
    while (close - slashes > from && this.text.charCodeAt(close - slashes - 1) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return false;
    if (this.escapes) return true;
    const next = this.text.charCodeAt(close + 1);
    const ends = close + 1 >= this.text.length || next === this.splitter || next === LINE_FEED || next === CARRIAGE_RETURN;
    return !ends && next !== QUOTE && next !== SPACE;
  }

  /** Moves behind the line break. */
  private endLine(): void {
    const { text, position } = this;
    let length = 1;
    if (text.charCodeAt(position) === CARRIAGE_RETURN) {
      if (position + 2 >= text.length && !this.final) throw INCOMPLETE;
      if (text.charCodeAt(position + 1) === LINE_FEED) length = 2;
      else if (text.charCodeAt(position + 1) === CARRIAGE_RETURN && text.charCodeAt(position + 2) === LINE_FEED) length = 3;
    }
    this.position += length;
    this.line++;
  }
}

/** Position of a character, or one behind any text. */
function find(text: string, character: string, from: number): number {
  const position = text.indexOf(character, from);
  return position < 0 ? Number.POSITIVE_INFINITY : position;
}

/** May be white space; `trim` knows. */
function isEdge(character: number): boolean {
  return character <= SPACE || character >= 128;
}

function unescaped(part: string): string {
  return part.includes('\\') ? part.replace(/\\([\\"])/g, '$1') : part;
}

function tooLong(line: number): TableError {
  return new TableError('a single row of more than 16 million characters starts here; a quote may never be closed', { line });
}
