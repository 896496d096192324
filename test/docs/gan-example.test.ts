import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesPng, imagesSvg, pointsSvg } from '../../examples/gan-pictures.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'cvxnn-gan-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Width, height and grey levels of a PNG as `imagesPng` writes it. */
function decode(png: Buffer): { width: number; height: number; grey: (x: number, y: number) => number } {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const start = png.indexOf('IDAT') + 4;
  const raw = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  expect(raw.length).toBe(height * (width + 1));
  return { width, height, grey: (x, y) => raw[y * (width + 1) + 1 + x] };
}

describe('examples/gan.mjs', () => {
  beforeAll(ensureBuild);

  it('matches all moments within betaD, and draws the pictures of docs/ again, bit by bit', () => {
    const { status, stdout } = spawnSync('node', [join(root, 'examples/gan.mjs'), scratch], { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
    expect([status, lines.length]).toEqual([0, 24]);
    // Compressed bytes may differ between versions of zlib, pixels may not.
    const [own, committed] = [scratch, join(root, 'docs')].map((folder) => decode(readFileSync(join(folder, 'gan-digits.png'))));
    expect([own.width, own.height]).toEqual([committed.width, committed.height]);
    for (let y = 0; y < own.height; y++)
      for (let x = 0; x < own.width; x++) if (own.grey(x, y) !== committed.grey(x, y)) throw new Error(`pixel ${x}, ${y}`);
  });
});

describe('pictures', () => {
  const images = [[[0, 16, 8, 99]], [null, [1, 2, 3, 4]]] as (number[] | null)[][];

  it('as PNG have the grey levels of the values, and white between images', () => {
    const { width, height, grey } = decode(imagesPng(images, { side: 2, most: 16, pixel: 3 }));
    expect([width, height]).toEqual([3 * 7, 3 * 7]);
    expect([grey(0, 0), grey(3, 3), grey(6, 3), grey(8, 5), grey(3, 6), grey(6, 6)]).toEqual([255, 245, 0, 0, 123, 0]);
    expect(grey(12, 12)).toBe(Math.round(245 * (15 / 16)));
    expect(grey(3, 15)).toBe(255);
  });

  it('as SVG have one path a grey level and one a layer of points', () => {
    const drawn = imagesSvg(images, { side: 2, most: 16 });
    expect(drawn.match(/<path /g)?.length).toBe(7);
    expect(drawn).toContain('fill="#7b7b7b"');
    const layers = [
      {
        points: [
          [0, 0],
          [9, 9],
        ],
        colour: '#123456',
      },
    ];
    const points = pointsSvg([{ title: 'a', note: 'b', layers }], { half: 2, size: 100 });
    expect(points).toContain('d="M50.0 50.0h0" stroke="#123456"');
    expect(points.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
  });
});
