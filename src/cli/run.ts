import type { Console } from './console.js';
import { exportHelp, exportKinds, exportModel } from './export.js';
import { CliError, sentence } from './failure.js';
import { inspect, inspectHelp, inspectKinds } from './inspect.js';
import { type OptionKinds, type Options, parseOptions } from './options.js';
import { path } from './path.js';
import { pathHelp, pathKinds } from './path-options.js';
import { predict, predictHelp, predictKinds } from './predict.js';
import { train } from './train.js';
import { trainHelp, trainKinds } from './train-options.js';
import { verify, verifyHelp, verifyKinds } from './verify.js';

interface Command {
  readonly kinds: OptionKinds;
  readonly operands: readonly string[];
  /** Whether the last operand may be given several times. */
  readonly several?: boolean;
  readonly help: string;
  run(options: Options, console: Console): number | Promise<number>;
}

export const commands: Readonly<Record<string, Command>> = {
  train: { kinds: trainKinds, operands: ['DATA.csv'], several: true, help: trainHelp, run: train },
  predict: { kinds: predictKinds, operands: ['MODEL.json', 'DATA.csv'], several: true, help: predictHelp, run: predict },
  inspect: { kinds: inspectKinds, operands: ['MODEL.json'], help: inspectHelp, run: inspect },
  path: { kinds: pathKinds, operands: ['DATA.csv'], several: true, help: pathHelp, run: path },
  verify: { kinds: verifyKinds, operands: ['MODEL.json', 'DATA.csv'], several: true, help: verifyHelp, run: verify },
  export: { kinds: exportKinds, operands: ['MODEL.json'], help: exportHelp, run: exportModel },
};

export const help = `Usage: cvxnn COMMAND …

  train DATA.csv --target COLUMN --out MODEL.json   train a network to its global optimum
  path DATA.csv --target COLUMN                     networks for every strength of the regularization
  predict MODEL.json DATA.csv                       predictions for a table, as CSV
  inspect MODEL.json                                what a model is made of and what was proven
  verify MODEL.json DATA.csv --certificate FILE     check the proof that train --certificate FILE wrote
  export MODEL.json --to onnx|tfjs|js|json --out FILE   the network alone, for other runtimes

cvxnn COMMAND --help lists the options of a command. cvxnn --version prints the version.
`;

/**
 * Runs a command line.
 *
 * @returns The exit code: 0 done, 1 bad input, 2 tolerance not reached, 130 interrupted, 143 ended by SIGTERM. Never throws: what goes wrong
 * becomes one sentence on `console.err`.
 */
export async function run(args: readonly string[], version: string, console: Console): Promise<number> {
  try {
    const [name, ...rest] = args;
    if (name === '--version') {
      console.out(`${version}\n`);
      return 0;
    }
    if (name === '--help' || name === '-h' || name === 'help') {
      console.out(help);
      return 0;
    }
    if (name === undefined) throw new CliError('a command is missing; cvxnn --help lists them');
    if (!Object.hasOwn(commands, name)) throw new CliError(`unknown command "${name}"; cvxnn --help lists them`);
    const command = commands[name];
    const parsed = parseOptions(name, rest, command.kinds, command.operands, command.several);
    if (parsed.has('help')) {
      console.out(command.help);
      return 0;
    }
    return await command.run(parsed, console);
  } catch (error) {
    console.err(`cvxnn: ${sentence(error)}\n`);
    return 1;
  }
}
