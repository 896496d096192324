import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { createRandom } from '../../src/random.js';
import { csvLine, parseCsv } from '../../src/table/csv.js';
import { runNode, said } from '../support/commands.js';
import { root } from '../support/source-files.js';
import { workspace } from './harness.js';

/** The built program, as a process of its own, with the real estimators. */
const program = join(root, 'dist', 'cli.mjs');
const penguins = join(root, 'examples', 'penguins.csv');
const cvxnn = (...args: string[]) => runNode([program, ...args]);

beforeAll(ensureBuild);

/** A table of noise: y depends on |x0| and on a level, so that a linear model cannot have it all. */
function noisyTable(rows: number, task: 'number' | 'text'): string {
  const random = createRandom(11);
  const lines = Array.from({ length: rows }, () => {
    const x = Array.from({ length: 4 }, () => random.normal());
    const level = ['low', 'mid', 'high'][random.integer(3)];
    const signal = Math.abs(x[0]) + (level === 'high' ? 1 : 0) - 0.5 * x[1] + 0.3 * random.normal();
    return csvLine([...x.map(String), level, task === 'number' ? String(signal) : signal > 1 ? 'above' : 'below']);
  });
  return csvLine(['a', 'b', 'c', 'd', 'level', 'y']) + lines.join('');
}

describe('the program', () => {
  it('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(cvxnn('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('refuses bad input with exit code 1 and one sentence', () => {
    const { status, stdout, stderr } = cvxnn('train', penguins, '--target', 'species', '--out', '/nowhere/m.json');
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'cvxnn: /nowhere/m.json cannot be written: no such file or folder\n',
    });
  });

  it('trains, saves, predicts, inspects and exports a regression', async () => {
    const place = workspace({ 'd.csv': noisyTable(80, 'number') });
    const trained = cvxnn(
      'train',
      place.at('d.csv'),
      '--target',
      'y',
      '--beta',
      '1',
      '--test',
      '0.25',
      '--out',
      place.at('m.json'),
      '--json',
    );
    expect(trained.status, said(trained)).toBe(0);
    const line = JSON.parse(trained.stdout);
    expect(line).toMatchObject({ status: 'optimal', beta: 1, rows: 60, testRows: 20, features: 7, classes: null });
    expect(line.patternGap).toBeLessThanOrEqual(1e-6);
    expect(line.trainScore).toBeGreaterThan(0.5);

    const predicted = cvxnn('predict', place.at('m.json'), place.at('d.csv'));
    expect(predicted.status, said(predicted)).toBe(0);
    const numbers = parseCsv(predicted.stdout, { header: true }).rows.map(([text]) => Number(text));
    expect(numbers.length).toBe(80);

    // The exported module is another implementation of the same network.
    expect(cvxnn('export', place.at('m.json'), '--to', 'js', '--out', place.at('net.mjs')).status).toBe(0);
    const { predict } = await import(/* @vite-ignore */ place.at('net.mjs'));
    const table = parseCsv(place.read('d.csv'));
    const levels = ['high', 'low', 'mid'];
    const outputs = table.rows.map((row) =>
      predict([...row.slice(0, 4).map(Number), ...levels.map((level) => (row[4] === level ? 1 : 0))]),
    );
    expect(outputs).toEqual(numbers);

    const inspected = cvxnn('inspect', place.at('m.json'));
    expect(inspected.status, said(inspected)).toBe(0);
    expect(inspected.stdout).toContain('linear models in force');
  });

  it.each([['relu'], ['gated'], ['batch-norm']])('trains a %s classifier twice to the same bytes', (model) => {
    const place = workspace({ 'd.csv': noisyTable(60, 'text') });
    const models = ['one.json', 'two.json'].map((name) => {
      const outcome = cvxnn(
        'train',
        place.at('d.csv'),
        '--target',
        'y',
        '--model',
        model,
        '--beta',
        '0.5',
        '--out',
        place.at(name),
      );
      expect(outcome.status, said(outcome)).toBe(0);
      const { training, checksum, ...rest } = JSON.parse(place.read(name));
      expect(training.seconds).toBeGreaterThan(0);
      expect(checksum).toMatch(/^[0-9a-f]{64}$/);
      return JSON.stringify([rest, { ...training, seconds: 0 }]);
    });
    expect(models[0]).toBe(models[1]);
    const predicted = cvxnn('predict', place.at('one.json'), place.at('d.csv'));
    const table = parseCsv(predicted.stdout);
    expect(table.columns).toEqual(['prediction', 'probability_above', 'probability_below']);
    for (const [label, above, below] of table.rows) {
      expect(Math.abs(Number(above) + Number(below) - 1)).toBeLessThan(1e-12);
      expect(label).toBe(Number(above) > Number(below) ? 'above' : 'below');
    }
  });

  it('ends with 2 short of the tolerance, with a model that predicts', () => {
    const place = workspace({ 'd.csv': noisyTable(80, 'number') });
    const outcome = cvxnn(
      'train',
      place.at('d.csv'),
      '--target',
      'y',
      '--beta',
      '0.01',
      '--max-iterations',
      '1',
      '--out',
      place.at('m.json'),
      '--json',
    );
    expect(outcome.status, said(outcome)).toBe(2);
    const line = JSON.parse(outcome.stdout);
    expect(line.status).toBe('iteration-limit');
    expect(line.patternGap).toBeGreaterThan(1e-6);
    expect(cvxnn('predict', place.at('m.json'), place.at('d.csv')).status).toBe(0);
  });

  it('stops at an interrupt with 130: a model that predicts, or none at all', async () => {
    const place = workspace({ 'd.csv': noisyTable(1500, 'number') });
    const args = ['train', place.at('d.csv'), '--target', 'y', '--out', place.at('m.json'), '--json'];
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      // The note about the table comes before the fit, the handler of interrupts before the note.
      if (said === '') setTimeout(() => child.kill('SIGINT'), 700);
      said += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code, said).toBe(130);
    expect(said).toContain('interrupted');
    const files = place.list().filter((name) => name !== 'd.csv');
    expect(files).toEqual(said.includes('nothing is written') ? [] : ['m.json']);
    if (files.length > 0) expect(cvxnn('predict', place.at('m.json'), place.at('d.csv')).status).toBe(0);
  });

  it('learns the species of penguins, with beta chosen by itself', () => {
    const place = workspace();
    const outcome = cvxnn(
      'train',
      penguins,
      '--target',
      'species',
      '--missing',
      'mean',
      '--test',
      '0.2',
      '--out',
      place.at('m.json'),
      '--json',
    );
    expect(outcome.status, said(outcome)).toBe(0);
    const line = JSON.parse(outcome.stdout);
    expect(line).toMatchObject({ classes: ['Adelie', 'Chinstrap', 'Gentoo'], rows: 275, testRows: 69, features: 8 });
    expect(line.patternGap).toBeLessThanOrEqual(1e-6);
    // Two mistakes among 69: linear models make none to one.
    expect(line.testScore).toBeGreaterThanOrEqual(67 / 69);
  });
});
