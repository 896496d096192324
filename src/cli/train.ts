import { AbortedError } from '../errors.js';
import type { TableEncoder } from '../table/table.js';
import { type Console, type ProgressEvent, ProgressLine, short } from './console.js';
import { createEstimator, type FittedEstimator } from './estimators.js';
import { fitInFile, inFile } from './failure.js';
import { checkOutput, writeAtomic } from './files.js';
import { achieved, modelText, type RegionRecord, type TrainingRecord } from './model-file.js';
import type { Options } from './options.js';
import { type Part, prepare, storedChoices, tableHash } from './prepare.js';
import { tellNothing, tellResult } from './report.js';
import { trainingRead } from './table-options.js';
import { openTable } from './tables.js';
import { readTrainOptions, type TrainOptions } from './train-options.js';
import { trainStream } from './train-stream.js';

/** Linear models that the model file keeps for `inspect`. */
const REGIONS_KEPT = 8;

/** `cvxnn train`: returns the exit code. */
export async function train(options: Options, console: Console): Promise<number> {
  const choices = readTrainOptions(options);
  const input = await openTable(options.positionals, console);
  checkOutput(choices.out, input.files);
  if (choices.certificate !== null) checkOutput(choices.certificate, input.files, 'certificate');
  if (choices.stream) return trainStream(input, choices, console);
  const { name: file } = input;
  const table = await input.whole(trainingRead(choices));
  const { encoder, train: part, test, notes } = inFile(file, () => prepare(table, choices));
  const { target } = encoder.encoding;
  for (const note of [...table.notes, ...notes]) console.err(`${file}: ${note}\n`);

  const estimator = createEstimator(choices.model, target.task, choices.estimator);
  const progress = new ProgressLine(console);
  const start = performance.now();
  let fitted: FittedEstimator;
  let interrupted = false;
  try {
    const call = { signal: console.signal, onProgress: (event: ProgressEvent) => progress.show(event) };
    fitted = await fitInFile(file, estimator.fit(part.X, part.y, call));
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    interrupted = true;
    if (error.result === null) return tellNothing(console);
    fitted = error.result as FittedEstimator;
  } finally {
    progress.clear();
  }
  const seconds = (performance.now() - start) / 1000;

  for (const note of fitted.notes) console.err(`${file}: ${note}\n`);
  const record = describeFit(fitted, encoder, part, test, choices, interrupted, seconds, tableHash(table));
  writeAtomic(choices.out, modelText(choices.model, encoder.encoding, fitted.toJSON(), record));
  const { proof } = fitted;
  const files: Record<string, string> = { model: choices.out };
  if (choices.certificate !== null && proof) {
    writeAtomic(choices.certificate, `${JSON.stringify(proof)}\n`);
    files.certificate = choices.certificate;
  }
  tellResult(record, target, files, choices.json, console);
  if (interrupted) return 130;
  if (record.status === 'optimal' && record.patternGap <= choices.tolerance) {
    if (choices.certificate === null || proof) return 0;
    const why = record.provenGlobal ? 'its proof could not be completed' : 'nothing is proven over all patterns';
    console.err(`cvxnn: no certificate is written: ${why} (--patterns certified tries longer)\n`);
    return 2;
  }
  console.err(`cvxnn: stopped (${record.status}) before ${missed(record, choices)}; the best network so far is written\n`);
  return 2;
}

/** What a fit that did not end optimal has not reached. */
function missed({ status, patternGap, provenGlobal }: TrainingRecord, { tolerance, estimator }: TrainOptions): string {
  if (status === 'stalled')
    return `the tolerance ${tolerance} at a gap of ${short(patternGap, 2)}, all that double precision gives for columns of these sizes`;
  if (!(patternGap <= tolerance) || status !== 'time-limit') return `the tolerance ${tolerance}`;
  if (estimator.patterns === 'certified' && !provenGlobal) return 'the optimum over all patterns was proven';
  return 'the choice of beta was finished';
}

function describeFit(
  fitted: FittedEstimator,
  encoder: TableEncoder,
  part: Part,
  test: Part | null,
  choices: TrainOptions,
  interrupted: boolean,
  seconds: number,
  tableSha256: string,
): TrainingRecord {
  const { certificate, network, status, beta } = fitted;
  // Every image has a linear model of its own: there is nothing to list.
  const models = choices.model === 'cnn' ? [] : network.regions(part.X).models;
  return {
    status: interrupted ? 'interrupted' : status,
    ...achieved(certificate),
    beta,
    neurons: network.neurons,
    rows: part.y.length,
    testRows: test?.y.length ?? 0,
    features: part.X.shape[1],
    classes: encoder.encoding.target.labels,
    trainScore: scoreOf(fitted, part),
    testScore: test === null ? null : scoreOf(fitted, test),
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
    choices: storedChoices(choices),
    tableSha256,
  };
}

/** Null where the targets do not differ: R^2 is not defined there. */
function scoreOf(fitted: FittedEstimator, { X, y }: Part): number | null {
  return fitted.classes === undefined && y.every((target) => target === y[0]) ? null : fitted.score(X, y);
}
