import { describeValue, isArrayLike } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import type { Table as Probabilities } from '../network/table.js';
import { allRows } from '../table/columns.js';
import { inJavaScript, speakingJavaScript } from '../table/javascript.js';
import { type TableRow, type TableRows, toTable } from '../table/rows.js';
import type { TableEncoder } from '../table/table.js';
import { labelTexts } from '../table/target-spec.js';
import type { Table } from '../table/text-table.js';
import type { Label, MatrixLike } from '../types.js';

/** What predicts from numbers. */
export interface NumberPredictor {
  predict(X: MatrixLike): ArrayLike<Label>;
  predictProba?: ((X: MatrixLike) => Probabilities) | undefined;
}

export interface PredictOptions {
  /** What to do about missing cells: refuse them, or fill in the mean; default as in training. */
  readonly missing?: 'error' | 'mean';
}

/** Rows to predict: columns by name, or numbers in the order of `featureNames`. */
export type PredictRows = TableRows | MatrixLike;

/** Predicts from rows of a table, as training prepared them. */
export class TablePredictor {
  readonly encoder: TableEncoder;
  private readonly numbers: NumberPredictor;
  /** One sentence for every kind of cell that the last rows had to be filled for. */
  private last: readonly string[] = [];

  constructor(encoder: TableEncoder, numbers: NumberPredictor) {
    this.encoder = encoder;
    this.numbers = numbers;
  }

  /** What the last rows had that training did not. */
  get notes(): readonly string[] {
    return this.last;
  }

  /** Labels as they stood in the training table; null where numbers are predicted. */
  get classes(): readonly string[] | null {
    return this.encoder.encoding.target.labels;
  }

  /** One label, or one number, for every row. */
  predict(rows: PredictRows, options: PredictOptions = {}): string[] | number[] {
    const predictions = Array.from(this.numbers.predict(this.matrix(rows, options)));
    if (this.classes === null) return predictions as number[];
    const texts = labelTexts(this.encoder.encoding.target);
    return predictions.map((label) => texts.get(label) ?? String(label));
  }

  /** Rows x classes, in the order of `classes`. */
  predictProba(rows: PredictRows, options: PredictOptions = {}): Probabilities {
    const { predictProba } = this.numbers;
    if (predictProba === undefined || this.classes === null)
      throw new ArgumentError('model', 'a model of numbers', 'a model of classes: only they have probabilities');
    return predictProba.call(this.numbers, this.matrix(rows, options));
  }

  /** The rows as the network takes them. */
  matrix(
    rows: PredictRows,
    options: PredictOptions = {},
  ): { readonly data: Float64Array; readonly shape: readonly [number, number] } | MatrixLike {
    checkOptionNames(options, ['missing']);
    const { missing } = options;
    if (missing !== undefined && missing !== 'error' && missing !== 'mean')
      throw new ArgumentError('options.missing', describeValue(missing), "'error' or 'mean'");
    if (isNumbers(rows)) {
      this.last = [];
      return rows;
    }
    return this.encode(this.table(rows), missing);
  }

  /** The rows as texts. @throws {@link ArgumentError} for a column that is not there. */
  table(rows: TableRows): Table {
    const { encoding } = this.encoder;
    const { header, features, target } = encoding;
    // Without a header the place of a column tells what it is.
    const used = new Set([target.column, ...features.map(({ column }) => column)]);
    const table = toTable(pointed(rows, this.encoder), null, (column) => header && !used.has(column));
    const names = this.encoder.columnNames(table);
    const absent = encoding.features.find(({ column }) => !names.includes(column));
    if (absent !== undefined)
      throw new ArgumentError(
        'rows',
        `without the column ${JSON.stringify(absent.column)}`,
        `the columns of the training: ${columnList(this.encoder)}`,
      );
    return table;
  }

  encode(table: Table, missing?: 'error' | 'mean') {
    const { X, warnings } = speakingJavaScript(() => this.encoder.encode(table, allRows(table), missing));
    this.last = warnings.map(inJavaScript);
    return { data: X.data, shape: [X.rows, X.columns] as const };
  }
}

function columnList({ encoding }: TableEncoder): string {
  return encoding.features.map(({ column }) => column).join(', ');
}

function isNumbers(rows: PredictRows): rows is MatrixLike {
  if (Array.isArray(rows)) return rows.length > 0 && isArrayLike(rows[0]);
  const { data, shape } = (rows ?? {}) as { data?: unknown; shape?: unknown };
  return isArrayLike(data) && Array.isArray(shape) && shape.every((size) => typeof size === 'number');
}

/** Numbers of columns that write a decimal comma: with an exponent, which no text of such a column has beside a point. */
function pointed(rows: TableRows, { encoding }: TableEncoder): TableRows {
  const names = encoding.features.flatMap((feature) =>
    feature.kind === 'number' && feature.format?.decimal === ',' ? [feature.column] : [],
  );
  if (names.length === 0 || !Array.isArray(rows)) return rows;
  const written = (value: unknown) => (typeof value === 'number' && /^[^e]*\.[^e]*$/.test(String(value)) ? `${value}e0` : value);
  return (rows as readonly TableRow[]).map((row) => ({
    ...row,
    ...Object.fromEntries(names.filter((name) => name in row).map((name) => [name, written(row[name])])),
  }));
}
