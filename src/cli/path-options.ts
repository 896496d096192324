import { type ModelChoices, modelKinds, readModelOptions } from './model-options.js';
import type { OptionKinds, Options } from './options.js';

export const pathKinds: OptionKinds = { ...modelKinds, values: 'value', ratio: 'value', svg: 'value' };

export const pathHelp = `Usage: cvxnn path DATA.csv ... --target COLUMN [options]

Trains a network for every strength of the regularization, from the largest beta that matters down, and shows how neurons and
scores change. A beta found here can be given to cvxnn train.

  --target COLUMN       what to predict; the other columns are the features
  --values N            number of betas; default 20
  --ratio R             last beta over the first; default 0.001
  --test FRACTION       hold out this share of the rows (stratified) and score every network on them
  --svg FILE            also draw the path into this file
  --json                print the path as one JSON object instead of a table and a plot
  --task, --model, --shape, --filter, --stride, --padding, --regions, --pooling, --loss, --huber-delta, --patterns, --bias, --standardize,
  --seed, --tolerance, --max-iterations, --missing, --ignore, --weight, --categorical, --max-levels, --dates, --header, --separator, --na
                        as in cvxnn train --help
  --time-limit S        stop after so many seconds with the betas that are done

Exit codes: 0 done, 1 bad input, 2 a tolerance was not reached or time ran out, 130 interrupted, 143 ended by SIGTERM.
After 2, 130 and 143 the values that were finished are shown.
`;

/** The command's options, checked. */
export interface PathChoices extends ModelChoices {
  readonly values: number;
  readonly ratio: number;
  readonly svg: string | undefined;
}

/** @throws CliError naming the option. */
export function readPathOptions(options: Options): PathChoices {
  const counts = (value: number) => Number.isSafeInteger(value) && value >= 2 && value <= 1000;
  return {
    ...readModelOptions(options),
    values: options.number('values', counts, 'an integer from 2 to 1000') ?? 20,
    ratio: options.number('ratio', (value) => value > 0 && value < 1, 'a number between 0 and 1') ?? 1e-3,
    svg: options.text('svg'),
  };
}
