/** Charts as SVG without scripts, fonts or links, for light and dark pages: small multiples of lines over two axes. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly label: string;
}

export type Point = readonly [number, number];

export interface Line {
  /** Index of its colour and name in the legend. */
  readonly series: number;
  readonly points: readonly Point[];
  /** Area between two curves over the same places as `points`: [x, low, high]. */
  readonly band?: readonly (readonly [number, number, number])[];
  readonly dots?: boolean;
  /** Dots as circles, to tell two of a colour apart. */
  readonly hollow?: boolean;
  /** A vertical bar through every dot: [x, low, high]. */
  readonly bars?: readonly (readonly [number, number, number])[];
  readonly dashed?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Horizontal lines of a series. */
  readonly rules?: readonly { readonly y: number; readonly series: number; readonly dashed?: boolean }[];
}

/** How a name of the legend is drawn, where it is not a line of the colour of its place. */
export interface Key {
  readonly name: string;
  readonly series: number;
  readonly mark?: 'line' | 'dashed' | 'dot' | 'circle';
}

export interface Chart {
  readonly title: string;
  readonly legend: readonly (string | Key)[];
  readonly columns: number;
  readonly panels: readonly Panel[];
  readonly panelHeight?: number;
}

const width = 960;
const margin = { left: 56, right: 12, top: 26, bottom: 42 };
const head = 64;

export const style = [
  ':root{color-scheme:light dark}',
  '.page{fill:#fff}.grid{stroke:#e2e2e2}.axis{stroke:#777;fill:none}',
  'text{font:12px system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}.name{font-weight:600}',
  '.line{fill:none;stroke-width:2}.rule{stroke-width:1.5}.dashed{stroke-dasharray:5 4}.band{stroke:none;opacity:.2}',
  ...['#0b62c4', '#7a3fb0', '#1a7f37', '#c2500a', '#5c5c5c'].map((colour, i) => `.s${i}{stroke:${colour}}.f${i}{fill:${colour}}`),
  '@media (prefers-color-scheme:dark){.page{fill:#16181d}.grid{stroke:#33363d}.axis{stroke:#999}text{fill:#e6e6e6}',
  ...['#6cb0ff', '#c79bff', '#5fd080', '#ffa45c', '#b0b0b0'].map((colour, i) => `.s${i}{stroke:${colour}}.f${i}{fill:${colour}}`),
  '}',
].join('');

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Share of the way from `low` to `high`, cut to 0 .. 1. */
export function position({ low, high, log }: Axis, value: number): number {
  const share = log
    ? (Math.log10(Math.max(value, Number.MIN_VALUE)) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
    : (value - low) / (high - low);
  return Math.min(1, Math.max(0, share));
}

/** Powers of ten on a logarithmic axis (with 3, or 2 and 5 of them, where there are few), else, and within one, three to eight round steps. */
export function ticks({ low, high, log }: Axis): number[] {
  if (!log || high < 10 * low) {
    const most = (high - low) / 3;
    const power = 10 ** Math.floor(Math.log10(most));
    const step = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(10)));
  }
  const decades = Math.log10(high / low);
  const factors = decades < 1.5 ? [1, 2, 5] : decades < 2.7 ? [1, 3] : [1];
  const every = Math.ceil(decades / 6);
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) && (factor > 1 || power % every === 0)) all.push(value);
    }
  }
  return all;
}

export function tickLabel(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5 ? value.toExponential(0).replace('e+', 'e') : String(Number(value.toPrecision(3)));
}

export function chart({ title, legend, columns, panels, panelHeight = 170 }: Chart): string {
  const cell = { width: width / columns, height: panelHeight + margin.top + margin.bottom };
  const height = head + Math.ceil(panels.length / columns) * cell.height;
  const entries = legend.map((entry, series): Key => (typeof entry === 'string' ? { name: entry, series } : entry));
  const keys = entries.map(({ name, series, mark = 'line' }, i) => {
    // About 7 units a letter.
    const at = margin.left + entries.slice(0, i).reduce((sum, before) => sum + 48 + 8 * before.name.length, 0);
    const line = `<line class="line s${series}${mark === 'dashed' ? ' dashed' : ''}" x1="${at}" x2="${at + 22}" y1="46" y2="46"/>`;
    const drawing = mark === 'dot' || mark === 'circle' ? dot(series, at + 14, 46, mark === 'circle') : line;
    return `${drawing}<text x="${at + 28}" y="50">${escapeXml(name)}</text>`;
  });
  const drawn = panels.map((panel, i) => {
    const [left, top] = [(i % columns) * cell.width, head + Math.floor(i / columns) * cell.height];
    return drawPanel(panel, left + margin.left, top + margin.top, cell.width - margin.left - margin.right, panelHeight);
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin.left}" y="26">${escapeXml(title)}</text>`,
    ...keys,
    ...drawn,
    '</svg>',
  ].join('\n')}\n`;
}

const dot = (series: number, x: number | string, y: number | string, hollow = false): string =>
  `<circle class="${hollow ? `line s${series}` : `f${series}`}" cx="${x}" cy="${y}" r="${hollow ? 3 : 3.5}"/>`;

function drawPanel({ title, x, y, lines, rules = [] }: Panel, left: number, top: number, w: number, h: number): string {
  const px = (value: number) => (left + w * position(x, value)).toFixed(1);
  const py = (value: number) => (top + h * (1 - position(y, value))).toFixed(1);
  const parts = [`<text class="name" x="${left}" y="${top - 8}">${escapeXml(title)}</text>`];
  for (const value of ticks(y)) {
    parts.push(`<line class="grid" x1="${left}" x2="${left + w}" y1="${py(value)}" y2="${py(value)}"/>`);
    parts.push(`<text x="${left - 6}" y="${Number(py(value)) + 4}" text-anchor="end">${tickLabel(value)}</text>`);
  }
  for (const value of ticks(x)) {
    parts.push(`<line class="grid" x1="${px(value)}" x2="${px(value)}" y1="${top}" y2="${top + h}"/>`);
    parts.push(`<text x="${px(value)}" y="${top + h + 15}" text-anchor="middle">${tickLabel(value)}</text>`);
  }
  parts.push(`<path class="axis" d="M${left} ${top}V${top + h}H${left + w}"/>`);
  parts.push(`<text x="${left + w / 2}" y="${top + h + 31}" text-anchor="middle">${escapeXml(x.label)}</text>`);
  for (const { band = [], series } of lines) {
    if (band.length === 0) continue;
    const edge = [...band.map(([at, low]) => [at, low]), ...[...band].reverse().map(([at, , high]) => [at, high])];
    parts.push(`<polygon class="band f${series}" points="${edge.map(([a, b]) => `${px(a)},${py(b)}`).join(' ')}"/>`);
  }
  for (const { y: value, series, dashed } of rules) {
    const at = py(value);
    parts.push(`<line class="rule s${series}${dashed ? ' dashed' : ''}" x1="${left}" x2="${left + w}" y1="${at}" y2="${at}"/>`);
  }
  for (const { points, series, dots, hollow, bars = [], dashed } of lines) {
    for (const [at, low, high] of bars)
      parts.push(`<line class="rule s${series}" x1="${px(at)}" x2="${px(at)}" y1="${py(low)}" y2="${py(high)}"/>`);
    const at = points.map(([a, b]) => `${px(a)},${py(b)}`);
    if (points.length > 1) parts.push(`<polyline class="line s${series}${dashed ? ' dashed' : ''}" points="${at.join(' ')}"/>`);
    if (dots || points.length === 1) for (const [a, b] of points) parts.push(dot(series, px(a), py(b), hollow));
  }
  return parts.join('\n');
}
