/** A measured curve: x and y above zero. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** b of the least-squares line log y = a + b log x: the growth y ~ x^b. */
export function exponent(points: Curve['points']): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (at: 0 | 1) => logs.reduce((sum, point) => sum + point[at], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

const [width, height, margin] = [560, 340, 56];
const colours = ['#1b6ca8', '#c0392b', '#2e8b57', '#8e44ad'];

const number = (x: number): string => x.toFixed(1);

function text(x: number, y: number, content: string, anchor = 'middle', fill = '#222'): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" fill="${fill}">${content}</text>`;
}

function picture(grid: readonly string[], content: readonly string[]): string {
  const body = `<rect width="${width}" height="${height}" fill="#fff"/><g stroke="#ddd">${grid.join('')}</g>${content.join('')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">${body}</svg>\n`;
}

/** One curve and its line of the legend. */
function line(points: readonly (readonly [number, number])[], label: string, i: number): string {
  const colour = colours[i % colours.length];
  const path = points.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('');
  const legend = text(width - margin - 6, height - margin - 10 - 16 * i, label, 'end', colour);
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${legend}`;
}

/** Curves on two plain axes from zero as SVG. */
export function linePlot(title: string, along: string, unit: string, curves: readonly Curve[]): string {
  const most = (at: 0 | 1) => Math.max(1e-9, ...curves.flatMap(({ points }) => points.map((point) => point[at])));
  const [right, top] = [most(0), 1.1 * most(1)];
  const px = (x: number) => margin + (x / right) * (width - 2 * margin);
  const py = (y: number) => height - margin - (y / top) * (height - 2 * margin);
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const grid = shares.map((share) => `<path d="M${margin} ${number(py(share * top))}H${width - margin}"/>`);
  const labels = [
    ...shares.map((share) => text(px(share * right), height - margin + 16, String(Math.round(share * right)))),
    ...shares.map((share) => text(margin - 6, py(share * top) + 4, String(Math.round(share * top)), 'end')),
    text(width / 2, 20, title),
    text(margin, margin - 10, unit),
    text(width - margin, height - margin + 32, along, 'end'),
  ];
  const lines = curves.map(({ name, points }, i) =>
    line(
      points.map(([x, y]) => [px(x), py(y)] as const),
      name,
      i,
    ),
  );
  return picture(grid, [...lines, ...labels]);
}

/** Curves on two logarithmic axes as SVG, each with its exponent in the legend. */
export function logPlot(title: string, unit: string, curves: readonly Curve[]): string {
  const all = curves.flatMap(({ points }) => points);
  const range = (at: 0 | 1): [number, number] => {
    const values = all.map((point) => Math.log10(point[at]));
    return [Math.floor(Math.min(...values)), Math.ceil(Math.max(...values))];
  };
  const [[x0, x1], [y0, y1]] = [range(0), range(1)];
  const px = (x: number) => margin + ((Math.log10(x) - x0) / Math.max(1, x1 - x0)) * (width - 2 * margin);
  const py = (y: number) => height - margin - ((Math.log10(y) - y0) / Math.max(1, y1 - y0)) * (height - 2 * margin);
  const ticks = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const grid = [
    ...ticks(x0, x1).map((x) => `<path d="M${px(x).toFixed(1)} ${margin}V${height - margin}"/>`),
    ...ticks(y0, y1).map((y) => `<path d="M${margin} ${py(y).toFixed(1)}H${width - margin}"/>`),
  ];
  const labels = [
    ...ticks(x0, x1).map((x) => text(px(x), height - margin + 16, String(x))),
    ...ticks(y0, y1).map((y) => text(margin - 6, py(y) + 4, String(Number(y.toPrecision(1))), 'end')),
    text(width / 2, 20, title),
    text(margin, margin - 10, unit),
  ];
  const lines = curves.map(({ name, points }, i) =>
    line(
      points.map(([x, y]) => [px(x), py(y)] as const),
      `${name}^${exponent(points).toFixed(2)}`,
      i,
    ),
  );
  return picture(grid, [...lines, ...labels]);
}
