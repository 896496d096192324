/** A table of cells, header first. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Two digits; "-" for what was not reached. */
export function short(value: number | null | undefined): string {
  if (value == null) return '-';
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(2);
}

/** Of numbers above zero. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
