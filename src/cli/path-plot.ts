/** One curve: a mark for every step, `null` where there is nothing to show. */
export interface Curve {
  readonly mark: string;
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Values shown at both ends of an axis. */
export interface Ends {
  readonly first: string;
  readonly last: string;
}

const height = 10;
const margin = 10;
const narrowest = 24;

/** Lowest and highest of all values, apart by something. */
export function rangeOf(curves: readonly Curve[]): { low: number; high: number } {
  const values = curves.flatMap((curve) => curve.values.filter((value) => value !== null));
  const low = Math.min(...values);
  const high = Math.max(...values);
  return high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 };
}

/**
 * Curves over equally spaced steps in plain characters, the last curve on top, a legend above and the ends of the x axis below.
 *
 * @param width - columns of the terminal.
 * @param label - text of a value on the y axis.
 */
export function plotText(curves: readonly Curve[], ends: Ends, width: number, label: (value: number) => string): string {
  const across = Math.max(narrowest, width - margin - 2);
  const { low, high } = rangeOf(curves);
  const cells = Array.from({ length: height }, () => Array.from({ length: across }, () => ' '));
  for (const { mark, values } of curves) {
    values.forEach((value, k) => {
      if (value === null) return;
      const x = values.length > 1 ? Math.round((k / (values.length - 1)) * (across - 1)) : 0;
      const y = Math.round(((high - value) / (high - low)) * (height - 1));
      cells[y][x] = mark;
    });
  }
  const legend = `${' '.repeat(margin)}${curves.map(({ mark, name }) => `${mark} ${name}`).join('   ')}`;
  const rows = cells.map((row, y) => {
    const value = y === 0 ? label(high) : y === height - 1 ? label(low) : '';
    return `${value.padStart(margin - 2)} |${row.join('')}`.trimEnd();
  });
  const axis = `${' '.repeat(margin - 1)}+${'-'.repeat(across)}`;
  const gap = Math.max(1, across - ends.first.length - ends.last.length);
  const below = `${' '.repeat(margin)}${ends.first}${' '.repeat(gap)}${ends.last}`;
  return [legend, ...rows, axis, below].map((line) => `${line}\n`).join('');
}
