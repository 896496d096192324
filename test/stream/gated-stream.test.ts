import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardize } from '../../src/data/standardize.js';
import {
  AbortedError,
  ArgumentError,
  GatedReLURegressor,
  GatedReLUStream,
  gatedRelu,
  NotFittedError,
  trainSync,
} from '../../src/index.js';
import { gaussianRows } from '../../src/patterns/sample.js';
import { uniform } from '../support/loss-cases.js';

function rows(n: number, d: number, seed: number) {
  const next = uniform(seed);
  for (let i = 0; i < 8; i++) next();
  const X = Array.from({ length: n }, () => Array.from({ length: d }, () => 3 * next() + 1));
  const y = X.map((row) => 5 + Math.max(0, row[0]) - 2 * Math.max(0, row[d - 1] - 1) + 0.2 * next());
  return { X, y };
}

const scaling = (d: number) => ({
  centers: new Array(d).fill(1),
  scales: new Array(d).fill(1.7),
  targetMean: 5,
  targetScale: 2,
});

/** The rows in calls of the given sizes, then what is left. */
async function stream(
  options: ConstructorParameters<typeof GatedReLUStream>[0],
  table: ReturnType<typeof rows>,
  calls: number[] = [],
) {
  const made = new GatedReLUStream(options);
  let from = 0;
  for (const size of [...calls, table.y.length]) {
    const to = Math.min(table.y.length, from + size);
    if (to > from) await made.addRows(table.X.slice(from, to), table.y.slice(from, to));
    from = to;
  }
  return made;
}

describe('a stream of rows with offsets', () => {
  const table = rows(150, 3, 4);
  const offset = table.y.map((_, k) => Math.sin(3 * k));
  const options = { beta: 1, gates: 8, scaling: scaling(3) } as const;

  it('gives the bits of targets less the offsets, in calls of any size', async () => {
    const moved = new GatedReLUStream(options);
    for (const [from, to] of [
      [0, 1],
      [1, 70],
      [70, 150],
    ])
      await moved.addRows(table.X.slice(from, to), table.y.slice(from, to), { offset: offset.slice(from, to) });
    const rest = { X: table.X, y: table.y.map((y, k) => y - offset[k]) };
    const [one, other] = [await moved.fit(), await (await stream(options, rest)).fit()];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(JSON.stringify(one)).not.toBe(JSON.stringify(await (await stream(options, table)).fit()));
  });

  it('refuses others, and adds nothing then', async () => {
    const made = new GatedReLUStream(options);
    for (const wrong of [{ offset: [1] }, { offset: table.X }, { offsets: offset }, { offset: 3 }] as object[])
      await expect(made.addRows(table.X, table.y, wrong)).rejects.toBeInstanceOf(ArgumentError);
    expect(made.rows).toBe(0);
  });
});

describe('a stream of rows', () => {
  it.each([
    [200, 3, 0.5],
    [700, 5, 20],
    [40, 8, 0.05],
  ])('of %i x %i gives the fit on all rows, within the gap', async (n, d, beta) => {
    const table = rows(n, d, n);
    const gates = 12;
    const made = await stream({ beta, gates, seed: 3, scaling: scaling(d) }, table, [1, 17, 100]);
    expect(made.rows).toBe(n);
    const model = await made.fit();
    expect(model).toBeInstanceOf(GatedReLURegressor);
    expect(model.status).toBe('optimal');
    expect(model.certificate.patternGap).toBeLessThanOrEqual(1e-6);

    const X = standardize(
      { data: Float64Array.from(table.X.flat()), rows: n, columns: d },
      { centers: new Float64Array(d).fill(1), scales: new Float64Array(d).fill(1.7) },
    );
    const y = table.y.map((target) => (target - 5) / 2);
    const patterns = { gates: gaussianRows(gates, d + 1, 3, 0) };
    const all = trainSync(gatedRelu(), { data: X.data, shape: [n, d] }, y, { beta, patterns });
    const { objective, patternBound } = model.certificate;
    expect(Math.abs(objective - all.certificate.objective)).toBeLessThanOrEqual(1e-6 * objective);
    expect(patternBound).toBeLessThanOrEqual(all.certificate.objective);
    expect(all.certificate.patternBound).toBeLessThanOrEqual(objective * (1 + 1e-12));

    // The objective is that of the returned network, by its own forward pass on every row.
    const predicted = model.predict(table.X);
    const loss = predicted.reduce((sum, score, k) => sum + ((score - table.y[k]) / 2) ** 2 / 2, 0);
    expect((loss + beta * standardizedPenalty(model.network, d)) / objective).toBeCloseTo(1, 9);
    expect(made.score).toBeCloseTo(model.score(table.X, table.y), 9);
  });

  /** Sum of |(w_j, b_j)| |a_j| in the units of the fit, from weights on raw columns: as `scaling` has them. */
  const standardizedPenalty = (network: GatedReLURegressor['network'], d: number) => {
    const { hidden, output } = network.toJSON();
    return hidden.bias.reduce((sum, bias, j) => {
      const w = hidden.weights.slice(j * d, (j + 1) * d);
      const shifted = w.reduce((total, weight) => total + weight, bias);
      return sum + Math.hypot(...w.map((weight) => 1.7 * weight), shifted) * Math.abs(output.weights[j] / 2);
    }, 0);
  };

  it('gives the same bits however the rows are split', async () => {
    const table = rows(90, 2, 5);
    const options = { gates: 5, seed: 1 };
    const text = async (calls: number[]) => JSON.stringify(await (await stream(options, table, calls)).fit());
    const whole = await text([]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), async (calls) => {
        expect(await text(calls)).toBe(whole);
      }),
      { numRuns: 10 },
    );
  });

  it('goes on after a fit', async () => {
    const table = rows(300, 3, 8);
    const options = { beta: 0.5, gates: 6, scaling: scaling(3) };
    const made = await stream(options, { X: table.X.slice(0, 100), y: table.y.slice(0, 100) });
    const early = await made.fit();
    await made.addRows(table.X.slice(100), table.y.slice(100));
    const late = await made.fit();
    const whole = await (await stream(options, table)).fit();
    expect(late.certificate.objective).toBeCloseTo(whole.certificate.objective, 6);
    expect(late.certificate.objective).toBeGreaterThan(early.certificate.objective);
    expect(made.rows).toBe(300);
  });

  it('chooses beta on held-out rows and predicts new ones', async () => {
    const made = await stream({ gates: 24 }, rows(3000, 3, 21));
    const model = await made.fit();
    const fresh = rows(500, 3, 22);
    expect(model.score(fresh.X, fresh.y)).toBeGreaterThan(0.97);
    expect(model.beta).toBeGreaterThan(0);
    expect(GatedReLURegressor.fromJSON(JSON.parse(JSON.stringify(model))).predict(fresh.X)).toEqual(model.predict(fresh.X));
  });

  it('copes with columns and targets that say nothing', async () => {
    const table = rows(50, 2, 3);
    const constant = await (await stream({ gates: 4 }, { X: table.X, y: table.y.map(() => 7) })).fit();
    expect(constant.predict([[1, 2]])[0]).toBeCloseTo(7, 9);
    const repeated = table.X.map(([a, b]) => [a, a, b, 0]);
    const model = await (await stream({ gates: 40, beta: 0.1 }, { X: repeated, y: table.y })).fit();
    expect(model.status).toBe('optimal');
    const unscaled = await (await stream({ gates: 6, beta: 0.1, standardize: false, bias: false }, table)).fit();
    expect(unscaled.certificate.patternGap).toBeLessThanOrEqual(1e-6);
    expect(unscaled.network.hidden.bias.every((entry) => entry === 0)).toBe(true);
  });

  it('reports its steps and can be aborted, with the best model so far once there is one', async () => {
    const made = await stream({ gates: 16 }, rows(400, 4, 9));
    const stages: string[] = [];
    const model = await made.fit({ onProgress: ({ stage }) => stages.push(stage) });
    expect(new Set(stages)).toEqual(new Set(['select', 'train']));
    expect(stages.lastIndexOf('select')).toBeLessThan(stages.indexOf('train'));
    const stop = async (when: string) => {
      const controller = new AbortController();
      const onProgress = ({ stage }: { stage: string }) => {
        if (stage === when) controller.abort();
      };
      return made.fit({ signal: controller.signal, onProgress }).catch((error: unknown) => error);
    };
    expect(((await stop('select')) as AbortedError).result).toBeNull();
    const stopped = (await stop('train')) as AbortedError<GatedReLURegressor>;
    expect(stopped).toBeInstanceOf(AbortedError);
    expect(stopped.result?.certificate.objective).toBeGreaterThanOrEqual(model.certificate.patternBound);
    expect((await made.fit()).certificate).toEqual(model.certificate);
  });
});

describe('bad input to a stream', () => {
  it.each([
    [{ gates: 0 }, 'options.gates'],
    [{ gates: 1e6 }, 'options.gates'],
    [{ beta: -1 }, 'options.beta'],
    [{ tolerance: 2 }, 'options.tolerance'],
    [{ maxIterations: 0 }, 'options.maxIterations'],
    [{ seed: 0.5 }, 'options.seed'],
    [{ bias: 1 }, 'options.bias'],
    [{ standardize: 'no' }, 'options.standardize'],
    [{ gate: 3 }, 'options.gate'],
    [{ scaling: { ...scaling(2), scales: [1, 0] } }, 'options.scaling.scales[1]'],
    [{ scaling: { ...scaling(2), targetScale: 0 } }, 'options.scaling.targetScale'],
    [{ scaling: { ...scaling(2), centers: [0] } }, 'options.scaling.scales'],
  ])('%j is refused by name', (options, argument) => {
    expect(() => new GatedReLUStream(options as never)).toThrow(ArgumentError);
    expect(() => new GatedReLUStream(options as never)).toThrow(argument);
  });

  it('rows are refused as a whole, and named', async () => {
    const made = new GatedReLUStream({ beta: 1, gates: 2 });
    await expect(made.fit()).rejects.toThrow(NotFittedError);
    expect(() => made.score).toThrow(NotFittedError);
    await made.addRows([[1, 2]], [3]);
    await expect(made.addRows([[1, 2, 3]], [3])).rejects.toThrow('2 columns, as in the first call');
    await expect(made.addRows([[1, Number.NaN]], [3])).rejects.toThrow('X[0][1]');
    await expect(made.addRows([[1, 2]], [3, 4])).rejects.toThrow('y');
    expect(made.rows).toBe(1);
    const other = new GatedReLUStream({ scaling: scaling(3) });
    await expect(other.addRows([[1, 2]], [3])).rejects.toThrow('options.scaling');
    const one = await (await new GatedReLUStream().addRows([[1, 2]], [3])).fit();
    expect(one.predict([[5, 5]])).toEqual(Float64Array.of(3));
    expect(one.notes.join('\n')).toMatch(/no neurons .* every target is the same/);
  });
});
