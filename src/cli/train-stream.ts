import { count } from '../data/describe.js';
import { heldOutRows } from '../data/folds.js';
import { AbortedError } from '../errors.js';
import { type GatedReLURegressor, GatedReLUStream } from '../index.js';
import { allRows } from '../table/columns.js';
import { modelDocument } from '../table/model-document.js';
import { Moments } from '../table/moments.js';
import { type Scales, TableSurvey } from '../table/survey.js';
import { TableEncoder } from '../table/table.js';
import { targetValues } from '../table/target-spec.js';
import type { Table } from '../table/text-table.js';
import { achieved, type TrainingRecord } from '../tabular/model-file.js';
import { asRows, storedChoices } from '../tabular/prepare.js';
import { type Console, ProgressLine, short } from './console.js';
import { CliError, inFile } from './failure.js';
import { writeAtomic } from './files.js';
import { interruptedCode } from './interruption.js';
import { tellNothing, tellResult } from './report.js';
import { trainingRead } from './table-options.js';
import type { TableInput } from './tables.js';
import type { TrainOptions } from './train-options.js';

/**
 * `cvxnn train --stream`: two passes over the file, one for columns, levels and scales (two where numbers are formatted, dates used or rows dropped), one for the sums; with --test a third, which
 * predicts the rows held out. Returns the exit code.
 */
export async function trainStream(input: TableInput, choices: TrainOptions, console: Console): Promise<number> {
  checkChoices(choices);
  try {
    return await readAndTrain(input, choices, console);
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    return tellNothing(console);
  }
}

async function readAndTrain(input: TableInput, choices: TrainOptions, console: Console): Promise<number> {
  const { name: file } = input;
  const { target, seed, tolerance } = choices;
  const start = performance.now();
  const survey = new TableSurvey(choices);
  const notes: string[] = [];
  let read = 0;
  do {
    read = 0;
    notes.length = 0;
    for await (const { table, train } of parts(input, choices)) {
      checkInterrupted(console);
      notes.push(...table.notes);
      read += table.rows.length;
      inFile(file, () => survey.add(table, train));
    }
  } while (inFile(file, () => survey.again()));
  const { encoding, scales, notes: dropped } = inFile(file, () => survey.result());
  notes.push(...dropped);
  const encoder = new TableEncoder(encoding);
  const headline = `${count(read, 'row')} of ${count(encoding.columns.length, 'column')}; regression of "${target}", streamed`;
  const allNotes = [headline, ...notes];
  for (const note of allNotes) console.err(`${file}: ${note}\n`);

  const stream = createStream(choices, scales);
  for await (const { table, train } of parts(input, choices)) {
    checkInterrupted(console);
    const rows = inFile(file, () => survey.kept(table, train));
    const { X, y } = inFile(file, () => encode(encoder, table, rows));
    if (rows.length > 0) await stream.addRows(X, y);
  }
  const progress = new ProgressLine(console);
  let model: GatedReLURegressor;
  let interrupted = false;
  try {
    model = await stream.fit({ signal: console.signal, onProgress: (event) => progress.show(event) });
  } catch (error) {
    if (!(error instanceof AbortedError) || error.result === null) throw error;
    interrupted = true;
    model = error.result as GatedReLURegressor;
  } finally {
    progress.clear();
  }
  for (const note of model.notes) console.err(`${file}: ${note}\n`);
  const test =
    choices.test === null || interrupted ? { rows: 0, score: null } : await testScore(input, choices, survey, encoder, model);
  const { certificate, network, status, beta } = model;
  const record: TrainingRecord = {
    status: interrupted ? 'interrupted' : status,
    ...achieved(certificate),
    beta,
    neurons: network.neurons,
    rows: stream.rows,
    testRows: test.rows,
    features: encoder.featureNames.length,
    classes: null,
    trainScore: stream.score,
    testScore: test.score,
    seconds: (performance.now() - start) / 1000,
    tolerance,
    seed,
    regions: [],
    regionCount: 0,
    choices: storedChoices({ ...choices, task: 'regression' }),
    tableSha256: 'streamed',
  };
  const document = modelDocument({ model: 'gated', table: encoding, estimator: model.toJSON(), training: record });
  writeAtomic(choices.out, `${JSON.stringify(document)}\n`);
  tellResult(record, allNotes, encoding.target, { model: choices.out }, choices.json, console);
  if (interrupted) return interruptedCode(console.signal);
  if (status === 'optimal') return 0;
  console.err(`cvxnn: stopped (${status}) at a gap of ${short(certificate.patternGap, 2)}; the best network so far is written\n`);
  return 2;
}

/** @throws {@link CliError} for options that other models and losses have. */
function checkChoices({ task, weight, certificate, estimator: { loss, patterns, timeLimit } }: TrainOptions): void {
  if (task === 'classification' || (loss !== undefined && loss !== 'squared'))
    throw new CliError('--stream has the squared loss only: regression of a number');
  if (weight !== undefined) throw new CliError('--stream has no --weight: every row counts the same');
  if (certificate !== null) throw new CliError('--stream writes no certificate: it proves nothing over all patterns');
  if (patterns !== undefined && patterns !== 'auto' && typeof patterns === 'string')
    throw new CliError(`--patterns is "${patterns}"; with --stream expected a number of gates`);
  if (timeLimit !== undefined) throw new CliError('--stream has no --time-limit; --max-iterations ends the fit');
}

function createStream({ seed, tolerance, estimator }: TrainOptions, scales: Scales): GatedReLUStream {
  const { beta, bias, maxIterations, patterns, standardize, extrapolate } = estimator;
  return new GatedReLUStream({
    seed,
    tolerance,
    ...(beta !== undefined && { beta }),
    ...(bias !== undefined && { bias }),
    ...(extrapolate !== undefined && { extrapolate }),
    ...(maxIterations !== undefined && { maxIterations }),
    ...(typeof patterns === 'object' && { gates: patterns.sample }),
    ...(standardize === false ? { standardize } : { scaling: scales }),
  });
}

/** Pieces of the file with their rows for training and for the test: the same in every pass. */
async function* parts(input: TableInput, choices: TrainOptions) {
  const { test, seed } = choices;
  const isHeldOut = heldOutRows(test, seed);
  for await (const table of input.pieces(trainingRead(choices))) {
    const held = table.rows.map(isHeldOut);
    const rows = allRows(table);
    yield { table, train: rows.filter((k) => !held[k]), test: rows.filter((k) => held[k]) };
  }
}

function encode(encoder: TableEncoder, table: Table, rows: Int32Array) {
  const { X } = encoder.encode(table, rows, encoder.encoding.missing);
  return { X: asRows(X), y: targetValues(table, encoder.encoding.target, rows) as number[] };
}

/** R^2 of the rows held out. */
async function testScore(
  input: TableInput,
  choices: TrainOptions,
  survey: TableSurvey,
  encoder: TableEncoder,
  model: GatedReLURegressor,
): Promise<{ rows: number; score: number | null }> {
  const { name: file } = input;
  const targets = new Moments();
  let loss = 0;
  for await (const { table, test } of parts(input, choices)) {
    const known = inFile(file, () => survey.kept(table, test));
    if (known.length === 0) continue;
    const { X, y } = inFile(file, () => encode(encoder, table, known));
    model.predict(X).forEach((score, k) => {
      targets.add(y[k]);
      loss += (y[k] - score) * (y[k] - score);
    });
  }
  return { rows: targets.count, score: targets.squares > 0 ? 1 - loss / targets.squares : null };
}

function checkInterrupted({ signal }: Console): void {
  if (signal.aborted) throw new AbortedError(signal.reason, null);
}
