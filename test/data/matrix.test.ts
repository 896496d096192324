import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packMatrix, packVector } from '../../src/data/matrix.js';
import { ArgumentError, MemoryLimitError } from '../../src/errors.js';

function refusal(action: () => unknown): ArgumentError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return error as ArgumentError;
  }
  return expect.fail('nothing was thrown');
}

const holed = [1, 2];
delete holed[1];

describe('packMatrix', () => {
  it('packs rows of arrays and typed arrays, and row-major data', () => {
    const expected = { data: Float64Array.of(1, 2, 3, 4, 5, 6), rows: 2, columns: 3 };
    expect(
      packMatrix(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        'X',
      ),
    ).toEqual(expected);
    expect(packMatrix([Float64Array.of(1, 2, 3), Float32Array.of(4, 5, 6)], 'X')).toEqual(expected);
    expect(packMatrix({ data: [1, 2, 3, 4, 5, 6], shape: [2, 3] }, 'X')).toEqual(expected);
    expect(packMatrix({ data: Int8Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }, 'X')).toEqual(expected);
    expect(packMatrix({ data: [1, 2, 3, 4], shape: [1, 2, 2, 1] }, 'X')).toEqual({
      data: Float64Array.of(1, 2, 3, 4),
      rows: 1,
      columns: 4,
    });
  });

  it('copies', () => {
    const data = Float64Array.of(1, 2);
    const packed = packMatrix({ data, shape: [1, 2] }, 'X');
    data[0] = 9;
    expect(packed.data[0]).toBe(1);
  });

  it('keeps every finite magnitude up to 1e300 exactly', () => {
    const entries = [1e300, -1e300, 1e-300, 5e-324, -0, 0, 1e150, 0.1];
    expect(Array.from(packMatrix([entries], 'X').data)).toEqual(entries);
  });

  it.each<[string, unknown, string, string]>([
    ['nothing', undefined, 'X', 'undefined'],
    ['null', null, 'X', 'null'],
    ['a number', 5, 'X', '5'],
    ['a string', 'abc', 'X', 'the string "abc"'],
    ['a function', () => 1, 'X', 'a function'],
    ['a symbol', Symbol('x'), 'X', 'a symbol'],
    ['an unrelated object', { rows: 1 }, 'X', 'an object'],
    ['no rows', [], 'X', 'empty'],
    ['no columns', [[]], 'X[0]', 'empty'],
    ['a vector', [1, 2], 'X[0]', '1'],
    ['a string as first row', ['12', '34'], 'X[0]', 'the string "12"'],
    ['a string as row', [[1, 2], '34'], 'X[1]', 'the string "34"'],
    ['ragged, short', [[1, 2], [3]], 'X[1]', 'of length 1'],
    [
      'ragged, long',
      [
        [1, 2],
        [3, 4],
        [5, 6, 7],
      ],
      'X[2]',
      'of length 3',
    ],
    [
      'NaN',
      [
        [1, 2],
        [3, Number.NaN],
      ],
      'X[1][1]',
      'NaN',
    ],
    ['infinite', [[Number.NEGATIVE_INFINITY]], 'X[0][0]', '-Infinity'],
    ['BigInt', [[1, 5n]], 'X[0][1]', 'the BigInt 5n'],
    ['BigInt array', [BigInt64Array.of(1n)], 'X[0][0]', 'the BigInt 1n'],
    ['numeric string', [[1, '5']], 'X[0][1]', 'the string "5"'],
    ['boolean', [[true]], 'X[0][0]', 'true'],
    ['null entry', [[null]], 'X[0][0]', 'null'],
    ['hole', [holed], 'X[0][1]', 'undefined'],
    ['nested array', [[[1]]], 'X[0][0]', 'an array of length 1'],
    ['too large', [[1], [2e300]], 'X[1][0]', '2e+300'],
    ['no shape', { data: [1], shape: 3 }, 'X.shape', '3'],
    ['short shape', { data: [1], shape: [1] }, 'X.shape', 'an array of length 1'],
    ['zero in shape', { data: [], shape: [0, 3] }, 'X.shape[0]', '0'],
    ['fraction in shape', { data: [1], shape: [1, 1.5] }, 'X.shape[1]', '1.5'],
    ['text in shape', { data: [1], shape: ['1', 1] }, 'X.shape[0]', 'the string "1"'],
    ['shape and data disagree', { data: [1, 2, 3], shape: [2, 2] }, 'X.data', 'of length 3'],
    ['data is no array', { data: 'abcd', shape: [2, 2] }, 'X.data', 'the string "abcd"'],
    ['NaN in data', { data: [1, 2, 3, Number.NaN], shape: [2, 2] }, 'X[1][1]', 'NaN'],
  ])('refuses %s', (_, value, argument, received) => {
    const error = refusal(() => packMatrix(value, 'X'));
    expect(error.argument).toBe(argument);
    expect(error.received).toBe(received);
    expect(error.message).toBe(`${argument} is ${received}; expected ${error.expected}`);
  });

  it('speaks as documented', () => {
    expect(refusal(() => packMatrix([[1], [Number.NaN]], 'X')).message).toBe('X[1][0] is NaN; expected a finite number');
    expect(refusal(() => packMatrix([['x'.repeat(100)]], 'X')).message.length).toBeLessThan(120);
  });

  it('gives the same matrix for every form', () => {
    const shape = fc.record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 6 }) });
    const forms = shape.chain(({ rows, columns }) =>
      fc.array(fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(forms, (rows) => {
        const packed = packMatrix(rows, 'X');
        expect(
          packMatrix(
            rows.map((row) => Float64Array.from(row)),
            'X',
          ),
        ).toEqual(packed);
        expect(packMatrix({ data: rows.flat(), shape: [packed.rows, packed.columns] }, 'X')).toEqual(packed);
        for (let i = 0; i < packed.rows; i++) {
          for (let j = 0; j < packed.columns; j++) expect(Object.is(packed.data[i * packed.columns + j], rows[i][j])).toBe(true);
        }
      }),
    );
  });
});

describe('sizes that no array has', () => {
  it('are refused by their size, with data that only claim to be so long', () => {
    const rows = 2 ** 40;
    const columns = 2 ** 10;
    const claimed = { data: { length: rows * columns }, shape: [rows, columns] };
    for (const refused of [() => packMatrix(claimed, 'X'), () => packVector({ length: 2 ** 52 }, 'y')]) {
      let error: unknown;
      try {
        refused();
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(MemoryLimitError);
      expect((error as MemoryLimitError).neededBytes).toBeGreaterThanOrEqual(8 * rows * columns);
    }
  });
});

describe('packVector', () => {
  it('packs and copies', () => {
    const source = [1, 2, 3];
    const packed = packVector(source, 'y', 3);
    source[0] = 7;
    expect(packed).toEqual(Float64Array.of(1, 2, 3));
    expect(packVector(Float32Array.of(0.5), 'y')).toEqual(Float64Array.of(0.5));
  });

  it.each<[string, unknown, number | undefined, string]>([
    ['wrong length', [1, 2], 3, 'y is of length 2; expected length 3, one for every row of X'],
    ['empty', [], undefined, 'y is empty; expected at least one entry'],
    ['no array', 5, undefined, 'y is 5; expected an array of numbers'],
    ['string', '123', 3, 'y is the string "123"; expected an array of numbers'],
    ['NaN', [1, Number.NaN], 2, 'y[1] is NaN; expected a finite number'],
    ['BigInt', [1n], 1, 'y[0] is the BigInt 1n; expected a finite number'],
    ['negative length', { length: -1 }, undefined, 'y is an object; expected an array of numbers'],
  ])('refuses %s', (_, value, length, message) => {
    expect(refusal(() => packVector(value, 'y', length)).message).toBe(message);
  });
});
