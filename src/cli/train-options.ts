import type { CsvOptions } from '../data/csv.js';
import { type EstimatorOptions, type ModelName, modelNames, type Size } from './estimators.js';
import { CliError } from './failure.js';
import type { OptionKinds, Options } from './options.js';
import type { StoredChoices } from './prepare.js';

export const trainKinds: OptionKinds = {
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
  beta: 'value',
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
  header: 'value',
  separator: 'value',
  certificate: 'value',
  out: 'value',
  json: 'flag',
  help: 'flag',
};

export const trainHelp = `Usage: cvxnn train DATA.csv --target COLUMN --out MODEL.json [options]

Trains a two-layer ReLU network to the global optimum of its training problem and says how far it can be from it.

  --target COLUMN       what to predict; the other columns are the features
  --out FILE            where the model goes
  --task NAME           regression or classification; default: classification for texts and for at most two numbers
  --model NAME          relu (default), gated, batch-norm, three-layer (gated), layerwise, or cnn (images: one column for every pixel, in
                        the order rows, columns, channels)
  --shape HxWxC         of the images, for cnn: 8x8, 28x28x1; one number is a signal
  --filter HxW          default 5x5, with a padding of 1
  --stride HxW          default 1, more for large images
  --padding HxW         zeros around the image
  --regions HxW         parts of the image with weights of their own; default about one for 4 pixels, at most 4x4
  --pooling NAME        average (default), sum or max
  --loss NAME           squared, huber (regression); logistic, squaredHinge, softmax (classification)
  --beta VALUE          strength of the regularization; default auto, chosen by cross-validation
  --patterns VALUE      auto (default), all, certified (until the optimum over all patterns is proven; few columns), or a
                        number of random activation patterns
  --certificate FILE    also write a proof of the optimum, which cvxnn verify checks
  --bias BOOLEAN        default true
  --standardize BOOLEAN scale the columns to unit variance; default true
  --test FRACTION       hold out this share of the rows (stratified) and report the score on them
  --seed N              seed of every random choice; default 0
  --tolerance T         relative duality gap to reach; default 1e-6, 1e-2 for cnn
  --max-iterations N    stop after so many steps of the solver
  --time-limit S        stop after so many seconds
  --missing POLICY      error (default), drop (rows with missing values) or mean (of the column)
  --ignore COLUMN       leave a column out; may be repeated
  --header BOOLEAN      whether the first line names the columns; default: detected
  --separator CHARACTER default: comma, semicolon or tab, detected
  --json                print the result as one JSON object

Exit codes: 0 done, 1 bad input, 2 tolerance not reached (the model is written), 130 interrupted (the best so far is written).
`;

const MISSING_POLICIES = ['error', 'drop', 'mean'] as const;
const LOSSES = ['squared', 'huber', 'logistic', 'squaredHinge', 'softmax'] as const;

/** Of nuclear norms over thousands of weights, as the estimator's own default. */
const imageTolerance = 1e-2;

/** The command's options, checked. */
export interface TrainOptions extends StoredChoices {
  readonly out: string;
  readonly certificate: string | null;
  readonly model: ModelName;
  readonly tolerance: number;
  readonly estimator: EstimatorOptions;
  readonly json: boolean;
}

/** @throws CliError naming the option. */
export function readTrainOptions(options: Options): TrainOptions {
  const seed = options.number('seed', (value) => Number.isSafeInteger(value) && value >= 0, 'an integer from 0 to 2^53 - 1') ?? 0;
  const positive = (name: string) => options.number(name, (value) => value > 0, 'a positive number');
  const certificate = options.text('certificate') ?? null;
  const model = options.choice('model', modelNames) ?? 'relu';
  const asked = options.number('tolerance', (value) => value > 0 && value < 1, 'a number between 0 and 1');
  const tolerance = asked ?? (model === 'cnn' ? imageTolerance : 1e-6);
  if (certificate !== null && model !== 'relu')
    throw new CliError(`--certificate is for --model relu; ${model} networks have no certificate files`);
  const images = readShape(options, model);
  const target = options.required('target', 'the name of a column');
  const ignore = options.list('ignore');
  if (ignore.includes(target)) throw new CliError(`--ignore leaves out "${target}", the target`);
  const out = options.required('out', 'the name of the model file');
  if (certificate === out) throw new CliError('--certificate and --out name the same file');
  return {
    target,
    out,
    task: options.choice('task', ['regression', 'classification']),
    certificate,
    model,
    missing: options.choice('missing', MISSING_POLICIES) ?? 'error',
    ignore,
    test: options.number('test', (value) => value > 0 && value < 1, 'a fraction between 0 and 1') ?? null,
    seed,
    ...(images && { keepConstant: true }),
    tolerance,
    csv: readCsvOptions(options),
    estimator: withoutUndefined({
      beta: options.text('beta') === 'auto' ? 'auto' : options.number('beta', (value) => value > 0, 'auto or a positive number'),
      loss: options.choice('loss', LOSSES),
      bias: options.boolean('bias'),
      standardize: options.boolean('standardize'),
      patterns: readPatterns(options),
      ...images,
      seed,
      tolerance,
      maxIterations: options.number('max-iterations', (value) => Number.isSafeInteger(value) && value > 0, 'a positive integer'),
      timeLimit: positive('time-limit'),
      proof: certificate === null ? undefined : true,
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

/** How to read the table, for every command that reads one. */
export function readCsvOptions(options: Options): CsvOptions {
  const separator = options.text('separator');
  return withoutUndefined({ header: options.boolean('header'), separator: separator === '\\t' ? '\t' : separator });
}

function readPatterns(options: Options): EstimatorOptions['patterns'] {
  const given = options.text('patterns');
  if (given === undefined || given === 'auto' || given === 'all' || given === 'certified') return given;
  const sample = options.number(
    'patterns',
    (value) => Number.isSafeInteger(value) && value > 0,
    'auto, all, certified or a positive integer',
  );
  return { sample: sample as number };
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
