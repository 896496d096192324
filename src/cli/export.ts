import type { Console } from './console.js';
import { CliError } from './failure.js';
import { checkOutput, writeAtomic } from './files.js';
import { type Model, readModel } from './model-file.js';
import type { OptionKinds, Options } from './options.js';

export const exportKinds: OptionKinds = { to: 'value', out: 'value', help: 'flag' };

export const exportHelp = `Usage: cvxnn export MODEL.json --to js|json --out FILE

Writes the network alone, on the columns as the table has them (standardization folded in): a JavaScript module without
dependencies, or JSON for loadNetwork of cvxnn/predict. The order of the inputs is printed.
`;

/** `cvxnn export`: returns the exit code. */
export function exportModel(options: Options, console: Console): number {
  const [file] = options.positionals;
  const format = options.choice('to', ['json', 'js', 'onnx', 'tfjs']) ?? missing('--to is missing; expected js or json');
  if (format === 'onnx' || format === 'tfjs') throw new CliError(`--to ${format} is not available yet; use js or json`);
  const out = options.required('out', 'the name of the file to write');
  checkOutput(out, [file]);
  const model = readModel(file);
  writeAtomic(out, format === 'json' ? `${JSON.stringify(model.estimator.network)}\n` : sourceText(model));
  console.err(`inputs: ${model.encoder.featureNames.join(', ')}\n`);
  return 0;
}

function sourceText({ encoder, estimator }: Model): string {
  const { target } = encoder.encoding;
  const lines = [`inputs: ${JSON.stringify(encoder.featureNames)}`, `target: ${JSON.stringify(target.column)}`];
  if (target.labels !== null) {
    const meaning = estimator.network.outputs === 1 ? 'score > 0 means the second of' : 'the largest score names one of';
    lines.push(`${meaning} ${JSON.stringify(target.labels)}`);
  }
  // JSON leaves two line separators of JavaScript as they are; in a comment they would end it.
  const comments = lines.map((line) => `// ${line.replace(/[\u2028\u2029]/g, ' ')}\n`);
  return comments.join('') + estimator.network.toSource();
}

function missing(message: string): never {
  throw new CliError(message);
}
