import { median } from '../statistics.js';

/** One problem, all runs on it. Times are seconds of user CPU. */
export interface Comparison {
  readonly name: string;
  readonly n: number;
  /** Columns, the constant one counted. */
  readonly d: number;
  readonly outputs: number;
  readonly loss: string;
  readonly beta: number;
  readonly train: {
    readonly objective: number;
    readonly lowerBound: number | null;
    readonly patterns: string;
    readonly neurons: number;
    readonly seconds: number;
  };
  /** What the estimator ended with at this beta; null where there is none. */
  readonly estimator: number | null;
  readonly steps: number;
  readonly runs: readonly { readonly rate: number; readonly objectives: readonly number[] }[];
  readonly adamSeconds: number;
  /** Runs of TensorFlow.js from the same starts, one for every rate. */
  readonly tfjs?: { readonly seed: number; readonly objectives: readonly number[]; readonly seconds: number };
}

const least = (line: Comparison) =>
  Math.min(...line.runs.flatMap(({ objectives }) => objectives), ...(line.tfjs?.objectives ?? []));

/** How far the best of all runs is below the worse of our objectives, as a share of it; negative: above. */
export function undercut(line: Comparison): number {
  const worse = Math.max(line.train.objective, line.estimator ?? 0);
  return 1 - least(line) / worse;
}

const relative = (value: number, to: number) => `${value >= to ? '+' : ''}${(value / to - 1).toExponential(1)}`;

/** Adam's figures are relative to the objective of `train`. */
export function render(lines: readonly Comparison[]): string {
  const head =
    '| problem | n, d, outputs | patterns | `train` | neurons | s | estimator | Adam best | median, worst at its best rate | s, all runs |';
  const rows = lines.map((line) => {
    const { name, n, d, outputs, train, estimator, runs, adamSeconds } = line;
    const { objective, patterns, neurons, seconds } = train;
    const best = runs.reduce((one, other) => (Math.min(...other.objectives) < Math.min(...one.objectives) ? other : one));
    const cells = [
      name,
      `${n}, ${d}, ${outputs}`,
      patterns,
      objective.toPrecision(9),
      neurons,
      seconds.toFixed(2),
      estimator === null ? '' : relative(estimator, objective),
      relative(least(line), objective),
      `${relative(median(best.objectives), objective)}, ${relative(Math.max(...best.objectives), objective)} (${best.rate})`,
      adamSeconds.toFixed(0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, `|${'---|'.repeat(10)}`, ...rows, ''].join('\n');
}
