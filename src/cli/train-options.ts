import { CliError } from './failure.js';
import { type ModelChoices, modelKinds, readModelOptions } from './model-options.js';
import { type OptionKinds, type Options, withoutUndefined } from './options.js';
import { tableHelp } from './table-options.js';

export const trainKinds: OptionKinds = {
  ...modelKinds,
  beta: 'value',
  certificate: 'value',
  out: 'value',
  stream: 'flag',
  extrapolate: 'flag',
};

export const trainHelp = `Usage: cvxnn train DATA.csv ... --target COLUMN --out MODEL.json [options]

Trains a two-layer ReLU network to the global optimum of its training problem and says how far it can be from it.
DATA is CSV, TSV, JSON, NDJSON or Parquet, gzipped or not, or - for the standard input; several files, or a pattern in quotes, are one
table (docs/tables-in.md).

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
  --huber-delta D       where the Huber loss turns linear, in spreads of the target; default 1
  --beta VALUE          strength of the regularization; default auto, chosen by cross-validation
  --patterns VALUE      auto (default), all, priced (no proof is tried), certified (until the optimum over all patterns is
                        proven; few columns), or a number of random activation patterns
  --stream              read the file in pieces, for tables larger than memory: regression by a gated network, --patterns N random
                        gates (default 32); see docs/streaming.md
  --certificate FILE    also write a proof of the optimum, which cvxnn verify checks
  --extrapolate         numbers: do not bound predictions of rows outside of what training saw; default: to the range of the
                        training targets, widened by a quarter
  --bias BOOLEAN        default true
  --standardize BOOLEAN scale the columns to unit variance; default true
  --test FRACTION       hold out this share of the rows (stratified) and report the score on them
  --seed N              seed of every random choice; default 0
  --tolerance T         relative duality gap to reach; default 1e-6, 1e-4 for cnn
  --max-iterations N    stop after so many steps of the solver
  --time-limit S        stop after so many seconds
  --missing POLICY      error (default), drop (rows with missing values) or mean (of the column)
  --ignore COLUMN       leave a column out; may be repeated
  --weight COLUMN       weights of the rows, at least 0: no feature
  --categorical LIST    columns whose numbers are names, separated by commas; may be repeated
  --max-levels N        most indicators that a column of texts becomes, and most classes; default by the number of rows
  --dates POLICY        ignore (default: date columns are left out) or features (days, month, weekday and hour)
${tableHelp('found in the file')}  --json                print the result as one JSON object

Exit codes: 0 done, 1 bad input, 2 tolerance not reached (the model is written), 130 interrupted,
143 ended by SIGTERM (the best so far is written).
`;

/** The command's options, checked. */
export interface TrainOptions extends ModelChoices {
  readonly out: string;
  readonly certificate: string | null;
  readonly stream: boolean;
}

/** @throws CliError naming the option. */
export function readTrainOptions(options: Options): TrainOptions {
  const choices = readModelOptions(options);
  const certificate = options.text('certificate') ?? null;
  if (certificate !== null && choices.model !== 'relu')
    throw new CliError(`--certificate is for --model relu; ${choices.model} networks have no certificate files`);
  const out = options.required('out', 'the name of the model file');
  const stream = options.has('stream');
  if (stream && (options.text('model') ?? 'gated') !== 'gated')
    throw new CliError(`--stream trains gated networks; --model is "${choices.model}"`);
  if (certificate === out) throw new CliError('--certificate and --out name the same file');
  const positive = (value: number) => value > 0;
  const own = withoutUndefined({
    beta: options.text('beta') === 'auto' ? ('auto' as const) : options.number('beta', positive, 'auto or a positive number'),
    proof: certificate === null ? undefined : true,
    extrapolate: options.has('extrapolate') || undefined,
  });
  return { ...choices, out, certificate, stream, estimator: { ...choices.estimator, ...own } };
}
