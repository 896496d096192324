import { expect, it } from 'vitest';
import { boundedNote, outsideNote } from '../../src/data/outside-notes.js';

const found = (column: number, value: number, low: number, high: number) => ({
  column,
  value,
  low,
  high,
  distance: Math.max(low - value, value - high),
});

it('says nothing where all rows lie inside', () => {
  expect(outsideNote([[], []], ['a'])).toEqual([]);
  expect(outsideNote([], [])).toEqual([]);
  expect(boundedNote([1, 2], [1, 2])).toEqual([]);
});

it('names the column that is farthest out for its range, the row, and how far', () => {
  const outside = [[found(0, 150, 0, 100)], [], [found(1, -3, 0, 1), found(0, 101, 0, 100)]];
  expect(outsideNote(outside, ['size', 'share'])).toEqual([
    '2 of 3 rows lie outside of what training saw; farthest is "share" in row 3: -3 is 3 below the smallest value in training, 0',
  ]);
  expect(outsideNote(outside.slice(0, 1), ['size', 'share'], (row) => `line ${row + 2}`)).toEqual([
    '1 of 1 row lies outside of what training saw; farthest is "size" in line 2: 150 is 50 above the largest value in training, 100',
  ]);
});

it('counts a constant column that changed as infinitely far', () => {
  const outside = [[found(0, 1e9, 0, 1), found(1, 2, 1, 1)]];
  expect(outsideNote(outside, ['a', 'b'])[0]).toContain('farthest is "b"');
});

it('counts the predictions that were bounded', () => {
  expect(boundedNote([1, 5, 5], [1, 900, 7])).toEqual([
    '2 predictions of these rows are bounded to the range of the training targets, widened by a quarter',
  ]);
});
