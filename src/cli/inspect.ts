import { count } from '../data/describe.js';
import type { Feature } from '../table/features.js';
import type { TableEncoder } from '../table/table.js';
import type { Model, RegionRecord } from '../tabular/model-file.js';
import { type Console, short } from './console.js';
import type { OptionKinds, Options } from './options.js';
import { readModel } from './read-model.js';
import { summary } from './report.js';

export const inspectKinds: OptionKinds = { json: 'flag', help: 'flag' };

export const inspectHelp = `Usage: cvxnn inspect MODEL.json [--json]

Shows what a model was trained on, what was proven, and the linear models that the network consists of: each training row is
predicted by one of them, on the columns as the table has them.
`;

const MODELS_SHOWN = 4;
const TERMS_SHOWN = 10;

/** `cvxnn inspect`: returns the exit code. */
export function inspect(options: Options, console: Console): number {
  const [file] = options.positionals;
  const model = readModel(file);
  console.out(options.has('json') ? `${JSON.stringify(asJson(model))}\n` : asText(model, file));
  return 0;
}

function asJson({ name, encoder, training }: Model): object {
  const { target, missing, features } = encoder.encoding;
  return { model: name, target, missing, inputs: features, featureNames: encoder.featureNames, training };
}

function asText({ name, encoder, estimator, training }: Model, file: string): string {
  const { target, missing, features } = encoder.encoding;
  const outputs = estimator.network.outputs;
  // One output for two classes: the score of the second.
  const names =
    target.labels === null
      ? [target.column]
      : outputs === 1
        ? [`for ${target.labels[1]}`]
        : target.labels.map((label) => `for ${label}`);
  const lines = [
    `${target.task} of "${target.column}"${target.labels ? ` (${target.labels.join(', ')})` : ''} by a ${name} network`,
    '',
    summary(training, target, { model: file }).trimEnd(),
    '',
    `columns (missing values: ${missing})`,
    ...features.map((feature) => `  ${feature.column}: ${featureText(feature)}`),
    ...(training.regionCount === 0
      ? []
      : ['', `linear models in force (${count(training.regionCount, 'model')} for ${count(training.rows, 'training row')})`]),
    ...training.regions.slice(0, MODELS_SHOWN).flatMap((region, k) => regionText(region, k, training.rows, names, encoder)),
  ];
  const hidden = training.regionCount - Math.min(MODELS_SHOWN, training.regions.length);
  if (hidden > 0) lines.push(`  and ${hidden} more, for at most as many rows each`);
  return `${lines.join('\n')}\n`;
}

function featureText(feature: Feature): string {
  if (feature.kind === 'present') return `${feature.level} or missing`;
  if (feature.kind === 'date')
    return `date: ${feature.parts.map(({ part, mean }) => `${part}, mean ${short(mean, 5)}`).join('; ')}`;
  if (feature.kind === 'category')
    return feature.levels.map((level, k) => `${level} ${short(100 * feature.shares[k], 3)} %`).join(', ');
  const unit = feature.format?.unit ? ` of ${feature.format.unit}` : '';
  return `number${unit}, mean ${short(feature.mean, 5)}`;
}

function regionText(
  region: RegionRecord,
  index: number,
  rows: number,
  names: readonly string[],
  encoder: TableEncoder,
): string[] {
  const features = encoder.featureNames;
  return [
    `  model ${index + 1}, for ${region.samples} of ${rows} rows`,
    ...names.map((name, output) => {
      const coefficients = features.map((feature, k) => ({ feature, weight: region.coefficients[output * features.length + k] }));
      const present = coefficients.filter(({ weight }) => weight !== 0);
      const terms = present
        .slice(0, TERMS_SHOWN)
        .map(({ feature, weight }) => `${weight < 0 ? '-' : '+'} ${short(Math.abs(weight), 4)} ${feature}`);
      if (present.length > TERMS_SHOWN) terms.push(`… ${present.length - TERMS_SHOWN} more`);
      return `    ${name}: ${[short(region.intercept[output], 4), ...terms].join(' ')}`;
    }),
  ];
}
