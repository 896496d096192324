import { describe, expect, it } from 'vitest';
import { commands, help } from '../../src/cli/run.js';
import { readSource } from '../support/source-files.js';
import { workspace } from './harness.js';

const place = workspace();

describe.each(Object.entries(commands))('cvxnn %s', (name, command) => {
  const named = new Set(Array.from(command.help.matchAll(/--([a-z][a-z-]*)/g), ([, option]) => option));

  it('lists in its help every option that it takes, and none that it does not', () => {
    const taken = Object.keys(command.kinds).filter((option) => option !== 'help');
    expect(taken.filter((option) => !named.has(option))).toEqual([]);
    // An option of another command may be named in an explanation, where that command stands beside it.
    const foreign = [...named].filter((option) => option !== 'help' && !(option in command.kinds));
    for (const option of foreign)
      expect(command.help).toMatch(new RegExp(`(${Object.keys(commands).join('|')}) [^.;]*--${option}`));
  });

  it('shows its help for --help and -h, whatever else is wrong', async () => {
    for (const flag of ['--help', '-h']) expect(await place.cvxnn([name, flag])).toEqual({ code: 0, out: command.help, err: '' });
    expect(command.help.startsWith(`Usage: cvxnn ${name} `)).toBe(true);
    for (const operand of command.operands) expect(command.help).toContain(operand.replace(/\.\w+$/, ''));
  });

  it('has lines that fit a wide terminal, and stands in the list of commands and in the manual', () => {
    for (const line of command.help.split('\n')) expect(line.length).toBeLessThanOrEqual(140);
    expect(help).toContain(`  ${name} `);
    expect(readSource('README.md') + readSource('docs/api.md')).toContain(`cvxnn ${name}`);
  });

  it('names what is missing, and an option that there is not', async () => {
    const without = await place.cvxnn([name]);
    expect([without.code, without.out]).toEqual([1, '']);
    const usage = `${command.operands.join(' ')}${command.several ? ' ...' : ''}\n`;
    expect(without.err).toContain(`${command.operands[0]} is missing; usage: cvxnn ${name} ${usage}`);
    const wrong = await place.cvxnn([name, ...command.operands, '--no-such-option']);
    expect(wrong).toEqual({
      code: 1,
      out: '',
      err: `cvxnn: unknown option --no-such-option; cvxnn ${name} --help lists the options\n`,
    });
    const surplus = await place.cvxnn([name, ...command.operands, 'surplus']);
    // Several tables are one; a second model is one too many.
    if (command.several) expect(surplus.err).not.toContain('unexpected argument');
    else expect(surplus.err).toContain('unexpected argument "surplus"');
  });
});
