import { count } from '../data/describe.js';
import type { TargetSpec, Task } from '../table/target-spec.js';
import type { TrainingRecord } from '../tabular/model-file.js';
import { type Console, short } from './console.js';
import { interruptedCode } from './interruption.js';

/** The word for the score of a task. */
export function scoreName(task: Task): string {
  return task === 'classification' ? 'accuracy' : 'R^2';
}

/** The end of a training: what was achieved, as one JSON object or for people, and whether it was cut off. */
export function tellResult(
  record: TrainingRecord,
  notes: readonly string[],
  target: TargetSpec,
  files: Readonly<Record<string, string>>,
  json: boolean,
  console: Console,
): void {
  const { regions, regionCount, choices, tableSha256, ...line } = record;
  console.out(json ? `${JSON.stringify({ ...line, notes, ...files })}\n` : summary(record, target, files));
  if (record.status === 'interrupted') console.err('cvxnn: interrupted; the best network so far is written\n');
}

/** The end of a training that was interrupted too early; returns the exit code. */
export function tellNothing(console: Console): number {
  console.err('cvxnn: interrupted before there was a network; nothing is written\n');
  return interruptedCode(console.signal);
}

/** What was achieved, for people. */
export function summary(record: TrainingRecord, target: TargetSpec, files: Readonly<Record<string, string>>): string {
  const score = scoreName(target.task);
  const rows: [string, string][] = [
    ['status', record.status],
    ['objective', `${short(record.objective, 10)} (beta ${short(record.beta)})`],
    ['lower bound', record.lowerBound === null ? 'none proven over all patterns' : short(record.lowerBound, 10)],
    ['relative gap', gapText(record)],
    [
      'network',
      count(record.neurons, 'neuron') +
        (record.regionCount > 0 ? `, a mixture of ${count(record.regionCount, 'linear model')}` : ''),
    ],
    [
      'training',
      `${scoreText(score, record.trainScore)} on ${count(record.rows, 'row')} of ${count(record.features, 'feature')}`,
    ],
  ];
  if (record.testRows > 0)
    rows.push(['test', `${scoreText(score, record.testScore)} on ${count(record.testRows, 'row')} held out`]);
  rows.push(['time', `${short(record.seconds, 3)} s`], ...Object.entries(files));
  return rows.map(([name, text]) => `${name.padEnd(14)}${text}\n`).join('');
}

function scoreText(name: string, score: number | null): string {
  return score === null ? `no ${name} (the targets do not differ)` : `${name} ${short(score, 4)}`;
}

function gapText({ relativeGap, patternGap, provenGlobal, patterns }: TrainingRecord): string {
  const used = `${short(patternGap, 2)} on the patterns used (${patterns})`;
  if (relativeGap === null) return used;
  return `${short(relativeGap, 2)} over all patterns${provenGlobal ? ', proven global optimum' : ''}; ${used}`;
}
