import { AbortedError } from '../errors.js';
import { createEstimator, type PathStep } from '../tabular/estimators.js';
import { prepare } from '../tabular/prepare.js';
import { type Console, ProgressLine, short } from './console.js';
import { CliError, fitInFile, inFile } from './failure.js';
import { checkOutput, writeAtomic } from './files.js';
import { interruptedCode } from './interruption.js';
import type { Options } from './options.js';
import { type PathChoices, readPathOptions } from './path-options.js';
import { type Curve, plotText } from './path-plot.js';
import { pathSvg } from './path-svg.js';
import { scoreName } from './report.js';
import { trainingRead } from './table-options.js';
import { openTable } from './tables.js';

const usualWidth = 80;

/** `cvxnn path`: returns the exit code. */
export async function path(options: Options, console: Console): Promise<number> {
  const choices = readPathOptions(options);
  const input = await openTable(options.positionals, console);
  const { name: file } = input;
  if (choices.svg !== undefined) checkOutput(choices.svg, input.files, 'svg');
  const table = await input.whole(trainingRead(choices));
  const { encoder, train, test, notes } = inFile(file, () => prepare(table, choices));
  const { target } = encoder.encoding;
  const estimator = createEstimator(choices.model, target.task, choices.estimator);
  for (const note of [...table.notes, ...notes]) console.err(`${file}: ${note}\n`);
  const { beta: most, exact } = await fitInFile(file, estimator.betaMax(train.X, train.y));
  if (!(most > 0)) throw new CliError(`${file}: every "${target.column}" is the same; there is nothing to learn`);

  const progress = new ProgressLine(console);
  let done = 0;
  let steps: PathStep[];
  let interrupted = false;
  try {
    steps = await estimator.path(train.X, train.y, {
      values: choices.values,
      ratio: choices.ratio,
      ...(test && { validation: test }),
      signal: console.signal,
      onProgress: (event) => progress.show({ ...event, stage: `path of ${choices.values} networks`, iteration: ++done }),
    });
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    interrupted = true;
    steps = (error.result as PathStep[] | null) ?? [];
  } finally {
    progress.clear();
  }
  if (steps.length > 0)
    show(steps, { file, column: target.column, score: scoreName(target.task), most, exact }, choices, console);
  if (interrupted) {
    console.err(`cvxnn: interrupted after ${steps.length} of ${choices.values} values of beta\n`);
    return interruptedCode(console.signal);
  }
  if (steps.length === choices.values && steps.every(({ status }) => status === 'optimal')) return 0;
  const missed = steps.filter(({ status }) => status !== 'optimal').length;
  console.err(`cvxnn: ${steps.length} of ${choices.values} values of beta done, ${missed} without reaching the tolerance\n`);
  return 2;
}

interface Subject {
  readonly file: string;
  readonly column: string;
  readonly score: string;
  readonly most: number;
  readonly exact: boolean;
}

function show(steps: readonly PathStep[], subject: Subject, { json, svg }: PathChoices, console: Console): void {
  const { file, column, score, most, exact } = subject;
  const scores: Curve[] = [{ mark: 'o', name: 'training', values: steps.map(({ trainScore }) => trainScore) }];
  if (steps[0].validationScore !== null)
    scores.push({ mark: 'x', name: 'held out', values: steps.map(({ validationScore }) => validationScore) });
  const neurons: Curve = { mark: '#', name: 'neurons', values: steps.map((step) => step.neurons) };
  const betas = steps.map(({ beta }) => beta);
  if (svg !== undefined)
    writeAtomic(svg, pathSvg({ title: `${column}: regularization path`, betas, scoreName: score, scores, neurons }));
  if (json) {
    console.out(
      `${JSON.stringify({ file, target: column, score, betaMax: most, exact, steps: steps.map(asJson), svg: svg ?? null })}\n`,
    );
    return;
  }
  const width = console.columns ?? usualWidth;
  const ends = { first: `beta ${short(betas[0], 3)}`, last: short(betas[betas.length - 1], 3) };
  console.out(`beta max ${short(most)} (${exact ? 'exact' : 'a lower estimate'})\n\n${tableText(steps, score)}\n`);
  console.out(`${score}\n${plotText(scores, ends, width, (value) => value.toFixed(3))}\n`);
  console.out(`${plotText([neurons], ends, width, (value) => String(Math.round(value)))}`);
}

function asJson({ beta, objective, neurons, status, certificate, trainScore, validationScore }: PathStep): object {
  const { patternGap, lowerBound, relativeGap, provenGlobal, patterns } = certificate;
  return {
    beta,
    status,
    objective,
    neurons,
    patternGap,
    lowerBound,
    relativeGap,
    provenGlobal,
    patterns,
    trainScore,
    validationScore,
  };
}

function tableText(steps: readonly PathStep[], score: string): string {
  const held = steps[0].validationScore !== null;
  const rows = [['beta', 'neurons', 'objective', 'gap', `${score} training`, ...(held ? [`${score} held out`] : [])]];
  for (const { beta, neurons, objective, certificate, trainScore, validationScore } of steps) {
    const last = held ? [(validationScore as number).toFixed(4)] : [];
    rows.push([
      short(beta, 4),
      String(neurons),
      short(objective, 6),
      certificate.patternGap.toExponential(0),
      trainScore.toFixed(4),
      ...last,
    ]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `${row.map((cell, column) => cell.padStart(widths[column])).join('  ')}\n`).join('');
}
