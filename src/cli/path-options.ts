import type { MissingPolicy } from '../data/columns.js';
import type { CsvOptions } from '../data/csv.js';
import type { Task } from '../data/target.js';
import type { LossName, PatternChoice } from '../index.js';
import { CliError } from './failure.js';
import type { OptionKinds, Options } from './options.js';
import { readCsvOptions } from './train-options.js';

export const pathKinds: OptionKinds = {
  target: 'value',
  values: 'value',
  ratio: 'value',
  task: 'value',
  model: 'value',
  loss: 'value',
  patterns: 'value',
  bias: 'value',
  standardize: 'value',
  test: 'value',
  seed: 'value',
  tolerance: 'value',
  'time-limit': 'value',
  missing: 'value',
  ignore: 'list',
  header: 'value',
  separator: 'value',
  svg: 'value',
  json: 'flag',
  help: 'flag',
};

export const pathHelp = `Usage: cvxnn path DATA.csv --target COLUMN [options]

Trains a network for every strength of the regularization, from the largest beta that matters down, and shows how neurons and
scores change. A beta found here can be given to cvxnn train.

  --target COLUMN       what to predict; the other columns are the features
  --values N            number of betas; default 20
  --ratio R             last beta over the first; default 0.001
  --test FRACTION       hold out this share of the rows (stratified) and score every network on them
  --svg FILE            also draw the path into this file
  --json                print the path as one JSON object instead of a table and a plot
  --task, --model, --loss, --patterns, --bias, --standardize, --seed, --tolerance, --missing, --ignore, --header, --separator
                        as in cvxnn train --help; --patterns may also be priced or certified
  --time-limit S        stop after so many seconds with the betas that are done

Exit codes: 0 done, 1 bad input, 2 a tolerance was not reached or time ran out (what there is is shown), 130 interrupted (same).
`;

const models = ['relu', 'gated'] as const;
const policies: readonly MissingPolicy[] = ['error', 'drop', 'mean'];
const regressionLosses: readonly LossName[] = ['squared', 'huber'];
const classificationLosses: readonly LossName[] = ['logistic', 'squaredHinge', 'softmax', 'squared'];

/** The command's options, checked. */
export interface PathChoices {
  readonly target: string;
  readonly task: Task | undefined;
  readonly missing: MissingPolicy;
  readonly ignore: readonly string[];
  readonly test: number | null;
  readonly seed: number;
  readonly csv: CsvOptions;
  readonly model: (typeof models)[number];
  readonly loss: LossName | undefined;
  readonly standardize: boolean;
  readonly values: number;
  readonly ratio: number;
  readonly svg: string | undefined;
  readonly json: boolean;
  /** As the library takes them. */
  readonly training: {
    readonly bias: boolean;
    readonly patterns: PatternChoice;
    readonly seed: number;
    readonly tolerance: number;
    readonly timeLimit: number | undefined;
  };
}

/** @throws CliError naming the option. */
export function readPathOptions(options: Options): PathChoices {
  const fraction = (name: string) => options.number(name, (value) => value > 0 && value < 1, 'a number between 0 and 1');
  const seed = options.number('seed', (value) => Number.isSafeInteger(value) && value >= 0, 'an integer from 0 to 2^53 - 1') ?? 0;
  const counts = (value: number) => Number.isSafeInteger(value) && value >= 2 && value <= 1000;
  return {
    target: options.required('target', 'the name of a column'),
    task: options.choice('task', ['regression', 'classification']),
    missing: options.choice('missing', policies) ?? 'error',
    ignore: options.list('ignore'),
    test: fraction('test') ?? null,
    seed,
    csv: readCsvOptions(options),
    model: options.choice('model', models) ?? 'relu',
    loss: options.choice('loss', [...new Set([...regressionLosses, ...classificationLosses])]),
    standardize: options.boolean('standardize') ?? true,
    values: options.number('values', counts, 'an integer from 2 to 1000') ?? 20,
    ratio: fraction('ratio') ?? 1e-3,
    svg: options.text('svg'),
    json: options.has('json'),
    training: {
      bias: options.boolean('bias') ?? true,
      patterns: readPatterns(options),
      seed,
      tolerance: fraction('tolerance') ?? 1e-6,
      timeLimit: options.number('time-limit', (value) => value > 0, 'a positive number'),
    },
  };
}

/** The loss that was asked for, if it fits the task, or the task's own. */
export function lossFor(task: Task, classes: number, wanted: LossName | undefined): LossName {
  const fitting = task === 'regression' ? regressionLosses : classificationLosses;
  if (wanted === undefined) return fitting[0];
  if (!fitting.includes(wanted)) throw new CliError(`--loss ${wanted} is not for ${task}; expected ${fitting.join(' or ')}`);
  // The softmax of two classes with one of them fixed at zero.
  return wanted === 'softmax' && classes === 2 ? 'logistic' : wanted;
}

function readPatterns(options: Options): PatternChoice {
  const given = options.text('patterns') ?? 'auto';
  if (given === 'auto' || given === 'all' || given === 'priced' || given === 'certified') return given;
  const positive = (value: number) => Number.isSafeInteger(value) && value > 0;
  return { sample: options.number('patterns', positive, 'auto, all, priced, certified or a positive integer') as number };
}
