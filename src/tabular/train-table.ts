import { describeValue } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { AbortedError, ArgumentError } from '../errors.js';
import type { ConvolutionalShape } from '../estimators/convolutional.js';
import type { Estimator } from '../estimators/estimator.js';
import { type ClassifierOptions, estimatorOptionNames, type FitCallOptions } from '../estimators/options.js';
import type { Table as Probabilities } from '../network/table.js';
import { type NumberPredictor, type PredictOptions, type PredictRows, TablePredictor } from '../saved/table-predictor.js';
import { allRows } from '../table/columns.js';
import { inJavaScript, speakingJavaScript } from '../table/javascript.js';
import type { MeaningOptions } from '../table/meaning.js';
import { trimmed } from '../table/missing.js';
import { type ModelDocument, type ModelName, modelNames } from '../table/model-document.js';
import { type TableRows, toTable } from '../table/rows.js';
import type { TableEncoder } from '../table/table.js';
import { type Task, targetValues } from '../table/target-spec.js';
import type { OutsideColumn } from '../types.js';
import type { EstimatorOptions, FitCall, FittedEstimator } from './estimators.js';
import { fitPrepared, type Trained, type TrainingChoices, usualTolerance } from './fit.js';
import { prepare, type TableChoices } from './prepare.js';

/** What is chosen about the table; the options of the estimators besides, and those of a call of `fit`. */
export interface TrainTableOptions
  extends Partial<MeaningOptions>,
    ClassifierOptions,
    Partial<ConvolutionalShape>,
    Omit<FitCallOptions, 'sampleWeight'> {
  /** The column to predict; the others are the features. */
  readonly target: string;
  /** Default: classification for texts and for at most two numbers. */
  readonly task?: Task;
  /** Default `relu`. */
  readonly model?: ModelName;
  /** Texts that count as missing, letter by letter; default {@link MISSING_MARKERS} in any case. Blanks always do. */
  readonly na?: readonly string[];
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** A column of weights >= 0: no feature. */
  readonly weight?: string;
  /** Hold out this share of the rows, stratified. */
  readonly test?: number;
}

/** A model of a table, trained. */
export class TableModel {
  /** The fitted estimator: it takes the numbers that the table became. */
  readonly estimator: Estimator;
  readonly document: ModelDocument;
  private readonly encoder: TableEncoder;
  private readonly training: readonly string[];
  private readonly predictor: TablePredictor;

  /** Made by {@link trainTable}. */
  constructor(encoder: TableEncoder, { fitted, document }: Trained, notes: readonly string[]) {
    this.estimator = fitted as unknown as Estimator;
    this.document = document;
    this.encoder = encoder;
    this.training = notes;
    this.predictor = new TablePredictor(encoder, fitted as unknown as NumberPredictor);
  }

  /** What was decided about the table, one sentence each; then what the last rows predicted had that training did not. */
  get notes(): readonly string[] {
    return [...this.training, ...this.predictor.notes];
  }

  get task(): Task {
    return this.encoder.encoding.target.task;
  }

  /** Labels as they stood in the table, in the order of `predictProba`; null where numbers are predicted. */
  get classes(): readonly string[] | null {
    return this.predictor.classes;
  }

  /** Names of the numbers that the table became. */
  get featureNames(): readonly string[] {
    return this.encoder.featureNames;
  }

  /** One label, or one number, for every row. @throws {@link ArgumentError} for a column that is not there. */
  predict(rows: PredictRows, options?: PredictOptions): string[] | number[] {
    return this.predictor.predict(rows, options);
  }

  /** Rows x classes. @throws {@link ArgumentError} where numbers are predicted. */
  predictProba(rows: PredictRows, options?: PredictOptions): Probabilities {
    return this.predictor.predictProba(rows, options);
  }

  /** Accuracy, or R^2, on the rows with a known target. @throws {@link ArgumentError} for rows without the target's column. */
  score(rows: TableRows, options: PredictOptions = {}): number {
    const { target } = this.encoder.encoding;
    const table = this.predictor.table(rows);
    const position = this.encoder.columnNames(table).indexOf(target.column);
    if (position < 0)
      throw new ArgumentError(
        'rows',
        `without the column ${JSON.stringify(target.column)}`,
        'rows with the target, to compare with',
      );
    const markers = this.encoder.markers(table);
    const isLabel = new Set(target.labels);
    const known = allRows(table).filter((row) => {
      const cell = trimmed(table.rows[row][position]);
      return isLabel.has(cell) || !markers.has(cell);
    });
    const own = { ...table, rows: Array.from(known, (row) => table.rows[row]), lines: known.map((row) => table.lines[row]) };
    const values = speakingJavaScript(() => targetValues(own, target, allRows(own)));
    const X = this.predictor.encode(own, options.missing);
    return (this.estimator as unknown as FittedEstimator).score(X, values);
  }

  /** For every row the columns, as `featureNames` has them, in which it lies outside of what training saw, and how far. */
  outside(rows: PredictRows, options?: PredictOptions): OutsideColumn[][] {
    return this.estimator.outside(this.predictor.matrix(rows, options));
  }

  /** The model file of the command line: `cvxnn predict` and `loadModel` read it. */
  toJSON(): ModelDocument {
    return this.document;
  }
}

/** All that may be chosen: about the table, about a call, and what the estimators know. */
const names: readonly string[] = [
  ...[
    'target',
    'task',
    'model',
    'missing',
    'na',
    'ignore',
    'categorical',
    'maxLevels',
    'dates',
    'weight',
    'test',
    'keepConstant',
  ],
  ...['signal', 'onProgress', 'image', 'filter', 'stride', 'padding', 'regions', 'pooling'],
  ...estimatorOptionNames,
];

/**
 * Trains on a table as people have it: texts become indicators, missing cells are treated as asked, and every decision is in `notes`.
 * The same bits as `cvxnn train` on the same table.
 *
 * @param rows - objects `{ column: value }`, an object of columns, or what `readTable` of cvxnn/table gives.
 * @param options - `target` is needed; options of the estimator go with them.
 * @throws {@link ArgumentError} for options, {@link TableError} for the table, before any work; {@link AbortedError} whose `result` is
 * the model with the best network so far, or null.
 */
export async function trainTable(rows: TableRows, options: TrainTableOptions): Promise<TableModel> {
  const { choices, model, estimator, call } = readOptions(options);
  const table = toTable(rows, options.na ?? null, (column) => choices.ignore.includes(column));
  const prepared = speakingJavaScript(() => prepare(table, choices));
  const tolerance = estimator.tolerance ?? usualTolerance(model);
  const csv = (options.na === undefined ? {} : { na: options.na }) as TrainingChoices['csv'];
  const all = { ...choices, csv, model, tolerance, estimator: { ...estimator, tolerance } };
  const trained = await fitPrepared(table, prepared, all, call);
  const made = new TableModel(prepared.encoder, trained, [...prepared.notes, ...trained.fitted.notes].map(inJavaScript));
  if (trained.record.status === 'interrupted') throw new AbortedError(call.signal?.reason, made);
  return made;
}

/** The options by whom they are for. @throws {@link ArgumentError} naming the option. */
function readOptions(options: TrainTableOptions) {
  checkOptionNames(options, names);
  const { target, task, model = 'relu', missing = 'error', na, ignore = [], weight, test = null, ...others } = options;
  const { categorical, maxLevels, dates, keepConstant, signal, onProgress, classWeight, seed = 0, ...rest } = others;
  const refuse = (name: string, expected: string): never => {
    throw new ArgumentError(`options.${name}`, describeValue((options as unknown as Record<string, unknown>)[name]), expected);
  };
  const oneOf = (name: string, value: unknown, known: readonly string[]) => {
    if (value !== undefined && !known.includes(value as string)) refuse(name, known.map((one) => `'${one}'`).join(' or '));
  };
  const listOfTexts = (name: string, value: unknown) => {
    if (value !== undefined && !(Array.isArray(value) && value.every((one) => typeof one === 'string')))
      refuse(name, 'an array of texts');
  };
  if (typeof target !== 'string') refuse('target', 'the name of a column');
  oneOf('task', task, ['regression', 'classification']);
  oneOf('model', model, modelNames);
  oneOf('missing', missing, ['error', 'drop', 'mean']);
  oneOf('dates', dates, ['ignore', 'features']);
  for (const [name, value] of Object.entries({ na, ignore, categorical })) listOfTexts(name, value);
  if (weight !== undefined && typeof weight !== 'string') refuse('weight', 'the name of a column');
  if (maxLevels !== undefined && !(Number.isSafeInteger(maxLevels) && maxLevels >= 2))
    refuse('maxLevels', 'an integer of at least 2');
  if (test !== null && !(typeof test === 'number' && test > 0 && test < 1)) refuse('test', 'a fraction between 0 and 1');
  if (ignore.includes(target)) refuse('ignore', `columns other than the target ${JSON.stringify(target)}`);
  const choices: TableChoices = {
    target,
    task,
    missing,
    ignore,
    ...(categorical && { categorical }),
    ...(maxLevels !== undefined && { maxLevels }),
    ...(dates && { dates }),
    ...(weight !== undefined && { weight }),
    test,
    seed,
    ...((keepConstant === true || rest.image !== undefined) && { keepConstant: true }),
  };
  const estimator = { ...rest, ...(classWeight !== undefined && { classWeight }), seed } as unknown as EstimatorOptions;
  return { choices, model, estimator, call: { ...(signal && { signal }), ...(onProgress && { onProgress }) } as FitCall };
}
