import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { numericsTarget } from './numerics.js';
import { calls, optionsTarget } from './options.js';
import { type Command, tablesTarget } from './tables.js';
import { type Found, search, type Target } from './target.js';
import { command } from './targets.js';
import { build } from './values.js';

type Library = typeof library;
const whole = new Map<string, unknown>(Object.entries(library));

/** What a target finds in so many inputs, the same ones on every run. */
async function found<Input>(target: Target<Input>, runs: number): Promise<Found | null> {
  return (await search(target, { runs, seed: 11 })).found;
}

/** The library with other answers of `trainSync`. */
const altered = (change: (result: library.TrainResult, options: library.TrainOptions) => library.TrainResult): Library => ({
  ...library,
  trainSync: ((...given: Parameters<Library['trainSync']>) =>
    change(library.trainSync(...given), given[3])) as Library['trainSync'],
});

describe('the target numerics sees', () => {
  const certified = (change: (certificate: library.Certificate) => Partial<library.Certificate>) =>
    altered((result) => ({ ...result, certificate: { ...result.certificate, ...change(result.certificate) } }));
  const faults: [string, Library, RegExp][] = [
    [
      'a bound that is a thousandth too high',
      certified(({ lowerBound, objective }) => (lowerBound === null ? {} : { lowerBound: objective * 1.001 + 1e-300 })),
      /above the objective|below the proven bound/,
    ],
    ['a negative gap', certified(({ gap }) => (gap === null ? {} : { gap: -1e-9 })), /the gap is -/],
    [
      'an objective that is a millionth too small',
      certified(({ objective }) => ({ objective: objective * (1 - 1e-6) })),
      /attains|above the objective/,
    ],
    ['a loose fit that calls itself optimal', certified(() => ({ patternGap: 0.5 })), /optimal with a gap/],
    [
      'weights that are left out',
      {
        ...library,
        trainSync: ((architecture, X, y, { sampleWeight: _, ...options }) =>
          library.trainSync(architecture, X, y, options)) as Library['trainSync'],
      },
      /attains/,
    ],
    [
      'a TypeError in place of an answer',
      altered((result, { loss }) => {
        if (loss === 'huber') throw new TypeError('x is not a function');
        return result;
      }),
      /TypeError/,
    ],
    [
      'an offset that is taken with the wrong sign',
      {
        ...library,
        trainSync: ((architecture, X, y, options) =>
          library.trainSync(architecture, X, y, {
            ...options,
            ...(options.offset && { offset: Array.from(options.offset as number[], (entry) => -entry) }),
          })) as Library['trainSync'],
      },
      /an offset for targets that are moved/,
    ],
  ];
  it.each(faults)('%s', async (_, faulty, message) => {
    const one = await found(numericsTarget(faulty), 400);
    expect(one?.message).toMatch(message);
    // The same input is no fault of the library itself.
    await numericsTarget(library).check(one?.input as never);
  });

  it('nothing in the library, in a few inputs', async () => {
    expect(await found(numericsTarget(library), 25)).toBeNull();
  });
});

describe('the target options sees', () => {
  const within = (name: keyof Library, inside: (...given: never[]) => unknown): Library => ({ ...library, [name]: inside });
  const faults: [string, Library, RegExp][] = [
    [
      'a TypeError for an option that is no object',
      within('enumeratePatterns', (X: never, options: { bias?: unknown }) =>
        library.enumeratePatterns(X, { ...(options.bias === undefined ? {} : { bias: options.bias as boolean }) }),
      ),
      /TypeError/,
    ],
    [
      'a name that the caller did not pass',
      within('trainGan', () => {
        throw new library.ArgumentError('options.inner', '3', 'a number');
      }),
      /options\.inner, which was not given/,
    ],
    [
      'an error without a type',
      within('leakyRelu', (slope: number) => {
        if (!(slope < 1)) throw new Error('bad slope');
        return library.leakyRelu(slope);
      }),
      /bad slope/,
    ],
    [
      'a message of many lines',
      within('toTfjs', () => {
        throw new library.ArgumentError('network', 'one\ntwo', 'three');
      }),
      /no line/,
    ],
    [
      'an answer that is no number',
      {
        ...library,
        train: (async (...given: Parameters<Library['train']>) => {
          const result = await library.train(...given);
          return { ...result, certificate: { ...result.certificate, objective: Number.NaN } };
        }) as Library['train'],
      },
      /the objective is NaN/,
    ],
  ];
  it.each(faults)('%s', async (_, faulty, message) => {
    const changed = Object.entries(faulty).flatMap(([name, own]) => (own === whole.get(name) ? [] : [name]));
    const one = await found(optionsTarget(faulty, changed), 3000);
    expect(one?.message).toMatch(message);
  });

  it('every entry point, whose own arguments are right', async () => {
    for (const name of Object.keys(calls)) await optionsTarget(library).check({ call: name, changes: [] });
  });

  it('values of every kind', () => {
    expect(build({ kind: 'number', text: 'NaN' })).toBeNaN();
    expect(build({ kind: 'bigint', text: '5' })).toBe(5n);
    expect(
      build({ kind: 'object', fields: [['beta', { kind: 'array', entries: [{ kind: 'odd', name: 'undefined' }] }]] }),
    ).toEqual({
      beta: [undefined],
    });
  });
});

describe('the target tables sees', () => {
  /** The command line over tables that are changed on their way in. */
  const reading =
    (change: (text: string) => string): Command =>
    async (words) => {
      const [name, ...rest] = words;
      const files = rest.filter((word) => word.endsWith('.csv') && !word.endsWith('p.csv'));
      for (const file of files) writeFileSync(file, change(readFileSync(file, 'utf8')));
      return command([name, ...rest]);
    };
  const faults: [string, Command, RegExp][] = [
    [
      'a last row that is lost where no line end follows',
      reading((text) => (/[\r\n]$/.test(text) ? text : text.replace(/[\r\n]+[^\r\n]*$/, ''))),
      /another|whole|plain/,
    ],
    ['quotes that stay', reading((text) => text.replaceAll(/"([^"\r\n,;\t]+)"/g, "'$1'")), /another|whole|columns|plain/],
    [
      'CRLF that is read as part of a cell',
      reading((text) => text.replaceAll('\r\n', 'x\n')),
      /another|whole|columns|ended|plain/,
    ],
    [
      'columns found by their place',
      async (words) => {
        const file = words.find((word) => word.endsWith('other.csv'));
        if (words[0] === 'predict' && file) {
          const [head, ...rest] = readFileSync(file, 'utf8').split(/\r\n|\r|\n/);
          const separator = [';', '\t', ','].find((one) => head.includes(one)) ?? ',';
          writeFileSync(file, [head.split(separator).reverse().join(separator), ...rest].join('\n'));
        }
        return command(words);
      },
      /columns in another order|is no number|column/,
    ],
    [
      'a crash',
      async (words) =>
        /-1\.5/.test(readFileSync(words.find((word) => word.endsWith('.csv')) ?? '', 'utf8'))
          ? { code: 1, out: '', err: 'This is a bug in cvxnn' }
          : command(words),
      /bug/,
    ],
  ];
  it.each(faults)('%s', async (_, faulty, message) => {
    const one = await found(tablesTarget(faulty), 300);
    expect(one?.message).toMatch(message);
  });
});
