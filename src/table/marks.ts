import { COMMA, type DecimalMark, POINT, takeApart } from './numbers.js';

/** What a cell shows about the decimal mark: one mark only, none (12, 1 000), or one of both (1,234; 1.234). */
export type MarkShown = DecimalMark | 'none' | 'either';

/** A formatted number as a column's study needs it; null for any other text. */
export function formattedNumber(cell: string): { readonly unit: string; readonly shown: MarkShown } | null {
  const parts = takeApart(cell);
  if (parts === null) return null;
  const [point, comma] = [POINT.test(parts.body), COMMA.test(parts.body)];
  if (!point && !comma) return null;
  const shown = !comma ? '.' : !point ? ',' : /[.,]/.test(parts.body) ? 'either' : 'none';
  return { unit: parts.unit, shown };
}
