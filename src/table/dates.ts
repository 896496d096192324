/** Which of two numbers before the year is the day. */
export type DateOrder = 'day-first' | 'month-first';

/** What a text shows that is a date or a time of day. */
export interface DateShape {
  readonly kind: 'date' | 'time';
  readonly hasTime: boolean;
  /** `fixed`: the order cannot be doubted (ISO, named months). `either`: 3/4/2024. */
  readonly order: DateOrder | 'either' | 'fixed';
}

/** A moment, without a zone in its own one, else in UTC. */
export interface Moment {
  /** Since 1970-01-01, with the time as a fraction; of a time of day the fraction alone. */
  readonly days: number;
  readonly hasTime: boolean;
}

const millisecondsOfDay = 86400000;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const TIME =
  '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?: ?([ap])\\.?m\\.?)?(?: ?(z|utc|gmt|[+-]\\d{2}:?(?:\\d{2})?))?(?:\\[.*\\])?';
const after = `(?:(?:t|,? +)${TIME})?$`;
const forms = {
  iso: new RegExp(`^(\\d{4})([-/.])(\\d{1,2})(?:\\2(\\d{1,2}))?${after}`, 'i'),
  numbers: new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${after}`, 'i'),
  dayMonth: new RegExp(`^(?:[a-z]{2,9},? +)?(\\d{1,2})(?:st|nd|rd|th|\\.)?[ -]*${MONTH}[ .,-]*(\\d{4}|\\d{2})${after}`, 'i'),
  monthDay: new RegExp(`^(?:[a-z]{2,9},? +)?${MONTH}[ .-]+(\\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\\d{4})${after}`, 'i'),
  monthYear: new RegExp(`^${MONTH}[ .,-]+(\\d{4})$`, 'i'),
  quarter: /^(?:(\d{4})[- ]?q([1-4])|q([1-4])[- ]?(\d{4}))$/i,
  week: /^(\d{4})-?w(\d{2})(?:-?([1-7]))?$/i,
  time: new RegExp(`^${TIME}$`, 'i'),
};

/** The text as a date of any form; null for any other text. */
export function dateShape(text: string): DateShape | null {
  // Most texts are told apart by this alone.
  if (text.length < 4 || text.length > 50 || !/\d/.test(text) || !/[-/.: a-z]/i.test(text)) return null;
  const [day, month] = [moment(text, 'day-first'), moment(text, 'month-first')];
  const either = day ?? month;
  if (either === null) return null;
  const kind = forms.time.test(text) ? 'time' : 'date';
  // Between points the day stands first; nobody writes it otherwise.
  const plain = forms.numbers.exec(text);
  const order =
    plain === null || (plain[2] === '.' && day !== null)
      ? 'fixed'
      : month === null
        ? 'day-first'
        : day === null
          ? 'month-first'
          : 'either';
  // 1.2.34 is a version as well: a year of two digits stands behind two digits each.
  if (plain !== null && /^\d\.|^\d+\.\d\.\d\d$/.test(text) && !/\d{4}/.test(text)) return null;
  return { kind, hasTime: either.hasTime, order };
}

/** The moment that a text names, or null. */
export function moment(text: string, order: DateOrder): Moment | null {
  let found = forms.iso.exec(text);
  if (found) return at(Number(found[1]), Number(found[3]), Number(found[4] ?? 1), found.slice(5));
  found = forms.numbers.exec(text);
  if (found) {
    const [one, two] = [Number(found[1]), Number(found[3])];
    const [day, month] = order === 'day-first' ? [one, two] : [two, one];
    return at(fullYear(found[4]), month, day, found.slice(5));
  }
  found = forms.dayMonth.exec(text);
  if (found) return at(fullYear(found[3]), monthOf(found[2]), Number(found[1]), found.slice(4));
  found = forms.monthDay.exec(text);
  if (found) return at(Number(found[3]), monthOf(found[1]), Number(found[2]), found.slice(4));
  found = forms.monthYear.exec(text);
  if (found) return at(Number(found[2]), monthOf(found[1]), 1, []);
  found = forms.quarter.exec(text);
  if (found) return at(Number(found[1] ?? found[4]), 3 * Number(found[2] ?? found[3]) - 2, 1, []);
  found = forms.week.exec(text);
  if (found) return ofWeek(Number(found[1]), Number(found[2]), Number(found[3] ?? 1));
  found = forms.time.exec(text);
  const time = found && timeOf(found.slice(1));
  return time === null ? null : { days: time, hasTime: true };
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(days: number): number {
  return ((((Math.floor(days) + 3) % 7) + 7) % 7) + 1;
}

/** 1 for January to 12. */
export function monthNumber(days: number): number {
  const date = new Date(0);
  date.setTime(Math.floor(days) * millisecondsOfDay);
  return date.getUTCMonth() + 1;
}

function at(year: number, month: number, day: number, time: readonly (string | undefined)[]): Moment | null {
  if (!(month >= 1 && month <= 12 && day >= 1)) return null;
  const days = daysSinceEpoch(year, month, day);
  if (monthNumber(days) !== month) return null;
  if (time[0] === undefined) return { days, hasTime: false };
  const fraction = timeOf(time);
  return fraction === null ? null : { days: days + fraction, hasTime: true };
}

/** Days from 1970-01-01 to a date of the Gregorian calendar; days behind the end of a month are those of the next. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / millisecondsOfDay;
}

/** Share of the day that has passed, in UTC where a zone is given. */
function timeOf([hours, minutes, seconds = '0', fraction = '', half, zone = '']: readonly (string | undefined)[]): number | null {
  let hour = Number(hours);
  if (half !== undefined && (hour < 1 || hour > 12)) return null;
  if (half !== undefined) hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hour > 24 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  const shift = offset ? Number(`${offset[1]}1`) * (60 * Number(offset[2]) + Number(offset[3] ?? 0)) : 0;
  return (hour * 3600 + (Number(minutes) - shift) * 60 + Number(`${seconds}.${fraction}`)) / 86400;
}

/** ISO 8601: week 1 holds the fourth of January. */
function ofWeek(year: number, week: number, day: number): Moment | null {
  const fourth = at(year, 1, 4, []);
  if (fourth === null || week < 1 || week > 53) return null;
  return { days: fourth.days - weekday(fourth.days) + 7 * (week - 1) + day, hasTime: false };
}

/** Two digits are the years 1970 to 2069. */
function fullYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year < 70 ? 2000 : 1900);
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}
