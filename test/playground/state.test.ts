import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataSets, fromHash, initialState, pathLength, rates, toHash } from '../../playground/state.js';

const hundredths = (least: number, most: number) => fc.integer({ min: 100 * least, max: 100 * most }).map((k) => k / 100);
const point = fc.record({ x: hundredths(-9, 9), y: hundredths(-9, 9), label: fc.integer({ min: 0, max: 1 }) });
const state = fc
  .record({
    data: fc.constantFrom(...dataSets),
    noise: hundredths(0, 0.5),
    size: fc.integer({ min: 20, max: 200 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
    step: fc.integer({ min: 0, max: pathLength - 1 }),
    rate: fc.constantFrom(...rates),
    points: fc.array(point, { maxLength: 40 }),
  })
  .map((fields) => (fields.data === 'drawn' ? fields : { ...fields, points: [] }));

describe('the state of the playground', () => {
  it('is the address: there and back it stays the same', () => {
    fc.assert(
      fc.property(state, (record) => {
        expect(fromHash(`#${toHash(record)}`)).toEqual(record);
      }),
    );
  });

  it('needs no address at the beginning', () => {
    expect(toHash(initialState)).toBe('');
    expect(fromHash('')).toEqual(initialState);
  });

  it('comes out of any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, value) => {
        for (const hash of [key, `#data=${value}&noise=${value}&size=${key}&step=${value}&rate=${key}&points=${value}`]) {
          const record = fromHash(hash);
          expect(dataSets).toContain(record.data);
          expect(rates).toContain(record.rate);
          for (const number of [record.noise, record.size, record.seed, record.step]) expect(Number.isFinite(number)).toBe(true);
          expect(record.step).toBeLessThan(pathLength);
        }
      }),
    );
    expect(fromHash('#step=1e99&size=-4&noise=7')).toMatchObject({ step: pathLength - 1, size: 20, noise: 0.5 });
  });
});
