import { describe, expect, it } from 'vitest';
import { pointsOf, pointsOfTable } from '../../playground/data.js';
import { dataSets, initialState } from '../../playground/state.js';

const shapes = dataSets.filter((name: string) => name !== 'drawn');

describe('points', () => {
  it.each(shapes)('%s: as many as asked for, of two classes, the same for the same seed', (data) => {
    const state = { ...initialState, data, size: 80, noise: 0 };
    const points = pointsOf(state);
    expect(points.length).toBe(80);
    for (const label of [0, 1])
      expect(points.filter((point: { label: number }) => point.label === label).length).toBeGreaterThan(15);
    for (const { x, y } of points) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1);
    expect(pointsOf(state)).toEqual(points);
    expect(pointsOf({ ...state, seed: 2 })).not.toEqual(points);
  });

  it('are those drawn where they are drawn', () => {
    const points = [{ x: 0.5, y: -0.25, label: 1 }];
    expect(pointsOf({ ...initialState, data: 'drawn', points })).toBe(points);
  });
});

describe('a table', () => {
  it('gives its first two columns of numbers, scaled, and its last column as class', () => {
    const points = pointsOfTable('name;a;b;kind\nx;0;10;no\ny;4;30;yes\nz;2;20;no\n');
    expect(points).toEqual([
      { x: -0.95, y: -0.95, label: 0 },
      { x: 0.95, y: 0.95, label: 1 },
      { x: 0, y: 0, label: 0 },
    ]);
  });

  it('may have no header, a byte-order mark, CRLF, quotes and a constant column', () => {
    const points = pointsOfTable('\uFEFF"1","5","u"\r\n"2","5","v"\r\n');
    expect(points).toEqual([
      { x: -0.95, y: 0, label: 0 },
      { x: 0.95, y: 0, label: 1 },
    ]);
  });

  it.each([
    ['', 'at least two rows'],
    ['a,b,c\n1,2,x\n', 'at least two rows'],
    ['a,b\n1,x\n2,y\n', 'two columns of numbers'],
    ['a,b,c\n1,2,x\n3,4,y\n5,6,z\n', 'two classes; it has 3'],
    ['a,b,c\n1,2,x\n3,4,x\n', 'two classes; it has 1'],
  ])('says what is wrong: %j', (text, problem) => {
    expect(() => pointsOfTable(text)).toThrow(problem);
  });
});
