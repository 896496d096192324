import { beforeAll, describe, expect, it } from 'vitest';
import { networkFromJSON } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';
import { workspace } from './harness.js';

/** 4 x 4 images with a bar that stands or lies; the last column of pixels is always dark. */
function table(count: number): string {
  const noise = numbers(count * 16, 3, 10);
  const lines = Array.from({ length: count }, (_, i) => {
    const image = Array.from({ length: 16 }, (_, k) => (k % 4 === 3 ? 0 : Math.round(noise[16 * i + k])));
    const place = Math.floor(i / 2) % 2;
    for (let k = 0; k < 3; k++) image[i % 2 === 0 ? 4 * k + place : 4 * place + k] += 100;
    return [...image, i % 2 === 0 ? 'stands' : 'lies'].join(',');
  });
  return `${Array.from({ length: 16 }, (_, k) => `p${k}`).join(',')},what\n${lines.join('\n')}\n`;
}

const place = workspace({ 'bars.csv': table(80), 'rest.csv': table(20) });
const TRAIN = 'train ./bars.csv --target what --model cnn --beta 0.5';

describe('images on the command line', () => {
  let trained: Awaited<ReturnType<typeof place.cvxnn>>;
  beforeAll(async () => {
    trained = await place.cvxnn(`${TRAIN} --shape 4x4 --filter 3x2 --test 0.25 --out ./m.json --json`);
  });

  it('are trained on, dark pixels included', () => {
    expect([trained.code, trained.err.includes('left out')]).toEqual([0, false]);
    const line = JSON.parse(trained.out);
    expect(line).toMatchObject({ status: 'optimal', features: 16, patterns: 'sampled', tolerance: 1e-4 });
    expect(line.testScore).toBeGreaterThan(0.9);
    const { network } = JSON.parse(place.read('m.json')).estimator;
    expect(network.patches).toEqual({ image: [4, 4, 1], filter: [3, 2], stride: [1, 1], padding: [0, 0], regions: [1, 1] });
  });

  it('are predicted and inspected', async () => {
    const { code, out } = await place.cvxnn('predict ./m.json ./rest.csv');
    expect(code).toBe(0);
    const labels = out
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    expect(labels.filter((label, k) => label === (k % 2 === 0 ? 'stands' : 'lies')).length).toBeGreaterThan(18);
    const inspected = await place.cvxnn('inspect ./m.json');
    expect([inspected.code, inspected.out.includes('by a cnn network'), inspected.out.includes('linear model')]).toEqual([
      0,
      true,
      false,
    ]);
  });

  it('are exported as JSON, JavaScript and ONNX; TensorFlow.js has no gates', async () => {
    expect((await place.cvxnn('export ./m.json --to json --out ./n.json')).code).toBe(0);
    expect(JSON.parse(place.read('n.json')).type).toBe('convolutional');
    expect((await place.cvxnn('export ./m.json --to js --out ./n.js')).code).toBe(0);
    const { inputs, predict } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(place.read('n.js'))}`);
    const row = new Array(inputs).fill(0.5);
    const network = networkFromJSON(JSON.parse(place.read('n.json')));
    expect([predict(row)].flat()).toEqual([...network.predict([row])]);
    expect((await place.cvxnn('export ./m.json --to onnx --out ./n.onnx')).code).toBe(0);
    expect(place.read('n.onnx')).toContain('Conv');
    const gates = await place.cvxnn('export ./m.json --to tfjs --out ./n.tfjs');
    expect([gates.code, gates.err.includes("operation 'multiply'")]).toEqual([1, true]);
  });

  const bad: [string, string][] = [
    ['', '--shape is missing'],
    ['--shape 4', 'bars.csv: the features (X): of 16 columns; expected 4 columns, images of 1 x 4 x 1 pixels'],
    ['--shape 4x4x1x1', '--shape is "4x4x1x1"; expected HxWxC, HxW or a length'],
    ['--shape 4y4', '--shape is "4y4"'],
    ['--shape 3x5', '15 columns'],
    ['--shape 4x4 --filter 5', 'filter is of 5 pixels'],
    ['--shape 4x4 --filter 1x2x3', '--filter is "1x2x3"; expected HxW or one number'],
    ['--shape 4x4 --stride 0', 'stride is 0'],
    ['--shape 4x4 --regions 9', 'regions is 9'],
    ['--shape 4x4 --pooling median', '--pooling is "median"'],
    ['--shape 4x4 --certificate ./c.json', '--certificate is for --model relu'],
  ];
  it.each(bad)('with "%s" are refused', async (options, message) => {
    const { code, err } = await place.cvxnn(`${TRAIN} ${options} --out ./bad.json`);
    expect([code, err.includes(message) || err]).toEqual([1, true]);
    expect(place.list()).not.toContain('bad.json');
  });

  it('of another shape than the table are refused by paths too, with the file', async () => {
    const { code, err } = await place.cvxnn('path ./bars.csv --target what --model cnn --shape 3x5 --values 2');
    expect(code).toBe(1);
    expect(err).toMatch(/bars\.csv: the features \(X\): of 16 columns; expected 15 columns, images of 3 x 5 x 1 pixels\n$/);
  });

  it.each(['--shape 4x4', '--filter 3', '--pooling max'])('%s is refused for other models', async (option) => {
    const { code, err } = await place.cvxnn(`train ./bars.csv --target what --beta 1 ${option} --out ./bad.json`);
    expect([code, err.includes('is for --model cnn')]).toEqual([1, true]);
  });
});
