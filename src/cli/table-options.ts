import type { ReadOptions, TableOptions } from '../table/read-options.js';
import type { StoredChoices } from '../tabular/prepare.js';
import { type OptionKinds, type Options, withoutUndefined } from './options.js';

/** Options of every command that reads a table. */
export const tableKinds = { header: 'value', separator: 'value', na: 'list' } as const satisfies OptionKinds;

/** What they mean, for the help of the commands; `defaults` says where the header comes from. */
export const tableHelp = (defaults: string): string => `\
  --header BOOLEAN      whether the first line names the columns; default: ${defaults}
  --separator CHARACTER what stands between cells, '\\t' for a tab and ' ' for spaces; default: found in the file
  --na LIST             texts that are missing values, with commas between them, in place of NA, NaN, null and their like; empty
                        cells always are
`;

/** @throws CliError naming the option. */
export function readTableOptions(options: Options): TableOptions {
  const separator = options.text('separator');
  const na = options.has('na')
    ? options
        .list('na')
        .flatMap((list) => list.split(','))
        .map((marker) => marker.trim())
        .filter((marker) => marker !== '')
    : undefined;
  return withoutUndefined({ header: options.boolean('header'), separator: separator === '\\t' ? '\t' : separator, na });
}

/** How the table of a training is read: with the names that are asked for, and those that nobody looks at. */
export function trainingRead({ csv, target, ignore, weight, categorical = [] }: StoredChoices): ReadOptions {
  const declared = categorical.flatMap((list) => [list, ...list.split(',').map((name) => name.trim())]);
  const names = [target, ...ignore, ...(weight === undefined ? [] : [weight]), ...new Set(declared)];
  return { ...csv, names, unused: (column) => ignore.includes(column) };
}
