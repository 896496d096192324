/**
 * Texts that stand for a missing value, in any case, where a caller names no others. They are what R, pandas, SQL, Excel, SAS, Stata
 * and people write: blanks, NA, NaN, NULL, None, nil, single and double dashes and points, a question mark, and the errors of Excel.
 */
export const MISSING_MARKERS: readonly string[] = [
  '',
  ...['na', 'n/a', 'n.a.', 'n.a', 'nan', '-nan', '+nan', 'nat', 'null', 'none', 'nil', '?', '??', '.', '..', '...', '…', '\\n'],
  ...[
    '-',
    '--',
    '---',
    '–',
    '—',
    '−',
    '#n/a',
    '#n/a n/a',
    '#na',
    '<na>',
    '<n/a>',
    '<null>',
    '<none>',
    '(null)',
    '(none)',
    '(na)',
  ],
  ...['[null]', '[na]', '1.#ind', '-1.#ind', '1.#qnan', '-1.#qnan'],
  ...['#div/0!', '#value!', '#ref!', '#name?', '#num!', '#null!'],
];

const longest = Math.max(...MISSING_MARKERS.map((marker) => marker.length));
const usual: ReadonlySet<string> = new Set(MISSING_MARKERS);

/** Which cells have no value. A blank cell never has one. */
export class MissingMarkers {
  /** As given, padding removed; null for {@link MISSING_MARKERS}. */
  readonly given: readonly string[] | null;
  private readonly exact: ReadonlySet<string> | null;

  /** @param given - Texts that count in place of the usual ones, letter by letter; blanks always count. */
  constructor(given: readonly string[] | null = null) {
    this.given =
      given === null ? null : Array.from(new Set(given.map((marker) => marker.trim()).filter((marker) => marker !== '')));
    this.exact = this.given && new Set(this.given);
  }

  has(cell: string): boolean {
    const text = trimmed(cell);
    if (text === '') return true;
    if (this.exact !== null) return this.exact.has(text);
    return text.length <= longest && usual.has(text.toLowerCase());
  }
}

export const usualMarkers = new MissingMarkers();

/** The cell without padding: blanks of any width, also those inside quotes. */
export function trimmed(cell: string): string {
  if (cell === '') return cell;
  const [first, last] = [cell.charCodeAt(0), cell.charCodeAt(cell.length - 1)];
  return first > 32 && first < 127 && last > 32 && last < 127 ? cell : cell.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');
}
