import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateShape, moment, monthNumber, weekday } from '../../src/table/dates.js';

const utc = (...parts: [number, number, number, number?, number?, number?]) =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0) / 86400000;

describe('a text that is a date', () => {
  it.each<[string, number]>([
    ['2024-01-31', utc(2024, 1, 31)],
    ['2024/1/31', utc(2024, 1, 31)],
    ['2024-02-29', utc(2024, 2, 29)],
    ['1969-12-31', utc(1969, 12, 31)],
    ['2024-01-31T12:00:00Z', utc(2024, 1, 31, 12)],
    ['2024-01-31 06:30', utc(2024, 1, 31, 6, 30)],
    ['2024-01-31T12:00:00.500+02:00', utc(2024, 1, 31, 10) + 0.5 / 86400],
    ['2024-03', utc(2024, 3, 1)],
    ['31.01.2024', utc(2024, 1, 31)],
    ['31-01-2024 18:45:30', utc(2024, 1, 31, 18, 45, 30)],
    ['1/31/2024', utc(2024, 1, 31)],
    ['1/31/99', utc(1999, 1, 31)],
    ['31 Jan 2024', utc(2024, 1, 31)],
    ['31-Jan-24', utc(2024, 1, 31)],
    ['Jan 31, 2024', utc(2024, 1, 31)],
    ['Wednesday, January 31st, 2024', utc(2024, 1, 31)],
    ['March 2024', utc(2024, 3, 1)],
    ['2024Q3', utc(2024, 7, 1)],
    ['Q2 2024', utc(2024, 4, 1)],
    ['2024-W05', utc(2024, 1, 29)],
    ['2021-W01-3', utc(2021, 1, 6)],
    ['Jan 31, 2024, 3:05 PM', utc(2024, 1, 31, 15, 5)],
    ['12/25/2023 12:00 AM', utc(2023, 12, 25)],
  ])('%s is the moment it names', (text, days) => {
    const shape = dateShape(text);
    expect(shape?.kind).toBe('date');
    const order = shape?.order === 'month-first' ? 'month-first' : 'day-first';
    expect(moment(text, order)?.days).toBeCloseTo(days, 9);
  });

  it.each(['12:30', '23:59:59', '1:05 pm', '00:00'])('%s is a time of day', (text) => {
    expect(dateShape(text)).toMatchObject({ kind: 'time', hasTime: true });
    expect(moment(text, 'day-first')?.days).toBeLessThan(1);
  });

  it.each([
    '2024-13-01',
    '2023-02-29',
    '31.04.2024',
    '12',
    '2024',
    '1.2.3',
    '10.0.0.1',
    'may be',
    'Jan',
    '5 kg',
    '3-4',
    '25:10',
    '12/2024/1',
    'A-1-2',
    '555-1234',
    '',
  ])('%j is none', (text) => {
    expect(dateShape(text)).toBeNull();
  });

  it.each<[string, string]>([
    ['13/04/2024', 'day-first'],
    ['04/13/2024', 'month-first'],
    ['04/05/2024', 'either'],
    ['2024-05-04', 'fixed'],
    ['4 May 2024', 'fixed'],
  ])('%s shows the order %s', (text, order) => {
    expect(dateShape(text)?.order).toBe(order);
  });

  it('has the day, month and weekday of the calendar that JavaScript has, over eight thousand years', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 0, max: 365 }), (year, day) => {
        const date = new Date(0);
        date.setUTCFullYear(year, 0, 1 + day);
        const days = moment(date.toISOString(), 'day-first')?.days ?? Number.NaN;
        expect(days).toBe(date.getTime() / 86400000);
        expect(monthNumber(days)).toBe(date.getUTCMonth() + 1);
        expect(weekday(days)).toBe(((date.getUTCDay() + 6) % 7) + 1);
      }),
    );
  });
});
