import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { firstFit } from '../../scripts/first-fit.mjs';

beforeAll(() => ensureBuild());

describe('the measure of the first fit', () => {
  it.each(['index.mjs', 'index.cjs'])('splits the time of a fresh process that loads %s', (file) => {
    const { import: load, compile, fit, total, cpu } = firstFit(file, 2);
    for (const part of [load, compile, fit, cpu]) expect(part).toBeGreaterThan(0);
    expect(load + compile + fit).toBeCloseTo(total, 6);
  });
});
