import { boundedNote, outsideNote } from '../data/outside-notes.js';
import { allRows } from '../table/columns.js';
import { csvLine } from '../table/csv.js';
import { trimmed } from '../table/missing.js';
import type { TableEncoder } from '../table/table.js';
import { labelTexts, targetValues } from '../table/target-spec.js';
import type { Table } from '../table/text-table.js';
import type { FittedEstimator, Rows } from '../tabular/estimators.js';
import { asRows } from '../tabular/prepare.js';
import type { Label } from '../types.js';
import { type Console, short } from './console.js';
import { inFile } from './failure.js';
import { checkOutput, writeAtomic } from './files.js';
import type { OptionKinds, Options } from './options.js';
import { readModel } from './read-model.js';
import { scoreName } from './report.js';
import { readTableOptions, tableHelp, tableKinds } from './table-options.js';
import { openTable } from './tables.js';

export const predictKinds: OptionKinds = {
  out: 'value',
  missing: 'value',
  extrapolate: 'flag',
  ...tableKinds,
  json: 'flag',
  help: 'flag',
};

export const predictHelp = `Usage: cvxnn predict MODEL.json DATA.csv ... [options]

Writes a CSV with a line for every row of the table: column prediction, then probability_<label> for classifiers. Columns are
found by name; the target may be absent. A text that training did not see tells nothing and is warned about.

  --out FILE            where the predictions go; default: standard output
  --missing POLICY      error or mean; default: as in training (drop fills with the mean, since every row gets an answer)
  --extrapolate         numbers: do not bound the predictions of rows outside of what training saw
${tableHelp('as in training')}  --json                print one JSON object
`;

/** `cvxnn predict`: returns the exit code. */
export async function predict(options: Options, console: Console): Promise<number> {
  const [modelFile, ...operands] = options.positionals;
  const missing = options.choice('missing', ['error', 'mean']);
  const csv = readTableOptions(options);
  const out = options.text('out');
  const input = await openTable(operands, console);
  const { name: file } = input;
  if (out !== undefined) checkOutput(out, [modelFile, ...input.files]);
  const { encoder, estimator } = readModel(modelFile);
  const { target, header, features } = encoder.encoding;
  const names = features.map(({ column }) => column);
  const table = await input.whole({
    header,
    ...csv,
    names,
    // Without a header the place of a column tells what it is.
    unused: (column) => header && column !== target.column && !names.includes(column),
  });
  for (const note of table.notes) console.err(`${file}: ${note}\n`);
  const { X, warnings } = inFile(file, () => encoder.encode(table, allRows(table), missing));
  for (const warning of warnings) console.err(`${file}: ${warning}\n`);

  const rows = asRows(X);
  const texts = labelTexts(target);
  const textOf = (label: Label) => texts.get(label) ?? String(label);
  const extrapolate = options.has('extrapolate') && target.task === 'regression';
  const scores = estimator.decisionFunction(rows);
  const predictions: Label[] = Array.from(extrapolate ? scores : estimator.predict(rows));
  const bounded = target.task === 'regression' ? boundedNote(predictions as number[], scores) : [];
  const outside = outsideNote(estimator.outside(rows), encoder.featureNames, (k) => `${table.unit} ${table.lines[k]}`);
  const notes = [...outside, ...bounded.map((note) => `${note} (--extrapolate gives the network's own)`)];
  for (const note of notes) console.err(`${file}: ${note}\n`);
  const probabilities = target.task === 'classification' ? (estimator.predictProba?.(rows) ?? null) : null;
  const classes = (estimator.classes ?? []).map(textOf);
  const score = scoreOf(estimator, encoder, { ...table, columns: encoder.columnNames(table) }, rows);
  if (score !== null)
    console.err(`${file}: ${scoreName(target.task)} ${short(score, 4)} on the rows with a known "${target.column}"\n`);

  const width = classes.length;
  const probability = (k: number, c: number) => (probabilities as { data: Float64Array }).data[k * width + c];
  if (out !== undefined || !options.has('json')) {
    const names = probabilities === null ? [] : classes.map((text) => `probability_${text}`);
    const lines = predictions.map((label, k) => csvLine([textOf(label), ...names.map((_, c) => String(probability(k, c)))]));
    const text = csvLine(['prediction', ...names]) + lines.join('');
    if (out === undefined) console.out(text);
    else writeAtomic(out, text);
  }
  if (options.has('json')) {
    const json = {
      rows: predictions.length,
      predictions: predictions.map((label) => (target.task === 'classification' ? textOf(label) : label)),
      classes: target.labels === null ? null : classes,
      probabilities: probabilities && predictions.map((_, k) => classes.map((_, c) => probability(k, c))),
      score,
      notes: [...table.notes, ...warnings, ...notes],
      out: out ?? null,
    };
    console.out(`${JSON.stringify(json)}\n`);
  }
  return 0;
}

/** Score on the rows whose target is in the table, or null: the table may lack it, or hold what cannot be compared. */
function scoreOf(estimator: FittedEstimator, encoder: TableEncoder, table: Table, { data, shape }: Rows): number | null {
  const { target } = encoder.encoding;
  const position = table.columns.indexOf(target.column);
  if (position < 0) return null;
  const isLabel = new Set(target.labels);
  const markers = encoder.markers(table);
  const known = allRows(table).filter((row) => {
    const cell = trimmed(table.rows[row][position]);
    return isLabel.has(cell) || !markers.has(cell);
  });
  const d = shape[1];
  const X = new Float64Array(known.length * d);
  known.forEach((row, k) => {
    X.set(data.subarray(row * d, (row + 1) * d), k * d);
  });
  try {
    const values = targetValues(table, target, known);
    // R^2 compares with the spread of the targets: of one row, or of equal ones, there is none.
    if (target.task === 'regression' && new Set(values).size < 2) return null;
    const score = estimator.score({ data: X, shape: [known.length, d] }, values);
    return Number.isFinite(score) ? score : null;
  } catch {
    // A target that is no number, one row only: predictions are asked for, a score is a courtesy.
    return null;
  }
}
