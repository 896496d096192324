import type { Activation, TwoLayerParameters } from './activation.js';

/**
 * Text of a stand-alone ES module, no imports, that exports `inputs`, `outputs` and `predict(row)`: the raw score (a number)
 * of a network with one output, an array of scores otherwise. The loops are those of forward.ts in the same order, and a
 * number is written with the digits that read back as the same bits, so predictions are the same bits everywhere.
 */
export function moduleSource({ inputs, outputs, activation, hidden, output }: TwoLayerParameters): string {
  const gated = activation.kind === 'gated';
  const gateConstants = gated ? [constant('gates', activation.gates), constant('gateBias', activation.gateBias)] : [];
  const gateLine = gated ? ['    const gate = affine(gates, gateBias, j, row);'] : [];
  return `${[
    '// Written by cvxnn: a trained network, no dependencies. predict(row) takes the raw features of one sample.',
    `export const inputs = ${inputs};`,
    `export const outputs = ${outputs};`,
    constant('hiddenWeights', hidden.weights),
    constant('hiddenBias', hidden.bias),
    constant('outputWeights', output.weights),
    constant('outputBias', output.bias),
    ...gateConstants,
    '',
    'function affine(weights, bias, j, row) {',
    '  let sum = 0;',
    '  for (let k = 0; k < inputs; k++) sum += weights[j * inputs + k] * row[k];',
    '  return sum + bias[j];',
    '}',
    '',
    'export function predict(row) {',
    '  if (row.length !== inputs) throw new RangeError("row has " + row.length + " entries; expected " + inputs);',
    '  const scores = new Array(outputs).fill(0);',
    '  for (let j = 0; j < hiddenBias.length; j++) {',
    '    const z = affine(hiddenWeights, hiddenBias, j, row);',
    ...gateLine,
    `    const value = ${expression(activation)};`,
    '    for (let c = 0; c < outputs; c++) scores[c] += value * outputWeights[j * outputs + c];',
    '  }',
    '  for (let c = 0; c < outputs; c++) scores[c] += outputBias[c];',
    `  return ${outputs === 1 ? 'scores[0]' : 'scores'};`,
    '}',
  ].join('\n')}\n`;
}

export function constant(name: string, values: Float64Array | Int32Array): string {
  return `const ${name} = [${values.join(', ')}];`;
}

/** `unitFunction` of activation.ts as text. */
function expression(activation: Activation): string {
  switch (activation.kind) {
    case 'relu':
      return 'z < 0 ? 0 : z';
    case 'leaky':
      return `z < 0 ? ${activation.slope} * z : z`;
    case 'absolute':
      return 'z < 0 ? -z : z';
    case 'gated':
      return 'gate >= 0 ? z : gate < 0 ? 0 : gate';
    case 'quadratic':
      return 'z * z';
    case 'polynomial':
      return `(${activation.a} * z + ${activation.b}) * z + ${activation.c}`;
    case 'threshold':
      return 'z >= 0 ? 1 : z < 0 ? 0 : z';
  }
}
