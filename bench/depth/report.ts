import { mean } from '../statistics.js';
import { paired } from '../tables/report.js';

/** One model on one split of a task. */
export interface DepthRun {
  readonly task: string;
  readonly model: string;
  readonly seed: number;
  /** R^2 on the held-out rows. */
  readonly score: number;
  /** Of user CPU, the choice of beta included. */
  readonly seconds: number;
}

/** The two-layer model that the others are held against. */
export const reference = 'two layers, ReLU';

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;

/** A row a task and model: mean score, difference to the reference on the same splits with its standard error, seconds. */
export function render(runs: readonly DepthRun[]): string {
  const scores = (task: string, model: string) =>
    runs.filter((run) => run.task === task && run.model === model).sort((one, other) => one.seed - other.seed);
  const lines = [...new Set(runs.map(({ task }) => task))].flatMap((task) => {
    const base = scores(task, reference);
    return [...new Set(runs.filter((run) => run.task === task).map(({ model }) => model))].map((model) => {
      const own = scores(task, model);
      const differences = own.map(({ score }, k) => score - base[k].score);
      const ahead = paired(differences);
      const against = model === reference ? '' : `${signed(ahead.mean)} ± ${ahead.error.toFixed(3)}`;
      const wins = model === reference ? '' : `${differences.filter((value) => value > 0).length} of ${differences.length}`;
      const time = mean(own.map(({ seconds }) => seconds)).toPrecision(2);
      return `| ${[task, model, mean(own.map(({ score }) => score)).toFixed(3), against, wins, time].join(' | ')} |`;
    });
  });
  const head = ['| task | model | R^2 | against ReLU | ahead in | s |', '| --- | --- | --- | --- | --- | --- |'];
  return [...head, ...lines].join('\n');
}
