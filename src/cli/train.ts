import { isMissing } from '../data/cells.js';
import { completeRows, summarizeColumn } from '../data/columns.js';
import type { Table } from '../data/csv.js';
import { count } from '../data/describe.js';
import { trainTestSplit } from '../data/folds.js';
import { indexLabels } from '../data/labels.js';
import { featureColumns, TableEncoder } from '../data/table.js';
import { TableError } from '../data/table-error.js';
import { labelTexts, readTarget, targetValues } from '../data/target.js';
import { AbortedError } from '../errors.js';
import type { Label, Matrix } from '../types.js';
import { type Console, ProgressLine } from './console.js';
import { createEstimator, type FittedEstimator, type Rows } from './estimators.js';
import { inFile } from './failure.js';
import { checkOutput, readTable, writeAtomic } from './files.js';
import { modelText, type RegionRecord, type TrainingRecord } from './model-file.js';
import type { Options } from './options.js';
import { summary } from './report.js';
import { readTrainOptions, type TrainOptions } from './train-options.js';

/** Linear models that the model file keeps for `inspect`. */
const REGIONS_KEPT = 8;

/** The table, made ready: matrices and targets of the training and the test rows. */
export interface Prepared {
  readonly encoder: TableEncoder;
  readonly train: Part;
  readonly test: Part | null;
  readonly notes: readonly string[];
}

export interface Part {
  readonly X: Rows;
  readonly y: readonly Label[];
}

/** `cvxnn train`: returns the exit code. */
export async function train(options: Options, console: Console): Promise<number> {
  const [file] = options.positionals;
  const choices = readTrainOptions(options);
  checkOutput(choices.out, [file]);
  const table = readTable(file, choices.csv);
  const { encoder, train: part, test, notes } = inFile(file, () => prepare(table, choices));
  const { target } = encoder.encoding;
  for (const note of notes) console.err(`${file}: ${note}\n`);

  const estimator = createEstimator(choices.model, target.task, choices.estimator);
  const progress = new ProgressLine(console);
  const start = performance.now();
  let fitted: FittedEstimator;
  let interrupted = false;
  try {
    fitted = await estimator.fit(part.X, part.y, { signal: console.signal, onProgress: (event) => progress.show(event) });
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    interrupted = true;
    if (error.result === null) {
      console.err('cvxnn: interrupted before there was a network; nothing is written\n');
      return 130;
    }
    fitted = error.result as FittedEstimator;
  } finally {
    progress.clear();
  }
  const seconds = (performance.now() - start) / 1000;

  const record = describeFit(fitted, encoder, part, test, choices, interrupted, seconds);
  writeAtomic(choices.out, modelText(choices.model, encoder.encoding, fitted.toJSON(), record));
  const { regions, regionCount, ...line } = record;
  console.out(choices.json ? `${JSON.stringify({ ...line, model: choices.out })}\n` : summary(record, target, choices.out));
  if (interrupted) {
    console.err('cvxnn: interrupted; the best network so far is written\n');
    return 130;
  }
  if (record.status === 'optimal' && record.patternGap <= choices.tolerance) return 0;
  console.err(
    `cvxnn: stopped (${record.status}) before the tolerance ${choices.tolerance}; the best network so far is written\n`,
  );
  return 2;
}

/** What a command chooses about its table. */
export type TableChoices = Pick<TrainOptions, 'target' | 'missing' | 'ignore' | 'test' | 'seed' | 'task'>;

/** Target, rows, split, encoding: everything that can be wrong with a table is found here, before any work. */
export function prepare(table: Table, choices: TableChoices): Prepared {
  const { target: column, missing, ignore, test: fraction, seed } = choices;
  const { spec, rows: known } = readTarget(table, column, missing, choices.task);
  // A row is not given up for a column that will not be used.
  const features = featureColumns(table, column, ignore).filter(
    (position) => summarizeColumn(table, position, known).values.length > 1,
  );
  const rows = missing === 'drop' ? completeRows(table, features, known) : known;
  const left = table.rows.length - rows.length;
  const notes = [headline(table, spec, choices)];
  if (left > 0) notes.push(`${count(left, 'row')} with missing values left out${blame(table, features, rows)}`);
  if (rows.length < 2) throw new TableError(`leaves ${count(rows.length, 'row')} to learn from; at least 2 are needed`);
  const values = targetValues(table, spec, rows);
  const strata = spec.labels === null ? null : indexLabels(values, Array.from(labelTexts(spec).keys()));
  const all = rows.map((_, k) => k);
  const split = fraction === null ? { train: all, test: null } : trainTestSplit(rows.length, fraction, { strata, seed });
  const pick = (members: Int32Array) => members.map((k) => rows[k]);
  const { encoder, notes: dropped } = TableEncoder.fit(table, pick(split.train), { target: spec, missing, ignore });
  notes.push(...dropped);
  const part = (members: Int32Array, whose: string): Part => {
    const { X, warnings } = encoder.encode(table, pick(members), missing);
    notes.push(...warnings.map((warning) => whose + warning));
    return { X: asRows(X), y: Array.from(members, (k) => values[k]) };
  };
  const train = part(split.train, '');
  return { encoder, train, test: split.test === null ? null : part(split.test, 'held-out rows: '), notes };
}

/** The emptiest column, where dropping rows costs more than half of the table. */
function blame(table: Table, features: readonly number[], rows: Int32Array): string {
  if (rows.length * 2 >= table.rows.length || features.length === 0) return '';
  const gaps = features.map((position) => table.rows.filter((row) => isMissing(row[position])).length);
  const worst = features[gaps.indexOf(Math.max(...gaps))];
  return `, most for column "${table.columns[worst]}" (--ignore it, or --missing mean)`;
}

function headline(table: Table, spec: ReturnType<typeof readTarget>['spec'], { task }: TableChoices): string {
  const kind = spec.task === 'regression' ? 'regression' : `classification into ${spec.labels?.length} classes`;
  const why = task !== undefined ? 'as asked' : spec.numeric ? 'a number' : 'a text';
  const header = table.header ? '' : ', no header found (--header true if the first line is one)';
  return `${count(table.rows.length, 'row')} of ${count(table.columns.length, 'column')}${header}; ${kind} of "${spec.column}" (${why})`;
}

export function asRows(X: Matrix): Rows {
  return { data: X.data, shape: [X.rows, X.columns] };
}

function describeFit(
  fitted: FittedEstimator,
  encoder: TableEncoder,
  part: Part,
  test: Part | null,
  choices: TrainOptions,
  interrupted: boolean,
  seconds: number,
): TrainingRecord {
  const { certificate, network, status, beta } = fitted;
  const { models } = network.regions(part.X);
  return {
    status: interrupted ? 'interrupted' : status,
    objective: certificate.objective,
    patternGap: certificate.patternGap,
    lowerBound: certificate.lowerBound,
    relativeGap: certificate.relativeGap,
    provenGlobal: certificate.provenGlobal,
    patterns: certificate.patterns,
    beta,
    neurons: network.neurons,
    rows: part.y.length,
    testRows: test?.y.length ?? 0,
    features: part.X.shape[1],
    classes: encoder.encoding.target.labels,
    trainScore: fitted.score(part.X, part.y),
    testScore: test === null ? null : fitted.score(test.X, test.y),
    seconds,
    tolerance: choices.tolerance,
    seed: choices.seed,
    regions: models.slice(0, REGIONS_KEPT).map(
      ({ samples, coefficients, intercept }): RegionRecord => ({
        samples,
        coefficients: Array.from(coefficients),
        intercept: Array.from(intercept),
      }),
    ),
    regionCount: models.length,
  };
}
