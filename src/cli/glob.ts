import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files that a pattern names, sorted: `*` and `?` stand for letters of one name, `[ab]` for one of them, `{a,b}` for either, `**` for
 * folders of any depth. A file that is called so itself is meant first. Null for what is no pattern.
 */
export function matchingFiles(pattern: string): string[] | null {
  if (!/[*?[{]/.test(pattern) || existsSync(pattern)) return null;
  const found = new Set(
    alternatives(pattern).flatMap((one) => walk(one.startsWith('/') ? '/' : '', one.split('/').filter(Boolean))),
  );
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

/** `x{a,b}` -> `xa`, `xb`. */
function alternatives(pattern: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (!braces) return [pattern];
  const [whole, inside] = braces;
  const [before, after] = [pattern.slice(0, braces.index), pattern.slice(braces.index + whole.length)];
  return inside.split(',').flatMap((choice) => alternatives(before + choice + after));
}

function walk(folder: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return isFile(folder) ? [folder] : [];
  const entries = (): string[] => {
    try {
      return readdirSync(folder === '' ? '.' : folder);
    } catch {
      return [];
    }
  };
  if (part === '**') {
    const folders = entries().filter((name) => !name.startsWith('.') && isFolder(join(folder, name)));
    return [...walk(folder, rest), ...folders.flatMap((name) => walk(join(folder, name), [part, ...rest]))];
  }
  if (!/[*?[]/.test(part)) return existsSync(join(folder, part)) ? walk(join(folder, part), rest) : [];
  const matches = matcher(part);
  const named = entries().filter((name) => matches.test(name) && (part.startsWith('.') || !name.startsWith('.')));
  return named.flatMap((name) => walk(join(folder, name), rest));
}

function matcher(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]+\]|[\s\S]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (token.length > 1)
      return `[${token[1] === '!' ? '^' : ''}${token.slice(token[1] === '!' ? 2 : 1, -1).replace(/[\\^]/g, '\\$&')}]`;
    return token.replace(/[.+^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
