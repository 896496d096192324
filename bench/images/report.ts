// The tables of docs/images.md.
import { mean } from '../statistics.js';

/** One measurement: a model on one split of a task. */
export interface Line {
  readonly task: string;
  readonly model: string;
  readonly split: number;
  readonly accuracy: number;
  /** User CPU. */
  readonly seconds: number;
  readonly gap?: number;
  readonly objective?: number;
  readonly steps?: number;
  readonly neurons?: number;
  readonly status?: string;
  readonly epochs?: number;
}

/** One table a task: a row for every model, means over its splits; runs of Adam by their rate, best and mean. */
export function render(lines: readonly Line[]): string {
  const tasks = [...new Set(lines.map(({ task }) => task))];
  return tasks
    .map((task) =>
      table(
        task,
        lines.filter((line) => line.task === task),
      ),
    )
    .join('\n');
}

function table(task: string, lines: readonly Line[]): string {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const name = line.model.replace(/ seed \d+$/, '');
    groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  const body = [...groups].map(([name, group]) => {
    const accuracies = group.map(({ accuracy }) => accuracy);
    const gaps = group.flatMap(({ gap }) => gap ?? []);
    const objectives = group.flatMap(({ objective }) => objective ?? []);
    const cells = [
      name,
      String(group.length),
      mean(accuracies).toFixed(4),
      `${Math.min(...accuracies).toFixed(4)} to ${Math.max(...accuracies).toFixed(4)}`,
      mean(group.map(({ seconds }) => seconds)).toFixed(1),
      gaps.length > 0 ? Math.max(...gaps).toExponential(1) : '',
      objectives.length > 0 ? firstObjective(group) : '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| model | runs | accuracy | least to most | seconds | worst gap | least objective, split 1 |';
  return `### ${task}\n\n${head}\n| --- | --- | --- | --- | --- | --- | --- |\n${body.join('\n')}\n`;
}

/** Objectives can be compared on one split only. */
function firstObjective(group: readonly Line[]): string {
  return Math.min(...group.flatMap(({ split, objective }) => (split === 0 ? (objective ?? []) : []))).toFixed(2);
}
