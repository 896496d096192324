import type { ConvolutionalParameters } from './convolutional-spec.js';
import { constant } from './module-source.js';

/** As `moduleSource`, for convolutional networks: sums in the order of their forward pass, so that scores are the same bits. */
export function convolutionalSource(network: ConvolutionalParameters): string {
  const { grid, pooling, unit, inputs, outputs, neurons, filters, gates, output, input } = network;
  const selecting = pooling === 'max' && unit !== 'linear';
  const share = pooling === 'average' ? '1 / sizes[region[k]]' : '1';
  return `${[
    '// Written by cvxnn: a trained convolutional network, no dependencies. predict(row) takes the pixels of one image.',
    `export const inputs = ${inputs};`,
    `export const outputs = ${outputs};`,
    `const neurons = ${neurons}, places = ${grid.count}, length = ${grid.length}, regions = ${grid.regionCount};`,
    '// The pixel of every entry of every patch, -1 in the padding; the region of every patch, and the patches of every region.',
    constant('pixels', grid.pixels),
    constant('region', grid.region),
    constant('sizes', grid.regionSizes),
    constant('filters', filters.weights),
    constant('filterBias', filters.bias),
    ...(gates ? [constant('gates', gates.weights), constant('gateBias', gates.bias)] : []),
    constant('outputWeights', output.weights),
    constant('outputBias', output.bias),
    ...(input ? [constant('centers', input.centers), constant('scales', input.scales)] : []),
    '',
    'function values(x, weights, bias, j) {',
    '  const sums = new Array(places);',
    '  for (let k = 0; k < places; k++) {',
    '    let sum = 0;',
    '    for (let t = 0; t < length; t++) {',
    '      const pixel = pixels[k * length + t];',
    '      sum += weights[j * length + t] * (pixel < 0 ? 0 : x[pixel]);',
    '    }',
    '    sums[k] = sum + bias[j];',
    '  }',
    '  return sums;',
    '}',
    '',
    'function isOpen(z) {',
    ...(unit === 'linear'
      ? ['  return z.map(() => true);']
      : selecting
        ? [
            '  const best = new Array(regions).fill(-1), most = new Array(regions).fill(0);',
            '  for (let k = 0; k < places; k++) if (z[k] > most[region[k]]) { most[region[k]] = z[k]; best[region[k]] = k; }',
            '  return z.map((_, k) => best[region[k]] === k);',
          ]
        : ['  return z.map((value) => value >= 0);']),
    '}',
    '',
    'export function predict(row) {',
    '  if (row.length !== inputs) throw new RangeError("row has " + row.length + " entries; expected " + inputs);',
    `  const x = ${input ? 'Array.from(row, (value, k) => (value - centers[k]) / scales[k])' : 'row'};`,
    '  const scores = new Array(outputs).fill(0);',
    '  for (let j = 0; j < neurons; j++) {',
    '    const own = values(x, filters, filterBias, j);',
    `    const open = isOpen(${gates ? 'values(x, gates, gateBias, j)' : 'own'});`,
    '    const pooled = new Array(regions).fill(0);',
    `    for (let k = 0; k < places; k++) if (open[k]) pooled[region[k]] += (${share}) * own[k];`,
    '    for (let c = 0; c < outputs; c++)',
    '      for (let r = 0; r < regions; r++) scores[c] += pooled[r] * outputWeights[(j * outputs + c) * regions + r];',
    '  }',
    '  for (let c = 0; c < outputs; c++) scores[c] += outputBias[c];',
    `  return ${outputs === 1 ? 'scores[0]' : 'scores'};`,
    '}',
  ].join('\n')}\n`;
}
