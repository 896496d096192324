import { basename } from 'node:path';
import { type Network, type OnnxOptions, toOnnx, toTfjs } from '../index.js';
import type { Model } from '../tabular/model-file.js';
import type { Console } from './console.js';
import { coarseColumns, exportedJson, literal, tableSource } from './export-table.js';
import { CliError } from './failure.js';
import { checkOutput, writeAtomic } from './files.js';
import type { OptionKinds, Options } from './options.js';
import { readModel } from './read-model.js';

export const exportKinds: OptionKinds = { to: 'value', out: 'value', help: 'flag' };

export const exportHelp = `Usage: cvxnn export MODEL.json --to onnx|tfjs|js|json --out FILE

Writes the network alone, on the columns as the table has them (standardization folded in):
  onnx   ONNX, operator set 13: input X; outputs scores and, for classifiers, label and probabilities
  tfjs   model.json of TensorFlow.js layers, and its weights beside it in FILE's name with .weights.bin
  js     a JavaScript module without dependencies: predict(row) of numbers, or of columns by name
  json   for loadModel and loadNetwork of cvxnn/predict
Labels, names of columns and the encoding of texts go with it: js and json use them, onnx and tfjs have them as metadata.
The order of the inputs is printed.
`;

/** `cvxnn export`: returns the exit code. */
export function exportModel(options: Options, console: Console): number {
  const [file] = options.positionals;
  const format =
    options.choice('to', ['json', 'js', 'onnx', 'tfjs']) ?? missing('--to is missing; expected onnx, tfjs, js or json');
  const out = options.required('out', 'the name of the file to write');
  const weightsOut = out.replace(/(\.json)?$/, '.weights.bin');
  for (const target of format === 'tfjs' ? [out, weightsOut] : [out]) checkOutput(target, [file]);
  const model = readModel(file);
  const { network } = model.estimator;
  if (format === 'json') writeAtomic(out, `${JSON.stringify(exportedJson(model))}\n`);
  else if (format === 'js') writeAtomic(out, sourceText(model));
  else if (format === 'onnx') writeAtomic(out, onnxBytes(model));
  else {
    const { json, weights } = toTfjs(network as unknown as Network, basename(weightsOut));
    writeAtomic(weightsOut, weights);
    const { encoding, featureNames } = model.encoder;
    const userDefinedMetadata = { features: featureNames, labels: encoding.target.labels, table: encoding };
    writeAtomic(out, `${JSON.stringify({ ...json, userDefinedMetadata })}\n`);
  }
  if (format === 'onnx' || format === 'tfjs') tellLimits(model, console);
  if (model.estimator.toJSON().bounds)
    console.err(
      'The file holds the network alone: it does not bound predictions of rows outside of what training saw, as cvxnn predict does.\n',
    );
  console.err(`inputs: ${model.encoder.featureNames.join(', ')}\n`);
  return 0;
}

/** What a graph of 32-bit numbers does not do. */
function tellLimits(model: Model, console: Console): void {
  const { encoding } = model.encoder;
  if (encoding.features.some(({ kind }) => kind !== 'number') || encoding.missing !== 'error')
    console.err('The graph takes numbers: texts and missing cells are encoded before it, as "table" in its metadata says.\n');
  const coarse = coarseColumns(model);
  if (coarse.length === 0) return;
  const shown = coarse.map((name) => `"${name}"`).join(', ');
  const advice = 'subtract a constant from the column before training, or export js or json';
  console.err(`warning: 32-bit numbers round ${shown} by more than 0.01 % of its range, so predictions differ; ${advice}.\n`);
}

function onnxBytes({ encoder, estimator }: Model): Uint8Array {
  const { classes } = estimator;
  const loss = estimator.toJSON().loss as OnnxOptions['loss'];
  const labels = classes ? { classes, loss } : {};
  return toOnnx(estimator.network as unknown as Network, {
    ...labels,
    featureNames: encoder.featureNames,
    metadata: { labels: JSON.stringify(encoder.encoding.target.labels), table: JSON.stringify(encoder.encoding) },
  });
}

function sourceText({ name, encoder, estimator }: Model): string {
  const source = estimator.network.toSource?.();
  if (source === undefined) throw new CliError(`${name} networks have no form as JavaScript source; export json`);
  const { target } = encoder.encoding;
  const lines = [`inputs: ${literal(encoder.featureNames)}`, `target: ${literal(target.column)}`];
  if (target.labels !== null) {
    const meaning = estimator.network.outputs === 1 ? 'score > 0 means the second of' : 'the largest score names one of';
    lines.push(`${meaning} ${literal(target.labels)}`);
  }
  const comments = lines.map((line) => `// ${line}\n`);
  return comments.join('') + tableSource(source, encoder.encoding);
}

function missing(message: string): never {
  throw new CliError(message);
}
