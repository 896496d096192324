// Pictures: decision regions with the hyperplanes of the neurons on a canvas, curves as SVG. Knows no training.

/** The square that is shown: [-extent, extent] in both directions. */
export const extent = 1.2;
const cells = 120;

const toPixel = (value, size) => ((value + extent) / (2 * extent)) * size;

/** Colours of the page as it is now, light or dark. */
export function theme(element) {
  const style = getComputedStyle(element);
  const color = (name) => style.getPropertyValue(name).trim();
  return {
    classes: [color('--class-0'), color('--class-1')],
    ink: color('--ink'),
    surface: color('--surface'),
    line: color('--line'),
  };
}

const rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** Regions, hyperplanes and points. `network` may be null; `cursor` is the place of the keyboard's cross or null. */
export function drawPlane(canvas, { network, points, cursor }) {
  const size = canvas.width;
  const context = canvas.getContext('2d');
  const colors = theme(canvas);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, size, size);
  if (network) {
    drawRegions(context, network, size, colors);
    drawHyperplanes(context, network, size, colors);
  }
  for (const { x, y, label } of points) {
    context.beginPath();
    context.arc(toPixel(x, size), toPixel(-y, size), size / 110, 0, 2 * Math.PI);
    context.fillStyle = colors.classes[label];
    context.fill();
    context.lineWidth = size / 400;
    context.strokeStyle = colors.surface;
    context.stroke();
  }
  if (cursor) {
    const [x, y, arm] = [toPixel(cursor.x, size), toPixel(-cursor.y, size), size / 40];
    context.strokeStyle = colors.ink;
    context.lineWidth = size / 250;
    context.beginPath();
    context.moveTo(x - arm, y);
    context.lineTo(x + arm, y);
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
    context.stroke();
  }
}

/** One colour a cell: towards the class that the score speaks for, the stronger the surer. */
function drawRegions(context, network, size, { classes, surface }) {
  const rows = Array.from({ length: cells * cells }, (_, k) => [
    (((k % cells) + 0.5) / cells) * 2 * extent - extent,
    extent - ((Math.floor(k / cells) + 0.5) / cells) * 2 * extent,
  ]);
  const scores = network.predict(rows);
  const image = new ImageData(cells, cells);
  const [ground, ...sides] = [surface, ...classes].map(rgb);
  scores.forEach((score, k) => {
    const side = sides[score >= 0 ? 1 : 0];
    const strength = 0.12 + 0.4 * Math.min(1, Math.abs(score) / 3);
    for (let channel = 0; channel < 3; channel++)
      image.data[4 * k + channel] = ground[channel] + strength * (side[channel] - ground[channel]);
    image.data[4 * k + 3] = 255;
  });
  const small = new OffscreenCanvas(cells, cells);
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, size, size);
}

/** w^T x + b = 0 of every neuron: between these lines the network is linear. */
function drawHyperplanes(context, { neurons, hidden }, size, { ink }) {
  context.strokeStyle = ink;
  context.lineWidth = size / 500;
  for (let j = 0; j < neurons; j++) {
    const [p, q, b] = [hidden.weights[2 * j], hidden.weights[2 * j + 1], hidden.bias[j]];
    const square = p * p + q * q;
    if (square === 0) continue;
    const [x, y] = [(-b * p) / square, (-b * q) / square];
    const reach = (4 * extent) / Math.sqrt(square);
    context.beginPath();
    context.moveTo(toPixel(x - reach * q, size), toPixel(-(y + reach * p), size));
    context.lineTo(toPixel(x + reach * q, size), toPixel(-(y - reach * p), size));
    context.stroke();
  }
}

const chart = { width: 460, height: 240, left: 54, right: 12, top: 12, bottom: 34 };

/** What is shown above the optimum, as a share of it: runs that end higher are failures at any scale. */
const headroom = 0.1;

/** Loss curves of seeds over steps, near the optimum, with the certified optimum and its lower bound. @returns SVG text. */
export function lossChart(curves, optimum, bound, steps) {
  const { width, height, left, right, top, bottom } = chart;
  const high = optimum * (1 + headroom);
  const low = Math.min(bound > 0 ? bound : optimum, optimum * (1 - headroom / 10));
  const x = (step) => left + ((width - left - right) * step) / steps;
  const y = (value) => top + (height - top - bottom) * (1 - (value - low) / (high - low));
  const line = (value, name, text) =>
    `<line class="${name}" x1="${left}" x2="${width - right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"><title>${text}</title></line>`;
  const path = (curve) =>
    curve.map(({ step, objective }, k) => `${k ? 'L' : 'M'}${x(step).toFixed(1)} ${y(objective).toFixed(1)}`).join('');
  const ticks = [0, 0.05, 0.1].map((share) => optimum * (1 + share));
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Objective of every run of Adam over its steps, against the certified optimum ${optimum.toPrecision(5)}">
${ticks.map((value) => `<text class="tick" x="${left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toPrecision(3)}</text>`).join('')}
<text class="tick" x="${left}" y="${height - 8}">0</text><text class="tick" x="${width - right}" y="${height - 8}" text-anchor="end">${steps} steps of Adam</text>
<clipPath id="frame"><rect x="${left}" y="${top - 2}" width="${width - left - right}" height="${height - top - bottom + 4}"/></clipPath>
<g clip-path="url(#frame)">${curves.map((curve, seed) => (curve.length > 1 ? `<path class="curve seed-${seed}" d="${path(curve)}"><title>seed ${seed}: ${curve[curve.length - 1].objective.toPrecision(6)}</title></path>` : '')).join('\n')}</g>
${bound > 0 ? line(bound, 'bound', `lower bound ${bound.toPrecision(6)}: no network of any width is below`) : ''}
${line(optimum, 'optimum', `certified optimum ${optimum.toPrecision(6)}`)}
</svg>`;
}
