import { mean } from '../statistics.js';

/** One split of one table: scores on its held-out rows (accuracy, or R^2). */
export interface Split {
  readonly table: string;
  readonly seed: number;
  readonly classification: boolean;
  /** Version of scikit-learn. */
  readonly scikit: string;
  /** Of the penalized linear model and of the MLP whose weight decay was tuned. */
  readonly linear: number;
  readonly mlp: number;
  readonly rows: number;
  readonly columns: number;
  readonly ours: number;
  readonly beta: number;
  /** Relative duality gap over the patterns held. */
  readonly gap: number;
  readonly neurons: number;
  /** User CPU, choice of beta included. */
  readonly seconds: number;
}

/** Mean difference and its standard error over splits that share their rows. */
export function paired(differences: readonly number[]): { readonly mean: number; readonly error: number } {
  const middle = mean(differences);
  const squares = differences.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
  const count = differences.length;
  return { mean: middle, error: count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0 };
}

export function byTable(splits: readonly Split[]): ReadonlyMap<string, readonly Split[]> {
  const groups = new Map<string, Split[]>();
  for (const split of splits) groups.set(split.table, [...(groups.get(split.table) ?? []), split]);
  return groups;
}

/** One line a table: means over the splits, the difference to each peer with its standard error. */
export function render(splits: readonly Split[]): string {
  const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
  const against = (group: readonly Split[], peer: 'linear' | 'mlp') => {
    const { mean: difference, error } = paired(group.map((split) => split.ours - split[peer]));
    return `${signed(difference)} ± ${error.toFixed(4)}`;
  };
  const rows = [...byTable(splits)].map(([table, group]) => {
    const [{ rows: n, columns }] = group;
    const average = (key: 'ours' | 'linear' | 'mlp' | 'seconds' | 'neurons') => mean(group.map((split) => split[key]));
    const worst = Math.max(...group.map(({ gap }) => gap));
    const scores = (['ours', 'linear', 'mlp'] as const).map((key) => average(key).toFixed(4));
    const cost = [average('seconds').toFixed(1), average('neurons').toFixed(0), worst.toExponential(0)];
    const cells = [`${table}, ${n} x ${columns}`, ...scores, against(group, 'linear'), against(group, 'mlp'), ...cost];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| table, training rows x columns | ours | linear | MLP | ours - linear | ours - MLP | s | neurons | worst gap |';
  return [head, `| ${'--- | '.repeat(9).trimEnd()}`, ...rows].join('\n');
}
