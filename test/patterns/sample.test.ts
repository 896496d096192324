import { describe, expect, it } from 'vitest';
import { relu } from '../../src/architectures/two-layer.js';
import { MemoryLimitError } from '../../src/errors.js';
import { enumeratePatterns } from '../../src/patterns-api.js';
import { createRandom } from '../../src/random.js';
import { trainSync } from '../../src/train.js';

const random = createRandom(11);
const table = (rows: number, columns: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
const X = table(8, 1);
const y = X.map(([x]) => Math.abs(x));

describe('sampled patterns', () => {
  it('may be asked for in any number: there are only so many', async () => {
    const all = await enumeratePatterns(X);
    const { patternCount, status } = trainSync(relu(), X, y, { beta: 0.1, patterns: { sample: 1e9 } });
    expect(status).toBe('optimal');
    expect(patternCount).toBeLessThanOrEqual(all.count);
    // Thin cells may be missed, the others not.
    expect(patternCount).toBeGreaterThan(all.count / 2);
  });

  it.each([{ sample: 1e9 }, 'all'] as const)('%o of more than memory holds are refused before any work', (patterns) => {
    const large = table(300, 8);
    const targets = large.map(([first]) => first);
    let heard = 0;
    const onProgress = () => void heard++;
    expect(() => trainSync(relu(), large, targets, { beta: 0.1, patterns, onProgress })).toThrow(MemoryLimitError);
    expect(heard).toBe(0);
  });
});
