import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/run.js';
import * as library from '../../src/index.js';
import { readSource } from '../support/source-files.js';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const page = read('docs/api.md');
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];

/** Names of the fields of an exported interface, from its source. */
function fields(file: string, name: string): string[] {
  const body = readSource(file).split(`export interface ${name}`)[1].split('\n}')[0];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field);
}

describe('docs/api.md', () => {
  it('names every export', () => {
    expect(Object.keys(library).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    ['src/options.ts', 'TrainOptions'],
    ['src/estimators/options.ts', 'EstimatorOptions'],
    ['src/estimators/options.ts', 'ClassifierOptions'],
    ['src/estimators/options.ts', 'FitCallOptions'],
    ['src/estimators/options.ts', 'EstimatorPathOptions'],
    ['src/stream/options.ts', 'StreamOptions'],
    ['src/path/grid.ts', 'GridOptions'],
    ['src/path/path.ts', 'PathOptions'],
    ['src/path/cross-validate.ts', 'CrossValidationOptions'],
    ['src/table/read-options.ts', 'TableOptions'],
    ['src/table/read-table.ts', 'ReadTableOptions'],
  ])('names every option of %s %s', (file, name) => {
    const options = fields(file, name);
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((option) => !new RegExp(`\\b${option}\\b`).test(page))).toEqual([]);
  });
});

describe('documents', () => {
  it('hold no remains of a merge', () => {
    const markers = /^\W*(<{7}|>{7}|> > > > )/m;
    expect(documents.filter((name) => name.endsWith('.md') && markers.test(read(name)))).toEqual([]);
  });

  it('link to files that exist', () => {
    const broken = documents
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) =>
        [...read(name).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
          .filter(([, target]) => !existsSync(join(root, name, '..', target)))
          .map(([, target]) => `${name}: ${target}`),
      );
    expect(broken).toEqual([]);
  });

  it('of docs/ are all linked from the README', () => {
    const pages = documents.filter((name) => /^docs\/.*\.md$/.test(name));
    expect(pages.filter((name) => !read('README.md').includes(`(${name})`))).toEqual([]);
  });

  it('ARCHITECTURE.md has a line for every folder of src', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.filter(({ name }) => !read('ARCHITECTURE.md').includes(`\`src/${name}/\``)).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe('help of the command line', () => {
  it.each(Object.entries(commands))('%s explains every option that it takes', (_name, { kinds, help }) => {
    const silent = Object.keys(kinds).filter((option) => option !== 'help' && !help.includes(`--${option}`));
    expect(silent).toEqual([]);
  });

  it('names every family of models where it asks for one', () => {
    expect(commands.train.help).toMatch(/--model NAME/);
    expect(Object.keys(commands)).toEqual(['train', 'predict', 'inspect', 'path', 'verify', 'export']);
  });
});
