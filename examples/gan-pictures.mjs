// Pictures without dependencies: points as SVG, grey images as SVG and PNG.
import { deflateSync } from 'node:zlib';

/**
 * Panels side by side, each with its points in the same square.
 *
 * @param panels - { title, note, layers: [{ points: [[x, y], ..], colour }] }; points outside of the square are left out.
 */
export function pointsSvg(panels, { half, size = 240 }) {
  const margin = 12;
  const width = panels.length * (size + margin) + margin;
  const at = (value) => (size * (value + half)) / (2 * half);
  const body = panels.map(({ title, note, layers }, i) => {
    const left = margin + i * (size + margin);
    const dots = layers.map(({ points, colour }) => {
      const inside = points.filter((point) => point.every((entry) => Math.abs(entry) <= half));
      const path = inside.map(([x, y]) => `M${at(x).toFixed(1)} ${at(-y).toFixed(1)}h0`).join('');
      return `<path d="${path}" stroke="${colour}" stroke-width="4" stroke-linecap="round"/>`;
    });
    return [
      `<g transform="translate(${left} 40)"><rect width="${size}" height="${size}" fill="#fff" stroke="#bbb"/>`,
      `<text y="-22" font-weight="bold">${title}</text><text y="-6" fill="#555">${note}</text>`,
      ...dots,
      '</g>',
    ].join('');
  });
  return svg(width, size + 40 + margin, panels.map(({ title }) => title).join(', '), body);
}

/** Grey images in rows, `null` for a gap. Values from 0 (white) to `most` (black), beyond are cut off. */
export function imagesSvg(rows, { side, most, pixel = 5 }) {
  const { width, height, grey } = sheet(rows, { side, most });
  const byLevel = new Map();
  for (let at = 0; at < grey.length; at++) {
    if (grey[at] === 255) continue;
    const place = `M${at % width} ${Math.floor(at / width)}h1v1h-1z`;
    byLevel.set(grey[at], (byLevel.get(grey[at]) ?? '') + place);
  }
  const body = Array.from(
    byLevel,
    ([level, path]) => `<path fill="#${level.toString(16).padStart(2, '0').repeat(3)}" d="${path}"/>`,
  );
  const inside = `<g transform="scale(${pixel})" shape-rendering="crispEdges">${body.join('')}</g>`;
  return svg(width * pixel, height * pixel, `${rows.flat().length} images`, [inside]);
}

/** The same as a PNG of 8-bit grey. */
export function imagesPng(rows, { side, most, pixel = 5 }) {
  const { width, height, grey } = sheet(rows, { side, most });
  const raw = Buffer.alloc(height * pixel * (width * pixel + 1));
  for (let y = 0; y < height * pixel; y++) {
    const start = y * (width * pixel + 1);
    // The first byte of a line is its filter: 0, none.
    for (let x = 0; x < width * pixel; x++) raw[start + 1 + x] = grey[Math.floor(y / pixel) * width + Math.floor(x / pixel)];
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width * pixel, 0);
  header.writeUInt32BE(height * pixel, 4);
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function svg(width, height, title, body) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** Images with a pixel between them, as grey levels. */
function sheet(rows, { side, most }) {
  const step = side + 1;
  const width = step * Math.max(...rows.map((row) => row.length)) + 1;
  const height = step * rows.length + 1;
  const grey = new Uint8Array(width * height).fill(255);
  rows.forEach((row, r) => {
    row.forEach((image, c) => {
      image?.forEach((value, k) => {
        const share = Math.min(1, Math.max(0, value / most));
        const [y, x] = [r * step + 1 + Math.floor(k / side), c * step + 1 + (k % side)];
        grey[y * width + x] = Math.round(245 * (1 - share));
      });
    });
  });
  return { width, height, grey };
}

function chunk(type, data) {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(content.length + 8);
  whole.writeUInt32BE(data.length, 0);
  content.copy(whole, 4);
  whole.writeUInt32BE(checksum(content), content.length + 4);
  return whole;
}

/** CRC-32 as PNG has it. */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
