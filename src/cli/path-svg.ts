import { type Curve, rangeOf } from './path-plot.js';

/** What a chart of a path shows. */
export interface PathChart {
  readonly title: string;
  /** A geometric grid, largest first: its steps are equally far apart on a logarithmic axis. */
  readonly betas: readonly number[];
  readonly scoreName: string;
  readonly scores: readonly Curve[];
  readonly neurons: Curve;
}

const width = 760;
const panel = { left: 70, right: 24, height: 190 };
const tops = [70, 320];
const bottom = tops[1] + panel.height;

/** Two panels over log beta, scores above and neurons below: one file without scripts, fonts or links, for light and dark pages. */
export function pathSvg({ title, betas, scoreName, scores, neurons }: PathChart): string {
  const x = (k: number) => panel.left + (k / Math.max(1, betas.length - 1)) * (width - panel.left - panel.right);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 64}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${bottom + 64}"/>`,
    `<text class="title" x="${panel.left}" y="28">${escapeXml(title)}</text>`,
    ...drawPanel(tops[0], scoreName, scores, x, betas),
    ...drawPanel(tops[1], 'neurons', [neurons], x, betas),
    `<text class="name" x="${(panel.left + width - panel.right) / 2}" y="${bottom + 48}" text-anchor="middle">beta, logarithmic, largest first</text>`,
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

const style = [
  ':root{color-scheme:light dark}',
  '.page{fill:#fff}.grid{stroke:#ddd}.axis{stroke:#555;fill:none}',
  'text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}',
  '.c0{stroke:#0b62c4;fill:#0b62c4}.c1{stroke:#c2500a;fill:#c2500a}.line{fill:none;stroke-width:2}text.c0,text.c1{stroke:none}',
  '@media (prefers-color-scheme:dark){.page{fill:#16181d}.grid{stroke:#3a3d44}.axis{stroke:#aaa}text{fill:#e6e6e6}',
  '.c0{stroke:#6cb0ff;fill:#6cb0ff}.c1{stroke:#ffa45c;fill:#ffa45c}.line{fill:none}}',
].join('');

const levels = 4;
const labelled = 5;

function drawPanel(
  top: number,
  name: string,
  curves: readonly Curve[],
  x: (k: number) => number,
  betas: readonly number[],
): string[] {
  const { low, high } = rangeOf(curves);
  const y = (value: number) => top + panel.height - ((value - low) / (high - low)) * panel.height;
  const lines: string[] = [`<text class="name" x="${panel.left}" y="${top - 12}">${escapeXml(name)}</text>`];
  for (let i = 0; i <= levels; i++) {
    const value = low + ((high - low) * i) / levels;
    const at = y(value).toFixed(1);
    lines.push(`<line class="grid" x1="${panel.left}" x2="${width - panel.right}" y1="${at}" y2="${at}"/>`);
    lines.push(`<text x="${panel.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${shortNumber(value)}</text>`);
  }
  const base = top + panel.height;
  lines.push(`<path class="axis" d="M${panel.left} ${top}V${base}H${width - panel.right}"/>`);
  const every = Math.max(1, Math.ceil((betas.length - 1) / labelled));
  betas.forEach((beta, k) => {
    if (k % every === 0)
      lines.push(`<text x="${x(k).toFixed(1)}" y="${base + 20}" text-anchor="middle">${shortNumber(beta)}</text>`);
  });
  curves.forEach((curve, index) => {
    const points = curve.values.flatMap((value, k) => (value === null ? [] : [`${x(k).toFixed(1)},${y(value).toFixed(1)}`]));
    lines.push(`<polyline class="line c${index}" points="${points.join(' ')}"/>`);
    for (const point of points) {
      const [cx, cy] = point.split(',');
      lines.push(`<circle class="c${index}" cx="${cx}" cy="${cy}" r="3"/>`);
    }
    if (curves.length > 1) {
      const at = width - panel.right - 110 * (curves.length - index);
      lines.push(`<circle class="c${index}" cx="${at}" cy="${top - 16}" r="4"/>`);
      lines.push(`<text class="c${index}" x="${at + 10}" y="${top - 12}">${escapeXml(curve.name)}</text>`);
    }
  });
  return lines;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
