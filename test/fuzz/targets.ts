import { run } from '../../src/cli/run.js';
import * as library from '../../src/index.js';
import { numericsTarget } from './numerics.js';
import { optionsTarget } from './options.js';
import { type Command, tablesTarget } from './tables.js';
import type { Target } from './target.js';

/** The command line without a process. */
export const command: Command = async (words) => {
  const said = { out: '', err: '' };
  const code = await run(words, '0.0.0', {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    terminal: false,
    signal: new AbortController().signal,
  });
  return { code, ...said };
};

/** Every target, by its name. */
export const targets: Readonly<Record<string, () => Target<never>>> = {
  tables: () => tablesTarget(command) as Target<never>,
  options: () => optionsTarget(library) as Target<never>,
  numerics: () => numericsTarget(library) as Target<never>,
};
