import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/run.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own with the given files; names in commands are made paths inside it by `at`. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cvxnn-'));
  const at = (name: string) => join(folder, name);
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  return {
    folder,
    at,
    read: (name: string) => readFileSync(at(name), 'utf8'),
    list: () => readdirSync(folder).sort(),
    /** Runs a command line in this process; words that name a file here or start with ./ are taken as paths. */
    cvxnn: (line: string | readonly string[], signal?: AbortSignal, terminal = false) => {
      const words = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
      return runHere(
        words.map((word) => (word.startsWith('./') ? at(word.slice(2)) : word)),
        signal,
        terminal,
      );
    },
  };
}

async function runHere(args: readonly string[], signal = new AbortController().signal, terminal = false): Promise<Outcome> {
  const texts = { out: '', err: '' };
  const code = await run(args, '1.2.3', {
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
    terminal,
    signal,
  });
  return { code, ...texts };
}
