import { parseArgs } from 'node:util';
import { CliError } from './failure.js';

/** Options of a command: `flag` takes no value, `list` may be repeated. */
export type OptionKinds = Readonly<Record<string, 'value' | 'list' | 'flag'>>;

/** Arguments of a command, split and checked for names only. */
export class Options {
  readonly positionals: readonly string[];
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.values = values;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  list(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  text(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  required(name: string, what: string): string {
    return this.text(name) ?? fail(`--${name} is missing; expected ${what}`);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    return choices.find((choice) => choice === given) ?? fail(`--${name} is "${given}"; expected ${choices.join(' or ')}`);
  }

  boolean(name: string): boolean | undefined {
    const given = this.choice(name, ['true', 'false']);
    return given === undefined ? undefined : given === 'true';
  }

  /** A number for which `accepts` holds. */
  number(name: string, accepts: (value: number) => boolean, expected: string): number | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(given) ? Number(given) : Number.NaN;
    return Number.isFinite(value) && accepts(value) ? value : fail(`--${name} is "${given}"; expected ${expected}`);
  }
}

/**
 * Splits the arguments after the command's name.
 *
 * @param several - the last operand may be given several times.
 *
 * @throws {@link CliError} naming an unknown option, one without its value, one given twice, or a wrong number of operands.
 */
export function parseOptions(
  command: string,
  args: readonly string[],
  kinds: OptionKinds,
  operands: readonly string[],
  several = false,
): Options {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [
        name,
        { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), ...(name === 'help' && { short: 'h' }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const kind = Object.hasOwn(kinds, token.name) ? kinds[token.name] : undefined;
    if (kind === undefined) fail(`unknown option ${token.rawName}; cvxnn ${command} --help lists the options`);
    // `--target --out x` forgot a value; `--beta -1` has one, if a wrong one; `--target=--x` means it.
    const lost = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
    if (kind !== 'flag' && lost) fail(`--${token.name} needs a value`);
    if (kind === 'flag' && token.value !== undefined) fail(`--${token.name} takes no value`);
    const earlier = values.get(token.name);
    if (earlier && kind === 'value') fail(`--${token.name} is given twice`);
    if (earlier) earlier.push(token.value ?? '');
    else values.set(token.name, [token.value ?? '']);
  }
  if (!values.has('help')) {
    const usage = `usage: cvxnn ${command} ${operands.join(' ')}${several ? ' ...' : ''}`;
    if (positionals.length < operands.length) fail(`${operands[positionals.length]} is missing; ${usage}`);
    if (positionals.length > operands.length && !several) fail(`unexpected argument "${positionals[operands.length]}"; ${usage}`);
  }
  return new Options(positionals, values);
}

/** The record without the options that were not given. */
export function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

function fail(message: string): never {
  throw new CliError(message);
}
