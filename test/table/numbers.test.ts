import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formattedNumber } from '../../src/table/marks.js';
import { numberIn, unitKey } from '../../src/table/numbers.js';
import { isUnit } from '../../src/table/units.js';

describe('a formatted number', () => {
  it.each<[string, number, string]>([
    ['(5.5)', -5.5, ''],
    ['( 5.5 )', -5.5, ''],
    ['($5.50)', -5.5, '$'],
    ['$(5.50)', -5.5, '$'],
    ['-$5', -5, '$'],
    ['$-5', -5, '$'],
    ['$25.00', 25, '$'],
    ['$1,234.50', 1234.5, '$'],
    ['25.00 €', 25, '€'],
    ['€ 25', 25, '€'],
    ['USD 25', 25, 'USD'],
    ['25 USD', 25, 'USD'],
    ['CHF 25.-', 25, 'CHF'],
    ['25.--', 25, ''],
    ['R$ 7.5', 7.5, 'R$'],
    ['₹12,34,567', 1234567, '₹'],
    ['£0.99', 0.99, '£'],
    ['0.25 kg', 0.25, 'kg'],
    ['0.25kg', 0.25, 'kg'],
    ['3.5 %', 3.5, '%'],
    ['12%', 12, '%'],
    ['21 °C', 21, '°C'],
    ['90 km/h', 90, 'km/h'],
    ['12 m²', 12, 'm²'],
    ['1,234,567', 1234567, ''],
    ['1 234.5', 1234.5, ''],
    ['1\u00a0234.5', 1234.5, ''],
    ['1\u2009234\u2009567', 1234567, ''],
    ['1\u202f234', 1234, ''],
    ["1'234.5", 1234.5, ''],
    ['1’234’567', 1234567, ''],
    ['\u22125.5', -5.5, ''],
    ['\u22121 234', -1234, ''],
    ['5.5-', -5.5, ''],
    ['1,234.5-', -1234.5, ''],
    ['1.5E3 kg', 1500, 'kg'],
    ['１２．５', 12.5, ''],
    ['1_000', 1000, ''],
  ])('%s is %d with the unit %j', (cell, value, unit) => {
    expect(formattedNumber(cell)?.unit).toBe(unit);
    expect(numberIn(cell, { decimal: '.', unit })).toBe(value);
  });

  it.each<[string, number]>([
    ['3,5', 3.5],
    ['-0,25', -0.25],
    ['1.234,5', 1234.5],
    ['1 234,5', 1234.5],
    ['1.234.567', 1234567],
    ['1.234', 1234],
    ['(1.234,50)', -1234.5],
    ["1'234,5", 1234.5],
    ['1,5e3', 1500],
    ['12', 12],
  ])('%s is %d where the decimal mark is a comma', (cell, value) => {
    expect(numberIn(cell, { decimal: ',', unit: '' })).toBe(value);
  });

  it.each([
    'abc',
    '',
    '1.2.3',
    '12,34,5',
    '3 5',
    '1,23,4',
    '10-12',
    '1/2',
    '<5',
    '3+',
    '#5',
    '--5',
    '(-5)',
    '4x4',
    '1:30',
    '5 ft 11"',
    'ABC 12',
    '0x10',
    '192.168.1.1',
  ])('%j is none', (cell) => {
    expect(formattedNumber(cell)).toBeNull();
  });

  it.each<[string, string]>([
    ['1,234', 'either'],
    ['1.234 kg', 'either'],
    ['1,5', ','],
    ['0,123', ','],
    ['1234,567', ','],
    ['1,234.5', '.'],
    ['1,234,567', '.'],
    ['1.234.567', ','],
    ['1 234', 'none'],
    ['(5)', 'none'],
  ])('%s shows the mark %j', (cell, shown) => {
    expect(formattedNumber(cell)?.shown).toBe(shown);
  });

  it('reads back whatever Intl writes, in four conventions', () => {
    const unusual = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Math.round(value * 100) / 100);
    fc.assert(
      fc.property(unusual, fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH'), (value, locale) => {
        const text = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
        const decimal = locale === 'de-DE' || locale === 'fr-FR' ? ',' : '.';
        expect(numberIn(text, { decimal, unit: '' }) + 0, text).toBe(value + 0);
      }),
    );
  });

  it('has no value under another unit, and one without a unit', () => {
    expect(numberIn('5 g', { decimal: '.', unit: 'kg' })).toBeNaN();
    expect(numberIn('5', { decimal: '.', unit: 'kg' })).toBe(5);
    expect(numberIn('5 Kg', { decimal: '.', unit: 'kg' })).toBe(5);
    expect(numberIn('1 year', { decimal: '.', unit: 'years' })).toBe(1);
  });

  it('tells units from other words', () => {
    expect(['kg', 'KG', '€', 'USD', '%', 'years', 'ft 11 in', 'K', 'M'].map(isUnit)).not.toContain(false);
    expect(['A', 'B', 'x', 'wd', 'th'].map(isUnit)).not.toContain(true);
    expect([unitKey('Years'), unitKey('m'), unitKey('M'), unitKey('lbs')]).toEqual(['year', 'm', 'M', 'lbs']);
  });
});
