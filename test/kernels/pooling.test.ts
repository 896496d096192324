import { describe, expect, it } from 'vitest';
import { numbers, onBench } from '../support/kernel-harness.js';
import { getBit, inputBits, randomBits } from '../support/naive-masked.js';

const shapes = [
  { n: 0, h: 3, patterns: 2, region: [0, 0] },
  { n: 1, h: 1, patterns: 1, region: [0] },
  { n: 3, h: 2, patterns: 3, region: [1, 0, 1] },
  { n: 9, h: 5, patterns: 4, region: [0, 0, 1, 2] },
  { n: 65, h: 4, patterns: 2, region: [0, 1] },
];

describe.each(shapes)('pooled patches of $n samples, $h columns, $patterns patterns', ({ n, h, patterns, region }) => {
  const regions = Math.max(...region) + 1;
  const rows = numbers(region.length * n * h, 1);
  const scales = numbers(region.length, 2);
  const bits = randomBits(patterns, region.length * n, 3);

  it.each(['masked', 'all'])('are sums in the order of the patches, %s', (kind) => {
    const count = kind === 'all' ? 1 : patterns;
    const found = onBench((bench) => {
      const out = bench.output(count * regions * h * n);
      const work = bench.work(bench.kernels.poolPatchesWorkspace(count, regions, h));
      const at = kind === 'all' ? 0 : inputBits(bench, bits);
      const [X, order, factors] = [bench.input(rows), bench.scope.copyInIntegers(region), bench.input(scales)];
      bench.kernels.poolPatches(X, at, bits.stride, order, factors, out, n, h, region.length, count, regions, work);
      return bench.read(out, count * regions * h * n);
    });
    const wanted = new Float64Array(count * regions * h * n);
    for (let b = 0; b < count; b++)
      for (let k = 0; k < region.length; k++)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < h; j++)
            if (kind === 'all' || getBit(bits, b, k * n + i))
              wanted[((b * regions + region[k]) * h + j) * n + i] += scales[k] * rows[(k * n + i) * h + j];
    expect(found).toEqual(wanted);
  });
});
