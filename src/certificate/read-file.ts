import { fail, readChoice, readInteger, readNumber, readNumbers, readObject, requireVersion } from '../data/read-json.js';
import { lossNames } from '../network/decision.js';
import { CERTIFICATE_VERSION, type CertificateFile, OLDEST_CERTIFICATE } from './file.js';

/** Checks shapes, types and ranges of everything that is read later. @throws {@link ModelFormatError} naming the first defect. */
export function readCertificate(value: unknown): CertificateFile {
  const json = readObject(value, '');
  const version = requireVersion(json, '', 'cvxnn-certificate', CERTIFICATE_VERSION, OLDEST_CERTIFICATE);
  const given = value as CertificateFile;
  const part = (name: string) => readObject(json[name], name);
  const list = (entry: unknown, path: string) => (Array.isArray(entry) ? entry : fail(path, entry, 'an array'));
  const require = (holds: boolean, path: string, entry: unknown, expected: string) => holds || fail(path, entry, expected);
  const within = (entry: unknown, path: string, holds: (x: number) => boolean, expected: string) =>
    require(holds(readNumber(entry, path)), path, entry, expected);
  const [data, problem, network, claim, rows] = ['data', 'problem', 'network', 'claim', 'rows'].map(part);
  const n = readInteger(data.samples, 'data.samples', 1);
  const features = readInteger(data.features, 'data.features', 1);
  if (data.absent !== undefined)
    list(data.absent, 'data.absent').forEach((row, k, all) => {
      const place = `data.absent[${k}]`;
      readInteger(row, place, k === 0 ? 0 : (all[k - 1] as number) + 1);
    });
  const outputs = readInteger(problem.outputs, 'problem.outputs', 1);
  readChoice(problem.loss, 'problem.loss', lossNames);
  for (const name of ['beta', 'huberDelta']) within(problem[name], `problem.${name}`, (x) => x > 0, 'a number above 0');
  within(problem.slope, 'problem.slope', (x) => x >= -1 && x < 1, 'a number from -1 to below 1');
  require(typeof problem.bias === 'boolean', 'problem.bias', problem.bias, 'true or false');
  if (problem.sampleWeight !== null)
    for (const weight of readNumbers(problem.sampleWeight, 'problem.sampleWeight', n))
      require(weight >= 0, 'problem.sampleWeight', weight, 'numbers of at least 0');
  const offset = version < 2 ? null : (problem.offset as CertificateFile['problem']['offset']);
  if (offset !== null) {
    const { length } = list(offset, 'problem.offset');
    readNumbers(offset, 'problem.offset', length === outputs ? outputs : n * outputs);
  }
  const file: CertificateFile = { ...given, problem: { ...given.problem, offset } };
  const neurons = list(network.bias, 'network.bias').length;
  readNumbers(network.bias, 'network.bias', neurons);
  readNumbers(network.weights, 'network.weights', neurons * features);
  readNumbers(network.output, 'network.output', neurons * outputs);
  for (const name of ['objective', 'lowerBound']) readNumber(claim[name], `claim.${name}`);
  const columns = features + (problem.bias ? 1 : 0);
  if (rows.basis !== null) {
    const { length } = list(rows.basis, 'rows.basis');
    readNumbers(rows.basis, 'rows.basis', length - (length % columns));
  }
  list(rows.merged, 'rows.merged').forEach((entry, i) => void readNumbers(entry, `rows.merged[${i}]`, 3));
  require(list(json.outputs, 'outputs').length === outputs, 'outputs', json.outputs, `an array of length ${outputs}`);
  file.outputs.forEach((output, c) => {
    const at = `outputs[${c}]`;
    readNumbers(readObject(output, at).lambda, `${at}.lambda`, n);
    for (const name of ['scale', 'constraint'] as const)
      within(output[name], `${at}.${name}`, (x) => x >= 0, 'a number of at least 0');
    require(list(output.trees, `${at}.trees`).length === 2, `${at}.trees`, output.trees, 'two trees, for lambda and -lambda');
    output.trees.forEach((tree, s) => {
      const place = `${at}.trees[${s}]`;
      require(typeof readObject(tree, place).cones === 'string', `${place}.cones`, tree.cones, 'a string');
      for (const entry of list(tree.multipliers, `${place}.multipliers`)) readNumbers(entry, place, list(entry, place).length);
    });
  });
  if (json.preparation !== null) {
    const preparation = part('preparation');
    const { classes } = preparation;
    for (const name of ['centers', 'scales']) readNumbers(preparation[name], `preparation.${name}`, features);
    for (const name of ['targetMean', 'targetScale']) readNumber(preparation[name], `preparation.${name}`);
    if (classes !== null)
      require(list(classes, 'preparation.classes').length ===
        (outputs === 1 ? 2 : outputs), 'preparation.classes', classes, 'a label for every output, two for one');
  }
  return file;
}
