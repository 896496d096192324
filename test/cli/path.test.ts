import { describe, expect, it } from 'vitest';
import { plotText } from '../../src/cli/path-plot.js';
import { pathSvg } from '../../src/cli/path-svg.js';
import { createRandom } from '../../src/random.js';
import { workspace } from './harness.js';

const random = createRandom(3);
const rows = Array.from({ length: 40 }, () => [random.normal(), random.normal()]);
const table = (target: (a: number, b: number) => string | number) =>
  ['a,b,y', ...rows.map(([a, b]) => `${a},${b},${target(a, b)}`)].join('\n');
const files = {
  'numbers.csv': table((a, b) => Math.max(0, a) - Math.abs(b)),
  'labels.csv': table((a, b) => (a + b > 0 ? 'yes' : 'no')),
  'three.csv': table((a) => (a > 0.5 ? 'high' : a < -0.5 ? 'low' : 'middle')),
  'same.csv': table(() => 3),
};

interface Line {
  readonly betaMax: number;
  readonly exact: boolean;
  readonly steps: readonly {
    readonly beta: number;
    readonly objective: number;
    readonly neurons: number;
    readonly patternGap: number;
    readonly trainScore: number;
    readonly validationScore: number | null;
  }[];
}

describe('cvxnn path', () => {
  it('prints one object: from the zero network at betaMax down, every step within the tolerance', async () => {
    const { cvxnn } = workspace(files);
    const { code, out } = await cvxnn(
      'path ./numbers.csv --target y --values 6 --ratio 0.01 --test 0.25 --tolerance 1e-5 --json',
    );
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(1);
    const { betaMax, exact, steps }: Line = JSON.parse(out);
    expect(exact).toBe(true);
    expect(steps).toHaveLength(6);
    expect(steps[0]).toMatchObject({ beta: betaMax, neurons: 0 });
    expect(steps[5].beta / betaMax).toBeCloseTo(0.01, 10);
    for (const [k, step] of steps.entries()) {
      expect(step.patternGap).toBeLessThanOrEqual(1e-5);
      expect(step.validationScore).not.toBeNull();
      if (k > 0) expect(step.objective).toBeLessThan(steps[k - 1].objective);
    }
    expect(steps[5].trainScore).toBeGreaterThan(0.95);
  });

  it('names a beta that means the same to cvxnn train', async () => {
    const { cvxnn } = workspace(files);
    for (const name of ['numbers', 'labels', 'three']) {
      const path = await cvxnn(`path ./${name}.csv --target y --values 3 --ratio 0.1 --json`);
      const { steps }: Line = JSON.parse(path.out);
      const train = await cvxnn(`train ./${name}.csv --target y --beta ${steps[2].beta} --out ./m.json --json`);
      const { objective, trainScore } = JSON.parse(train.out);
      expect(steps[2].objective / objective).toBeCloseTo(1, 3);
      expect(steps[2].trainScore).toBeCloseTo(trainScore, 2);
    }
  });

  it.each([
    ['gated', '--patterns 10'],
    ['batch-norm', '--patterns 10'],
    ['three-layer', '--patterns 10'],
    ['layerwise', '--patterns 10'],
    ['cnn', '--shape 1x2 --patterns 5 --tolerance 1e-4'],
  ])('has paths of %s models, whose last beta means the same to cvxnn train', async (model, more) => {
    const { cvxnn } = workspace(files);
    const options = `--target y --model ${model} ${more}`;
    const path = await cvxnn(`path ./labels.csv ${options} --values 3 --ratio 0.1 --test 0.25 --json`);
    expect(path.code).toBe(0);
    const { betaMax, steps }: Line = JSON.parse(path.out);
    expect(steps[0].beta).toBe(betaMax);
    expect(steps[2].validationScore).toBeGreaterThan(0.5);
    const train = await cvxnn(`train ./labels.csv ${options} --test 0.25 --beta ${steps[2].beta} --out ./m.json --json`);
    expect(steps[2].objective / JSON.parse(train.out).objective).toBeCloseTo(1, 3);
  });

  it('prints a table and a plot, and draws a file', async () => {
    const { cvxnn, read, list } = workspace(files);
    const { code, out } = await cvxnn('path ./labels.csv --target y --values 4 --test 0.3 --svg ./path.svg --tolerance 1e-3');
    expect(code).toBe(0);
    expect(out).toContain('beta max');
    expect(out).toContain('(exact)');
    expect(out.split('\n').find((line) => line.includes('objective'))).toContain('accuracy held out');
    expect(out).toContain('o training   x held out');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(read('path.svg')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(list()).toEqual([...Object.keys(files), 'path.svg'].sort());
  });

  it('ends early with what is done: a time limit, an interrupt', async () => {
    const { cvxnn } = workspace(files);
    const late = await cvxnn('path ./numbers.csv --target y --time-limit 0.000001 --json');
    expect(late.code).toBe(2);
    expect(late.err).toContain('of 20 values of beta done');
    const stop = new AbortController();
    stop.abort();
    const interrupted = await cvxnn('path ./numbers.csv --target y --json --svg ./path.svg', stop.signal);
    expect(interrupted.code).toBe(130);
  });

  it.each([
    ['', '--target is missing'],
    ['--target z', 'z'],
    ['--target y --values 1', '--values is "1"'],
    ['--target y --ratio 2', '--ratio is "2"'],
    ['--target y --loss logistic', '--loss is the string "logistic"; expected one of squared, huber'],
    ['--target y --model cnn', '--shape'],
    ['--target y --patterns few', '--patterns is "few"'],
    ['--target y --model deep', '--model is "deep"'],
    ['--target y --svg ./none/p.svg', 'cannot be written'],
    ['--target y --svg ./numbers.csv', 'is an input'],
    ['--target y --beta 3', 'unknown option --beta'],
  ])('refuses %s', async (words, sentence) => {
    const { cvxnn, list } = workspace(files);
    const { code, err, out } = await cvxnn(`path ./numbers.csv ${words}`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(list()).toEqual(Object.keys(files).sort());
  });

  it('says that a constant target teaches nothing', async () => {
    const { cvxnn } = workspace(files);
    const { code, err } = await cvxnn('path ./same.csv --target y --task regression');
    expect(code).toBe(1);
    expect(err).toContain('nothing to learn');
  });
});

describe('plotText', () => {
  const curve = { mark: 'o', name: 'score', values: [0, 0.5, null, 1] };
  const text = (width: number) => plotText([curve], { first: 'left', last: 'right' }, width, (value) => value.toFixed(1));

  it('is as wide as the terminal, with ends and extremes where they belong', () => {
    for (const width of [40, 80, 132]) {
      const lines = text(width).trimEnd().split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      const inside = lines.slice(1, -2);
      expect(inside[0]).toMatch(/^ *1\.0 \|.*o$/);
      expect(inside[inside.length - 1]).toMatch(/^ *0\.0 \|o$/);
      expect(inside.join('').split('o').length - 1).toBe(3);
      expect(lines[lines.length - 1]).toMatch(/left +right$/);
    }
  });

  it('keeps a smallest width, and takes equal values and a single step', () => {
    expect(text(5)).toBe(text(36));
    const flat = plotText([{ ...curve, values: [2, 2] }], { first: '', last: '' }, 60, String);
    expect(flat.replace('o score', '').split('o')).toHaveLength(3);
    expect(plotText([{ ...curve, values: [2] }], { first: '', last: '' }, 60, String)).toContain('o');
  });
});

describe('pathSvg', () => {
  const chart = {
    title: 'a < "b" & c',
    betas: [100, 10, 1],
    scoreName: 'R^2',
    scores: [
      { mark: 'o', name: 'training', values: [0, 0.5, 1] },
      { mark: 'x', name: 'held out', values: [0, 0.4, 0.3] },
    ],
    neurons: { mark: '#', name: 'neurons', values: [0, 2, 5] },
  };

  it('is well-formed: every element closed, texts escaped, nothing loaded', () => {
    const svg = pathSvg(chart);
    const open: string[] = [];
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!self) open.push(name);
    }
    expect(open).toEqual([]);
    expect(svg).toContain('a &lt; &quot;b&quot; &amp; c');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/http|href|script|NaN|undefined|Infinity/);
    expect(svg).toContain('prefers-color-scheme:dark');
  });

  it('draws every value once, inside the picture, from left to right', () => {
    const circles = [...pathSvg(chart).matchAll(/<circle class="c\d" cx="([\d.]+)" cy="([\d.]+)" r="3"\/>/g)];
    expect(circles).toHaveLength(9);
    const xs = circles.slice(0, 3).map(([, x]) => Number(x));
    expect(xs[1] - xs[0]).toBeCloseTo(xs[2] - xs[1], 6);
    for (const [, x, y] of circles) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThanOrEqual(760);
      expect(Number(y)).toBeLessThanOrEqual(520);
    }
  });

  it('takes a single step and equal values', () => {
    const one = {
      ...chart,
      betas: [1],
      scores: [{ mark: 'o', name: 't', values: [1] }],
      neurons: { ...chart.neurons, values: [0] },
    };
    expect(pathSvg(one)).not.toMatch(/NaN|Infinity/);
  });
});
