/** How the numbers of a column are written, where they are not plain. */
export interface NumberFormat {
  readonly decimal: DecimalMark;
  /** What stands beside every number: '$', 'kg', '%'; '' for nothing. */
  readonly unit: string;
}

export type DecimalMark = '.' | ',';

/** A cell that holds one number, taken apart. */
export interface Parts {
  readonly negative: boolean;
  /** Digits, decimal mark and separators of thousands. */
  readonly body: string;
  readonly exponent: string;
  readonly unit: string;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Currencies by their codes. */
export const currencyCodes =
  'AED AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PEN PHP PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR'.split(
    ' ',
  );
const CURRENCY = `(?:[A-Z]{0,3}\\p{Sc}|(?:${currencyCodes.join('|')})\\b|Rs\\.?|Fr\\.|kr\\.?)`;
const UNIT = '(?:[\\p{L}°%‰\\p{Sc}²³µ][\\p{L}°%‰\\p{Sc}²³µ·*^.]*(?:[ /][\\p{L}\\d²³µ^.]+)*)';
/** Sign, currency, sign, digits with what may stand among them, exponent, unit. */
const FORMATTED = new RegExp(
  `^([+-]?) ?(${CURRENCY})? ?([+-]?)([.,]?\\d(?:[\\d.,'_ ]*[\\d.,])?)((?:[eE][+-]?\\d+)?) ?(${UNIT})?$`,
  'u',
);
export const POINT = /^(?:\d+|[1-9]\d{0,2}([,' _])\d{3}(?:\1\d{3})*|[1-9]\d?(?:,\d{2})+,\d{3})?(?:\.\d*)?$/;
export const COMMA = /^(?:\d+|[1-9]\d{0,2}([.' _])\d{3}(?:\1\d{3})*)?(?:,\d+)?$/;

/** Decimal numbers as in 12, -0.5, .5, 5., 1e-3; not hexadecimal, not with a decimal comma. */
export function isNumber(cell: string): boolean {
  return NUMBER.test(cell);
}

/** The number in a cell, NaN where there is none in this format. A number without the unit counts. */
export function numberIn(cell: string, { decimal, unit }: NumberFormat): number {
  if (NUMBER.test(cell) && (decimal === '.' || !cell.includes('.') || /[eE]/.test(cell))) return Number(cell);
  const parts = takeApart(cell);
  if (parts === null || !(decimal === '.' ? POINT : COMMA).test(parts.body)) return Number.NaN;
  if (parts.unit !== '' && unitKey(parts.unit) !== unitKey(unit)) return Number.NaN;
  const digits = parts.body.replace(decimal === '.' ? /[,' _]/g : /[.' _]/g, '').replace(',', '.');
  const value = Number(digits + parts.exponent);
  return parts.negative ? 0 - value : value;
}

/** Equal for spellings of one unit: kg and Kg, year and years. */
export function unitKey(unit: string): string {
  const plain = unit.replace(/\.$/, '');
  if (plain.length < 2) return plain;
  const small = plain.toLowerCase();
  return small.length > 3 ? small.replace(/s$/, '') : small;
}

export function takeApart(cell: string): Parts | null {
  if (cell.length > 60) return null;
  let text = usualCharacters(cell);
  if (!/\d/.test(text)) return null;
  const brackets = /^\((.*)\)$/.exec(text) ?? /^(\p{Sc} ?)\((.*)\)$/u.exec(text);
  if (brackets) text = brackets.slice(1).join('').trim();
  // 25,- and 25.-- are prices without cents.
  text = text.replace(/[.,] ?--?$/, '');
  const behind = /^(.*\d) ?-$/.exec(text);
  if (behind) text = behind[1];
  const found = FORMATTED.exec(text);
  if (found === null) return null;
  const [, before, currency = '', after, body, exponent, unit = ''] = found;
  const signs = before + after + (behind ? '-' : '') + (brackets ? '-' : '');
  if (signs.length > 1) return null;
  return { negative: signs === '-', body, exponent, unit: [currency, unit].filter((part) => part !== '').join(' ') };
}

/** Blanks of any width, minus signs, apostrophes and wide digits as ASCII has them. */
function usualCharacters(cell: string): string {
  if (/^[\x20-\x7e]*$/.test(cell)) return cell;
  return cell
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u2212\ufe63\uff0d\u2010\u2011\u2012\u2013]/g, '-')
    .replace(/[\u2019\u2018\u02bc\u00b4]/g, "'")
    .replace(/[\uff0b-\uff19]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}
