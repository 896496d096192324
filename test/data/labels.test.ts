import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLabels, compareLabels, encodeLabels, indexLabels, oneHotTargets, signTargets } from '../../src/data/labels.js';
import { ArgumentError } from '../../src/errors.js';

describe('encodeLabels', () => {
  it.each<[string, unknown[], unknown[], number[]]>([
    ['numbers by value', [10, 9, 100, 9], [9, 10, 100], [1, 0, 2, 0]],
    ['strings by code unit, not by locale', ['b', 'a', 'Z', 'ä', '10', '9'], ['10', '9', 'Z', 'a', 'b', 'ä'], [4, 3, 2, 5, 0, 1]],
    ['kinds apart', ['1', 1, true, false], [false, true, 1, '1'], [3, 2, 1, 0]],
    ['zeros of both signs as one', [-0, 0, 1], [0, 1], [0, 0, 1]],
    ['the empty string', ['', 'a'], ['', 'a'], [0, 1]],
  ])('sorts %s', (_, labels, classes, indices) => {
    const encoded = encodeLabels(labels);
    expect(encoded.classes).toEqual(classes);
    expect(Array.from(encoded.indices)).toEqual(indices);
  });

  it('takes typed arrays', () => {
    expect(encodeLabels(Int32Array.of(3, -1, 3))).toEqual({ classes: [-1, 3], indices: Int32Array.of(1, 0, 1) });
  });

  it.each<[string, unknown, number | undefined, string]>([
    ['no array', 'abc', undefined, 'y is the string "abc"; expected an array of labels'],
    ['empty', [], undefined, 'y is empty; expected at least one entry'],
    ['wrong length', ['a', 'b'], 3, 'y is of length 2; expected length 3, one for every row of X'],
    ['NaN', ['a', Number.NaN], 2, 'y[1] is NaN; expected a string, a finite number or a boolean'],
    ['infinite', [1, Number.POSITIVE_INFINITY], 2, 'y[1] is Infinity; expected a string, a finite number or a boolean'],
    ['null', [null, 'a'], 2, 'y[0] is null; expected a string, a finite number or a boolean'],
    ['BigInt', [1n, 2n], 2, 'y[0] is the BigInt 1n; expected a string, a finite number or a boolean'],
    ['one class', ['a', 'a'], 2, 'y is of a single class ("a"); expected labels of at least two classes'],
  ])('refuses %s', (_, labels, length, message) => {
    const attempt = () => encodeLabels(labels, 'y', length);
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(message);
  });

  const label = fc.oneof(fc.string(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }));

  it('decodes to the labels, and does not depend on their order', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 2 }), (labels) => {
        fc.pre(new Set(checkLabels(labels, 'y')).size > 1);
        const { classes, indices } = encodeLabels(labels);
        expect(Array.from(indices, (index) => classes[index])).toEqual(checkLabels(labels, 'y'));
        expect(encodeLabels(labels.slice().reverse()).classes).toEqual(classes);
        for (let k = 1; k < classes.length; k++) expect(compareLabels(classes[k - 1], classes[k])).toBeLessThan(0);
      }),
    );
  });

  it('marks unknown labels', () => {
    expect(Array.from(indexLabels(['b', 'c', 'a'], ['a', 'b']))).toEqual([1, -1, 0]);
  });
});

it('targets: signs for two classes, one-hot rows for more', () => {
  expect(signTargets(Int32Array.of(0, 1, 0))).toEqual(Float64Array.of(-1, 1, -1));
  expect(oneHotTargets(Int32Array.of(2, 0), 3)).toEqual({ data: Float64Array.of(0, 0, 1, 1, 0, 0), rows: 2, columns: 3 });
});
