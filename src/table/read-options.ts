/** How a table is read; the same names on the command line (`--header`, `--separator`, `--na`). */
export interface TableOptions {
  /** Whether the first line names the columns. Default: decided by what stands in it and below it. */
  readonly header?: boolean;
  /** One character between the cells; a space stands for any run of spaces. Default: tab, semicolon, comma, bar or space, detected. */
  readonly separator?: string;
  /** Texts that count as missing beside the empty cell, in place of the usual ones, spelt exactly so. */
  readonly na?: readonly string[];
}

/** What else a reader may know. */
export interface ReadOptions extends TableOptions {
  /** Names of columns that will be asked for: where they stand tells header and separator. */
  readonly names?: readonly string[];
  /** Whether nobody looks at a column: it may hold what a table cannot (lists, records). */
  readonly unused?: (column: string) => boolean;
}
