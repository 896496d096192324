import { ArgumentError, CvxnnError, InternalError } from '../errors.js';
import { TableError } from '../table/table-error.js';

/** What went wrong, in the sentence the user reads. */
export class CliError extends Error {}

/** Adds the file to errors about its content; leaves others alone. */
export function inFile<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw withFile(file, error);
  }
}

/** Likewise for what fits find out about the table. */
export async function fitInFile<T>(file: string, fit: Promise<T>): Promise<T> {
  try {
    return await fit;
  } catch (error) {
    throw withFile(file, error);
  }
}

/** The sentence with the file in front. */
export function withFile(file: string, error: unknown): unknown {
  if (error instanceof TableError)
    return new CliError(`${error.file ?? file}${(error.line ?? error.row ?? error.column) ? ',' : ''} ${error.message}`);
  // The library's X and y are the table's features and target.
  const part = error instanceof ArgumentError && { X: 'the features', y: 'the target' }[error.argument.charAt(0)];
  if (!part || !/^[Xy](\[|$)/.test(error.argument)) return error;
  return new CliError(`${file}: ${part} (${error.argument}): ${error.received}; expected ${error.expected}`);
}

/** One line without a stack. Options of the library go by the names they have on the command line. */
export function sentence(error: unknown): string {
  if (error instanceof ArgumentError && error.argument.startsWith('options.')) {
    return oneLine(`${flagOf(error.argument.slice('options.'.length))} is ${error.received}; expected ${error.expected}`);
  }
  if (error instanceof CliError || error instanceof CvxnnError) return oneLine(error.message);
  return oneLine(new InternalError(error instanceof Error ? error.message : String(error)).message);
}

function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}
