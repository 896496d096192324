import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProgressLine, short } from '../../src/cli/console.js';
import { CliError, sentence } from '../../src/cli/failure.js';
import { checkOutput, readText, writeAtomic } from '../../src/cli/files.js';
import { parseOptions } from '../../src/cli/options.js';
import { ArgumentError, MemoryLimitError } from '../../src/errors.js';
import { workspace } from './harness.js';

describe('parseOptions', () => {
  const kinds = { name: 'value', skip: 'list', fast: 'flag', help: 'flag' } as const;
  const parse = (...args: string[]) => parseOptions('do', args, kinds, ['FILE']);

  it('takes values after a space or an equals sign, in any order with operands', () => {
    expect(parse('--name', 'a', 'x').text('name')).toBe('a');
    expect(parse('x', '--name=a=b').text('name')).toBe('a=b');
    expect(parse('x', '--name=--odd').text('name')).toBe('--odd');
    expect(parse('x', '--name=').text('name')).toBe('');
    expect(parse('x', '--name', '-5').text('name')).toBe('-5');
    expect(parse('--', '--name').positionals).toEqual(['--name']);
  });

  it('collects lists and flags', () => {
    const options = parse('x', '--skip', 'a', '--fast', '--skip', 'b', '--fast');
    expect(options.list('skip')).toEqual(['a', 'b']);
    expect(options.has('fast')).toBe(true);
    expect(options.list('name')).toEqual([]);
    expect(options.number('name', () => true, '')).toBeUndefined();
  });

  it.each([
    [['x', '--other']],
    [['x', '--toString']],
    [['x', '--no-fast']],
    [['x', '--name']],
    [['x', '--fast=1']],
    [['x', '--name', 'a', '--name', 'b']],
    [[]],
    [['x', 'y']],
  ])('refuses %j', (args) => {
    expect(() => parse(...args)).toThrow(CliError);
  });
});

describe('files', () => {
  it('reads UTF-8 and UTF-16 as a byte-order mark says', () => {
    const text = 'naïve,y\n1,2\n';
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
    const place = workspace({ 'a.csv': text, 'b.csv': `\ufeff${text}`, 'c.csv': wide, 'd.csv': Buffer.from(wide).swap16() });
    for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv']) expect(readText(place.at(name))).toBe(text);
  });

  it('replaces a file at once, and leaves it alone when it cannot be written', () => {
    const place = workspace({ 'a.txt': 'old' });
    writeAtomic(place.at('a.txt'), 'new');
    expect(place.read('a.txt')).toBe('new');
    expect(() => writeAtomic(place.at('no/b.txt'), 'x')).toThrow(CliError);
    expect(() => writeAtomic(place.folder, 'x')).toThrow(/cannot be written/);
    expect(place.list()).toEqual(['a.txt']);
  });

  it('finds out beforehand that a folder is read-only', () => {
    const place = workspace();
    chmodSync(place.folder, 0o500);
    try {
      // The administrator may write anyway.
      if (process.getuid?.() === 0) expect(() => checkOutput(place.at('a'), [])).not.toThrow();
      else expect(() => checkOutput(place.at('a'), [])).toThrow(/permission denied/);
    } finally {
      chmodSync(place.folder, 0o700);
    }
  });
});

describe('sentence', () => {
  it.each<[unknown, string]>([
    [new ArgumentError('options.timeLimit', '0', 'a positive number'), '--time-limit is 0; expected a positive number'],
    [new ArgumentError('y', 'empty', 'labels'), 'y is empty; expected labels'],
    [new MemoryLimitError(4 << 20, 1 << 20), 'the fit needs about 4 MiB; the limit is 1 MiB (options.memoryLimit)'],
    [new CliError('two\nlines'), 'two lines'],
    [new TypeError('x is not a function'), 'x is not a function. This is a bug in cvxnn: please report it'],
    ['thrown text', 'thrown text. This is a bug in cvxnn: please report it'],
  ])('%s', (error, expected) => {
    expect(sentence(error)).toBe(expected);
  });
});

describe('ProgressLine', () => {
  const event = (iteration: number) => ({ stage: 'select', iteration, objective: 1 / 3, lowerBound: null, relativeGap: 0.0123 });
  const record = (terminal: boolean, times: number[]) => {
    let shown = '';
    let clock = 0;
    const console = {
      out: () => undefined,
      err: (text: string) => {
        shown += text;
      },
      terminal,
      signal: new AbortController().signal,
    };
    const line = new ProgressLine(console, () => clock);
    times.forEach((time, k) => {
      clock = time;
      line.show(event(k));
    });
    line.clear();
    return shown;
  };

  it('overwrites one line on a terminal, not too often', () => {
    const text = (k: number) => `\rchoosing beta, step ${k}: objective 0.3333333, bound -, gap 0.012\u001b[K`;
    expect(record(true, [0, 10, 200, 210])).toBe(`${text(0)}${text(2)}\r\u001b[K`);
  });

  it('writes a line every five seconds elsewhere', () => {
    expect(
      record(false, [0, 4000, 6000, 7000, 12000])
        .split('\n')
        .map((line) => line.slice(0, 21)),
    ).toEqual(['choosing beta, step 2', 'choosing beta, step 4', '']);
    expect(record(false, [0, 100])).toBe('');
  });

  it('writes numbers short', () => {
    expect([short(1e-9), short(123456.789), short(Number.NaN), short(undefined), short(0.1234567, 2)]).toEqual([
      '1e-9',
      '123456.8',
      '-',
      '-',
      '0.12',
    ]);
  });
});
