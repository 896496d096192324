import { InternalError } from '../errors.js';
import { TwoLayerNetwork } from '../network/network.js';
import { balance } from '../network/neurons.js';
import { MaskedFeatures } from '../program/masked-features.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { Architecture } from './architecture.js';
import { splitBias } from './two-layer.js';

/**
 * Gated ReLU networks, f(x) = sum_j a_j 1[g_j^T x >= 0] w_j^T x with fixed gates: a group lasso (math.md 2; Mishkin,
 * Sahiner, Pilanci 2022). One output.
 */
export function gatedRelu(): Architecture {
  return {
    name: 'gated-relu',
    patterns: 'gates',
    degree: 1,
    slope: 0,
    separatesOutputs: false,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    program(data, patterns, scope) {
      const { X, columns, loss, beta, outputs } = data;
      const features = new MaskedFeatures({ X, columns, patterns, outputs, layout: 'separate', signed: false, slope: 0 }, scope);
      return { features, loss, regularizer: new ConeGroupNorm(features.blocks, columns, null, scope), beta };
    },
    network(v, patterns, { columns, outputs, bias }) {
      const { gates } = patterns;
      if (!gates) throw new InternalError('gated patterns without gates');
      const weights: number[] = [];
      const outputWeights: number[] = [];
      const gateRows: number[] = [];
      for (let block = 0; block < v.length / columns; block++) {
        const own = v.subarray(block * columns, (block + 1) * columns);
        if (own.every((entry) => entry === 0)) continue;
        let square = 0;
        for (const entry of own) square += entry * entry;
        const root = Math.sqrt(Math.sqrt(square));
        for (const entry of own) weights.push(entry / root);
        outputWeights.push(root);
        const pattern = block % patterns.count;
        gateRows.push(...gates.subarray(pattern * columns, (pattern + 1) * columns));
      }
      const gate = splitBias(gateRows, columns, bias);
      return balance(
        new TwoLayerNetwork({
          inputs: bias ? columns - 1 : columns,
          outputs,
          activation: { kind: 'gated', gates: gate.weights, gateBias: gate.bias },
          hidden: splitBias(weights, columns, bias),
          output: { weights: outputWeights },
        }),
      );
    },
  };
}
