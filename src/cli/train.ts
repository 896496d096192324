import { AbortedError } from '../errors.js';
import type { ProgressEvent } from '../tabular/estimators.js';
import { fitPrepared, type Trained } from '../tabular/fit.js';
import type { TrainingRecord } from '../tabular/model-file.js';
import { prepare } from '../tabular/prepare.js';
import { type Console, ProgressLine, short } from './console.js';
import { fitInFile, inFile } from './failure.js';
import { checkOutput, writeAtomic } from './files.js';
import { interruptedCode } from './interruption.js';
import type { Options } from './options.js';
import { tellNothing, tellResult } from './report.js';
import { trainingRead } from './table-options.js';
import { openTable } from './tables.js';
import { readTrainOptions, type TrainOptions } from './train-options.js';
import { trainStream } from './train-stream.js';

/** Models of units that branch and bound knows. */
const provableModels: ReadonlySet<string> = new Set(['relu', 'batch-norm']);

/** `cvxnn train`: returns the exit code. */
export async function train(options: Options, console: Console): Promise<number> {
  const choices = readTrainOptions(options);
  const input = await openTable(options.positionals, console);
  checkOutput(choices.out, input.files);
  if (choices.certificate !== null) checkOutput(choices.certificate, input.files, 'certificate');
  if (choices.stream) return trainStream(input, choices, console);
  const { name: file } = input;
  const table = await input.whole(trainingRead(choices));
  const prepared = inFile(file, () => prepare(table, choices));
  const { target } = prepared.encoder.encoding;
  for (const note of prepared.notes) console.err(`${file}: ${note}\n`);

  const progress = new ProgressLine(console);
  const call = { signal: console.signal, onProgress: (event: ProgressEvent) => progress.show(event) };
  let trained: Trained;
  try {
    trained = await fitInFile(file, fitPrepared(table, prepared, choices, call));
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    return tellNothing(console);
  } finally {
    progress.clear();
  }
  const { fitted, record, document } = trained;
  for (const note of fitted.notes) console.err(`${file}: ${note}\n`);
  writeAtomic(choices.out, `${JSON.stringify(document)}\n`);
  const { proof } = fitted;
  const files: Record<string, string> = { model: choices.out };
  if (choices.certificate !== null && proof) {
    writeAtomic(choices.certificate, `${JSON.stringify(proof)}\n`);
    files.certificate = choices.certificate;
  }
  tellResult(record, [...prepared.notes, ...fitted.notes], target, files, choices.json, console);
  if (record.status === 'interrupted') return interruptedCode(console.signal);
  if (record.lowerBound === null && provableModels.has(choices.model) && choices.estimator.patterns !== 'certified')
    console.err('cvxnn: nothing is proven over all patterns; --patterns certified would, where columns are few\n');
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
