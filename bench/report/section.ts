/** What a section may be told. */
export interface Settings {
  /** Tiny sizes and short limits: to see that everything runs. */
  readonly quick: boolean;
}

/** A part of the page: measured in a process of its own, row by row, and written from the rows alone. */
export interface Section<Row = unknown> {
  readonly name: string;
  /** Seconds of wall time after which it is ended; the rows so far stay. */
  readonly limit: number;
  /** False: only when named by `--only`. */
  readonly usual: boolean;
  measure(settings: Settings): Iterable<Row> | AsyncIterable<Row>;
  /** Markdown below the section's heading, which it holds. */
  render(rows: readonly Row[]): string;
  /** Pictures in docs/data, by file name. */
  figures?(rows: readonly Row[]): Readonly<Record<string, string>>;
}

/** What docs/data/benchmarks.json keeps of a section. */
export interface Measured {
  readonly date: string;
  readonly machine: string;
  /** Of the machine, over the minute before the section began. */
  readonly load: number;
  /** Wall time of the whole section. */
  readonly seconds: number;
  /** Why it ended before its end. */
  readonly problem: string | null;
  readonly rows: readonly unknown[];
}

export type Report = Readonly<Record<string, Measured>>;
