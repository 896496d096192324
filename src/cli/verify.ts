import { CertificateError } from '../errors.js';
import type { Proven } from '../tabular/estimators.js';
import { prepare, tableHash } from '../tabular/prepare.js';
import { type Console, short } from './console.js';
import { CliError, inFile } from './failure.js';
import { readText } from './files.js';
import type { OptionKinds, Options } from './options.js';
import { readModel } from './read-model.js';
import { trainingRead } from './table-options.js';
import { openTable } from './tables.js';

export const verifyKinds: OptionKinds = { certificate: 'value', json: 'flag', help: 'flag' };

export const verifyHelp = `Usage: cvxnn verify MODEL.json DATA.csv ... --certificate FILE [--json]

Checks that a certificate, which cvxnn train --certificate FILE wrote, proves what the model claims: that no ReLU network of any
width has a smaller training objective on this table, up to the gap. Nothing of the solver takes part; rounding is accounted for.

Exit codes: 0 accepted, 1 refused, with the reason in one sentence.
`;

/** `cvxnn verify`: returns the exit code. */
export async function verify(options: Options, console: Console): Promise<number> {
  const [modelFile, ...operands] = options.positionals;
  const certificateFile = options.required('certificate', 'the file that cvxnn train --certificate wrote');
  const json = options.has('json');
  const { encoder, estimator, training } = readModel(modelFile);
  try {
    const certificate = parse(readText(certificateFile));
    const { objective, lowerBound } = training;
    if (objective !== estimator.certificate.objective || lowerBound !== estimator.certificate.lowerBound)
      throw new CertificateError('the model contradicts itself about its objective or bound');
    if (typeof training.choices !== 'object') throw new CertificateError('the model does not say how its table was prepared');
    const input = await openTable(operands, console);
    const { name: file } = input;
    const table = await input.whole({ ...trainingRead(training.choices), header: encoder.encoding.header });
    if (tableHash(table) !== training.tableSha256)
      throw new CertificateError(`${file} is not the table that the model was trained on: its SHA-256 differs`);
    const { encoder: again, train } = inFile(file, () => prepare(table, training.choices));
    if (JSON.stringify(again.encoding) !== JSON.stringify(encoder.encoding))
      throw new CertificateError('the model does not fit its table');
    const found = estimator.verify(certificate, train.X, train.y);
    console.out(json ? `${JSON.stringify({ accepted: true, ...found, rows: train.y.length })}\n` : report(found, train.y.length));
    return 0;
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    if (json) console.out(`${JSON.stringify({ accepted: false, reason: error.message })}\n`);
    throw new CliError(`${certificateFile} is refused: ${error.message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CertificateError('it is no complete JSON; the file is truncated or no certificate');
  }
}

function report(found: Proven, rows: number): string {
  const lines: [string, string][] = [
    ['accepted', `the proof holds on ${rows} rows: no ReLU network of any width has an objective below the bound`],
    ['objective', short(found.objective, 10)],
    ['lower bound', short(found.lowerBound, 10)],
    ['relative gap', short(found.relativeGap, 2)],
    ['checked', `${found.cones} cones`],
  ];
  return lines.map(([name, text]) => `${name.padEnd(14)}${text}\n`).join('');
}
