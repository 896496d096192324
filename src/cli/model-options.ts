import { type ModelName, modelNames } from '../table/model-document.js';
import type { EstimatorOptions, Size } from '../tabular/estimators.js';
import { usualTolerance } from '../tabular/fit.js';
import type { StoredChoices } from '../tabular/prepare.js';
import { CliError } from './failure.js';
import { type OptionKinds, type Options, withoutUndefined } from './options.js';
import { readTableOptions, tableKinds } from './table-options.js';

/** Options of every command that trains: about the table, the model and its fits. */
export const modelKinds: OptionKinds = {
  target: 'value',
  task: 'value',
  model: 'value',
  shape: 'value',
  filter: 'value',
  stride: 'value',
  padding: 'value',
  regions: 'value',
  pooling: 'value',
  loss: 'value',
  'huber-delta': 'value',
  patterns: 'value',
  bias: 'value',
  standardize: 'value',
  test: 'value',
  seed: 'value',
  tolerance: 'value',
  'max-iterations': 'value',
  'time-limit': 'value',
  missing: 'value',
  ignore: 'list',
  categorical: 'list',
  'max-levels': 'value',
  dates: 'value',
  weight: 'value',
  ...tableKinds,
  json: 'flag',
  help: 'flag',
};

const policies = ['error', 'drop', 'mean'] as const;
const losses = ['squared', 'huber', 'logistic', 'squaredHinge', 'softmax'] as const;

/** The options of {@link modelKinds}, checked. */
export interface ModelChoices extends StoredChoices {
  readonly model: ModelName;
  readonly tolerance: number;
  readonly estimator: EstimatorOptions;
  readonly json: boolean;
}

/** @throws CliError naming the option. */
export function readModelOptions(options: Options): ModelChoices {
  const whole = (least: number) => (value: number) => Number.isSafeInteger(value) && value >= least;
  const seed = options.number('seed', whole(0), 'an integer from 0 to 2^53 - 1') ?? 0;
  const model = options.choice('model', modelNames) ?? 'relu';
  const asked = options.number('tolerance', (value) => value > 0 && value < 1, 'a number between 0 and 1');
  const tolerance = asked ?? usualTolerance(model);
  const images = readShape(options, model);
  const target = options.required('target', 'the name of a column');
  const ignore = options.list('ignore');
  if (ignore.includes(target)) throw new CliError(`--ignore leaves out "${target}", the target`);
  return {
    target,
    task: options.choice('task', ['regression', 'classification']),
    model,
    missing: options.choice('missing', policies) ?? 'error',
    ignore,
    ...withoutUndefined({
      categorical: options.has('categorical') ? options.list('categorical') : undefined,
      maxLevels: options.number('max-levels', whole(2), 'an integer of at least 2'),
      dates: options.choice('dates', ['ignore', 'features']),
      weight: options.text('weight'),
    }),
    test: options.number('test', (value) => value > 0 && value < 1, 'a fraction between 0 and 1') ?? null,
    seed,
    ...(images && { keepConstant: true }),
    tolerance,
    csv: readTableOptions(options),
    estimator: withoutUndefined({
      loss: options.choice('loss', losses),
      huberDelta: options.number('huber-delta', (value) => value > 0, 'a positive number'),
      bias: options.boolean('bias'),
      standardize: options.boolean('standardize'),
      patterns: readPatterns(options),
      ...images,
      seed,
      tolerance,
      maxIterations: options.number('max-iterations', whole(1), 'a positive integer'),
      timeLimit: options.number('time-limit', (value) => value > 0, 'a positive number'),
    }),
    json: options.has('json'),
  };
}

const shapeOptions = ['filter', 'stride', 'padding', 'regions'] as const;

/** Shape of the images and how they are cut; null for other models. */
function readShape(options: Options, model: ModelName): Partial<EstimatorOptions> | null {
  if (model !== 'cnn') {
    const extra = ['shape', 'pooling', ...shapeOptions].find((name) => options.has(name));
    if (extra !== undefined) throw new CliError(`--${extra} is for --model cnn`);
    return null;
  }
  const image = readSizes('shape', options.required('shape', 'the shape of the images, such as 8x8 or 28x28x1'), 3);
  const sizes = shapeOptions.map((name): [string, Size | undefined] => {
    const given = options.text(name);
    if (given === undefined) return [name, undefined];
    const [down, across] = readSizes(name, given, 2);
    return [name, across === undefined ? down : [down, across]];
  });
  return withoutUndefined({ image, ...Object.fromEntries(sizes), pooling: options.choice('pooling', ['average', 'sum', 'max']) });
}

/** Whole numbers with x between them. */
function readSizes(name: string, text: string, most: number): number[] {
  const sizes = text.split('x');
  if (sizes.length > most || !sizes.every((size) => /^\d{1,9}$/.test(size)))
    throw new CliError(`--${name} is "${text}"; expected ${most === 3 ? 'HxWxC, HxW or a length' : 'HxW or one number'}`);
  return sizes.map(Number);
}

function readPatterns(options: Options): EstimatorOptions['patterns'] {
  const given = options.text('patterns');
  if (given === undefined || given === 'auto' || given === 'all' || given === 'priced' || given === 'certified') return given;
  const positive = (value: number) => Number.isSafeInteger(value) && value > 0;
  return { sample: options.number('patterns', positive, 'auto, all, priced, certified or a positive integer') as number };
}
