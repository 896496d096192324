// node examples/gan.mjs [FOLDER]: trains generators of points and of digits, checks from the samples alone that moments match within
// betaD, and writes pictures. Needs `npm run build` and nothing else; exit code 1 if a check fails.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainGan } from '../dist/index.mjs';
import { imagesPng, imagesSvg, pointsSvg } from './gan-pictures.mjs';

const folder = process.argv[2] ?? 'gan-pictures';
mkdirSync(folder, { recursive: true });
let failed = false;

/** Says what was measured, and remembers a failure. */
function check(name, error, betaD, { certificate }) {
  const fine = error <= betaD * (1 + 1e-9) && certificate.patternGap <= 1e-6;
  failed ||= !fine;
  const proof = `gap ${certificate.patternGap.toExponential(0)}`;
  console.log(
    `${fine ? 'ok    ' : 'FAILED'} ${name}: moments differ by ${error.toPrecision(6)}, betaD ${betaD.toPrecision(6)}, ${proof}`,
  );
}

await points();
await digits();
process.exitCode = failed ? 1 : 0;

/** A ring with a dense side: neither centred nor Gaussian. */
async function points() {
  const n = 300;
  const uniform = stream(1);
  const X = Array.from({ length: n }, () => {
    const angle = 2 * Math.PI * uniform() ** 2;
    const radius = 1.4 + 0.25 * (uniform() + uniform() - 1);
    return [0.6 + radius * Math.cos(angle), 0.5 * radius * Math.sin(angle) + 0.4 * radius * Math.cos(angle)];
  });
  const betaD = 3;
  const games = {
    'linear critic, ReLU generator': { discriminator: 'linear', generator: 'relu', betaD, betaG: 1 },
    'quadratic critic, linear generator': { discriminator: 'quadratic', generator: 'linear', betaD },
    // The second stage loses some of what the first one gives: it starts from half of betaD.
    'quadratic critic, gated generator': {
      discriminator: 'quadratic',
      generator: 'gated',
      betaD: betaD / 2,
      betaG: 0.02,
      patterns: { sample: 20 },
    },
  };
  const real = { points: X, colour: '#9bb7d4' };
  const panels = [{ title: 'data', note: `${n} points`, layers: [{ points: X, colour: '#1f5fa8' }] }];
  for (const [title, options] of Object.entries(games)) {
    const result = await trainGan(X, options);
    const G = rowsOf(result.outputs);
    const error =
      options.discriminator === 'linear' ? length(subtract(sums(X), sums(G))) : spectralNorm(subtract(moment(X), moment(G)));
    check(title, error, betaD, result);
    const made = { points: rowsOf(result.generator.sample(n, 1)), colour: '#c4452f' };
    panels.push({ title, note: `moments within ${error.toPrecision(3)}`, layers: [real, made] });
  }
  const column = X.map(([x]) => [x]);
  const result = await trainGan(column, { discriminator: 'relu', generator: 'monotone', betaD });
  const [x, w] = [column.flat(), [...result.outputs.data]].map((values) => values.sort((a, b) => b - a));
  check('ReLU critic, first coordinate', prefixError(x, w), betaD, result);
  const knots = { points: [...result.generator.knots].map((z, k) => [z, result.generator.values[k]]), colour: '#c4452f' };
  panels.push({ title: 'ReLU critic, one dimension', note: 'noise against output', layers: [knots] });
  writeFileSync(join(folder, 'gan-points.svg'), pointsSvg(panels, { half: 3 }));
}

/** One generator a digit: 20 images around their mean, coarse ones of 4 x 4 first in the last rows. */
async function digits() {
  const text = readFileSync(join(import.meta.dirname, 'digits.txt'), 'utf8')
    .trim()
    .split('\n');
  const rows = Array.from({ length: 8 }, () => []);
  for (let digit = 0; digit < 10; digit++) {
    const images = text
      .filter((line) => Number(line[0]) === digit)
      .map((line) => Array.from(line.slice(2), (c) => parseInt(c, 17)));
    const mean = sums(images).map((sum) => sum / images.length);
    const X = images.map((image) => subtract(image, mean));
    // Directions beyond the twelfth are left to the discriminator: with 20 images they are noise.
    const betaD = spectrum(X)[12] * 1.000001;
    const plain = await trainGan(X, { discriminator: 'quadratic', generator: 'linear', noise: 16, betaD, bias: false });
    check(`digit ${digit}, linear generator`, spectralNorm(subtract(moment(X), moment(rowsOf(plain.outputs)))), betaD, plain);
    const coarse = X.map(halved);
    const coarseBeta = spectrum(coarse)[15] + 1e-6;
    const options = { discriminator: 'quadratic', generator: 'progressive', coarse: [coarse], noise: 16 };
    const grown = await trainGan(X, { ...options, betaD: [coarseBeta, betaD] });
    check(`digit ${digit}, progressive`, spectralNorm(subtract(moment(X), moment(rowsOf(grown.outputs)))), betaD, grown);
    // The outputs' moments are sums over 20 rows, so that one sample has the spread of one image.
    const samples = (generator) => rowsOf(generator.sample(3, digit)).map((row) => row.map((entry, j) => entry + mean[j]));
    [...images.slice(0, 2), ...samples(plain.generator), ...samples(grown.generator)].forEach((image, r) => {
      rows[r].push(image);
    });
  }
  writeFileSync(join(folder, 'gan-digits.svg'), imagesSvg(rows, { side: 8, most: 16 }));
  writeFileSync(join(folder, 'gan-digits.png'), imagesPng(rows, { side: 8, most: 16 }));
}

/** Numbers in (0, 1) from integer arithmetic: the same points everywhere. */
function stream(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state + 2147483648.5) / 4294967296;
  };
}

/** 8 x 8 to 4 x 4, each the mean of four. */
function halved(image) {
  return Array.from({ length: 16 }, (_, k) => {
    const corner = 16 * Math.floor(k / 4) + 2 * (k % 4);
    return (image[corner] + image[corner + 1] + image[corner + 8] + image[corner + 9]) / 4;
  });
}

function rowsOf({ data, shape: [n, d] }) {
  return Array.from({ length: n }, (_, r) => Array.from(data.slice(r * d, (r + 1) * d)));
}

function sums(rows) {
  return rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0));
}

/** X^T X, flat. */
function moment(rows) {
  return rows[0].flatMap((_, i) => rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)));
}

function subtract(a, b) {
  return a.map((entry, k) => entry - b[k]);
}

function length(vector) {
  return Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
}

/** Eigenvalues of a flat symmetric matrix, by Jacobi's rotations; descending in magnitude. */
function eigenvalues(flat) {
  const d = Math.sqrt(flat.length);
  const A = Array.from({ length: d }, (_, i) => flat.slice(i * d, (i + 1) * d));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < d; p++) {
      for (let q = p + 1; q < d; q++) {
        if (Math.abs(A[p][q]) < 1e-300) continue;
        const tau = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (let k = 0; k < d; k++) [A[k][p], A[k][q]] = [c * A[k][p] - s * A[k][q], s * A[k][p] + c * A[k][q]];
        for (let k = 0; k < d; k++) [A[p][k], A[q][k]] = [c * A[p][k] - s * A[q][k], s * A[p][k] + c * A[q][k]];
      }
    }
  }
  return A.map((row, i) => row[i]).sort((a, b) => Math.abs(b) - Math.abs(a));
}

function spectralNorm(flat) {
  return Math.abs(eigenvalues(flat)[0]);
}

/** Squared singular values, descending. */
function spectrum(rows) {
  return eigenvalues(moment(rows));
}

/** Largest |prefix or suffix sum| of differences. */
function prefixError(x, w) {
  const total = x.reduce((sum, entry, k) => sum + entry - w[k], 0);
  let prefix = 0;
  let most = 0;
  for (let k = 0; k < x.length; k++) {
    prefix += x[k] - w[k];
    most = Math.max(most, Math.abs(prefix), Math.abs(total - prefix));
  }
  return most;
}
