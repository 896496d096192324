import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chart, chart, escapeXml, position, tickLabel, ticks } from '../../bench/sgd/charts.js';

const axis = { low: 0, high: 1, label: 'x' };
const plain: Chart = {
  title: 'a < b',
  legend: ['one', 'two'],
  columns: 2,
  panels: [1, 2, 3].map((k) => ({
    title: `panel ${k}`,
    x: { low: 0.01, high: 10, log: true, label: 'seconds' },
    y: { ...axis, label: 'y' },
    lines: [
      { series: 0, points: [[0.01, 0] as const, [10, 1] as const], band: [[0.01, 0, 0.1] as const, [10, 0.9, 1] as const] },
      { series: 1, points: [[1, 0.5] as const] },
    ],
    rules: [{ y: 0.25, series: 1, dashed: true }],
  })),
};

describe('axes', () => {
  it('run from 0 to 1, linear or logarithmic, and cut what is outside', () => {
    expect(position({ ...axis, low: 2, high: 4 }, 3)).toBe(0.5);
    expect(position({ low: 1, high: 100, log: true, label: '' }, 10)).toBeCloseTo(0.5, 12);
    expect(position({ low: 1, high: 100, log: true, label: '' }, 0)).toBe(0);
    expect(position(axis, 7)).toBe(1);
  });

  it('have at least two ticks, all inside, in growing order', () => {
    const range = fc.tuple(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), fc.double({ min: 12, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(range, fc.boolean(), ([low, factor], log) => {
        const high = low * factor;
        const all = ticks({ low, high, log, label: '' });
        expect(all.length).toBeGreaterThanOrEqual(2);
        expect(all.length).toBeLessThanOrEqual(9);
        all.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(value).toBeLessThanOrEqual(high * (1 + 1e-6));
          if (i > 0) expect(value).toBeGreaterThan(all[i - 1]);
        });
      }),
    );
  });

  it('label numbers briefly', () => {
    expect([0, 1e-7, 0.001, 0.5, 20, 1e5].map(tickLabel)).toEqual(['0', '1e-7', '0.001', '0.5', '20', '1e5']);
  });
});

describe('charts', () => {
  const svg = chart(plain);

  it('draw a panel a cell, with its lines, band, dot and rule in it', () => {
    expect(svg.match(/<polyline/g)?.length).toBe(3);
    expect(svg.match(/<polygon/g)?.length).toBe(3);
    expect(svg.match(/<circle/g)?.length).toBe(3);
    expect(svg.match(/class="rule s1 dashed"/g)?.length).toBe(3);
    const [width, height] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) as RegExpExecArray).slice(1).map(Number);
    for (const points of svg.match(/points="[^"]+"/g) ?? [])
      for (const [, x, y] of points.matchAll(/([-\d.]+),([-\d.]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(width);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(height);
      }
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draw the first line from corner to corner of its panel', () => {
    const [, from, to] = /class="line s0" points="([^ ]+) ([^"]+)"/.exec(svg) as RegExpExecArray;
    const [left, bottom] = from.split(',').map(Number);
    const [right, top] = to.split(',').map(Number);
    const [, x0, y1, y0, x1] = /class="axis" d="M([\d.]+) ([\d.]+)V([\d.]+)H([\d.]+)"/.exec(svg) as RegExpExecArray;
    expect([left, top, bottom, right]).toEqual([x0, y1, y0, x1].map((entry) => Number(Number(entry).toFixed(1))));
  });

  it('are one file for light and dark pages: no scripts, no links, text escaped', () => {
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).toContain('a &lt; b');
    expect(svg).not.toMatch(/<script|href|@import/);
    expect(escapeXml('<&">')).toBe('&lt;&amp;&quot;&gt;');
  });

  it('tell two of a colour apart by circles, and show deviations as bars and keys as what they stand for', () => {
    const marked = chart({
      ...plain,
      legend: [
        { name: 'full', series: 3, mark: 'dot' },
        { name: 'open', series: 3, mark: 'circle' },
        { name: 'bound', series: 4, mark: 'dashed' },
      ],
      panels: [
        { ...plain.panels[0], lines: [{ series: 3, points: [[1, 0.5]], hollow: true, bars: [[1, 0.25, 0.75]] }], rules: [] },
      ],
    });
    expect(marked.match(/<circle class="f3"/g)?.length).toBe(1);
    expect(marked.match(/<circle class="line s3"/g)?.length).toBe(2);
    expect(marked).toContain('class="line s4 dashed"');
    const [, x1, x2, y1, y2] = /class="rule s3" x1="([\d.]+)" x2="([\d.]+)" y1="([\d.]+)" y2="([\d.]+)"/.exec(
      marked,
    ) as RegExpExecArray;
    expect(x1).toBe(x2);
    const [, , middle] = /<circle class="line s3" cx="([\d.]+)" cy="([\d.]+)" r="3"\/>\n?<?\/?/.exec(
      marked.slice(marked.indexOf('rule s3')),
    ) as RegExpExecArray;
    expect((Number(y1) + Number(y2)) / 2).toBeCloseTo(Number(middle), 0);
  });
});
