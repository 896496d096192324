/** How the numbers of a column are written, where they are not plain. */
export interface NumberFormat {
  readonly decimal: DecimalMark;
  /** What stands beside every number: '$', 'kg', '%'; '' for nothing. */
  readonly unit: string;
}

export type DecimalMark = '.' | ',';

/** A cell that holds one number, taken apart. */
interface Parts {
  readonly negative: boolean;
  /** Digits, decimal mark and separators of thousands. */
  readonly body: string;
  readonly exponent: string;
  readonly unit: string;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const codes =
  'AED AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PEN PHP PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR'.split(
    ' ',
  );
const CURRENCY = `(?:[A-Z]{0,3}\\p{Sc}|(?:${codes.join('|')})\\b|Rs\\.?|Fr\\.|kr\\.?)`;
const UNIT = '(?:[\\p{L}°%‰\\p{Sc}²³µ][\\p{L}°%‰\\p{Sc}²³µ·*^.]*(?:[ /][\\p{L}\\d²³µ^.]+)*)';
/** Sign, currency, sign, digits with what may stand among them, exponent, unit. */
const FORMATTED = new RegExp(
  `^([+-]?) ?(${CURRENCY})? ?([+-]?)([.,]?\\d(?:[\\d.,'_ ]*[\\d.,])?)((?:[eE][+-]?\\d+)?) ?(${UNIT})?$`,
  'u',
);
const POINT = /^(?:\d+|[1-9]\d{0,2}([,' _])\d{3}(?:\1\d{3})*|[1-9]\d?(?:,\d{2})+,\d{3})?(?:\.\d*)?$/;
const COMMA = /^(?:\d+|[1-9]\d{0,2}([.' _])\d{3}(?:\1\d{3})*)?(?:,\d+)?$/;

/** Units that people write beside numbers: two of them in one column are not one unit. */
const units = new Set(
  (
    '% ‰ kg g mg t lb lbs oz m cm mm km in inch inches ft feet yd mi mile miles l ml cl dl gal s sec secs ms min mins h hr hrs hour hours day days ' +
    'week weeks month months year years yr yrs mph kmh km/h m/s hz khz mhz ghz kb mb gb tb kib mib gib kw mw kwh mwh k bn mn mio mrd thousand million billion ' +
    'trillion cr dr °c °f € $ £ ¥ m² m2 m³ m3 km² ha acres sqft kcal cal j kj pa kpa hpa bar psi euro euros dollar dollars kr fr rs people persons'
  ).split(' '),
);

/** Decimal numbers as in 12, -0.5, .5, 5., 1e-3; not hexadecimal, not with a decimal comma. */
export function isNumber(cell: string): boolean {
  return NUMBER.test(cell);
}

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

/** Whether the text is a unit or a currency that people write beside numbers. */
export function isUnit(unit: string): boolean {
  if (unit === '' || /\p{Sc}/u.test(unit) || unit === 'M' || unit === 'K') return true;
  const first = unit.split(' ')[0].replace(/\.$/, '');
  return codes.includes(first) || units.has(first.toLowerCase());
}

function takeApart(cell: string): Parts | null {
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
