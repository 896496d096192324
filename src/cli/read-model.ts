import { ModelFormatError } from '../errors.js';
import { type Model, parseModel } from '../tabular/model-file.js';
import { CliError } from './failure.js';
import { readText } from './files.js';

/**
 * Reads a model file.
 *
 * @throws {@link CliError} naming the file, for anything that no training wrote: truncated, altered, another version.
 */
export function readModel(file: string): Model {
  const text = readText(file);
  try {
    return parseModel(text);
  } catch (error) {
    if (error instanceof ModelFormatError) throw new CliError(`${file} is not a usable model: ${error.message}`);
    throw error;
  }
}
