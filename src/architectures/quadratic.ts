import { joinOutputs } from '../network/join.js';
import { TwoLayerNetwork } from '../network/network.js';
import { addPackedProduct, packedLength, unpackSymmetric } from '../program/symmetric-blocks.js';
import { SymmetricNuclear } from '../program/symmetric-nuclear.js';
import type { Architecture } from './architecture.js';
import { sampleFeatures } from './sample-features.js';
import { eigenPairs } from './spectral.js';
import { splitBias } from './two-layer.js';

/**
 * Networks of quadratic units, f(x) = sum_j a_j (w_j^T x + b_j)^2, penalty beta sum_j |a_j| (|w_j|^2 + b_j^2): not weight
 * decay, whose degrees would differ. The convex program has one symmetric matrix Z for every output, f(x) = x^T Z x, and its
 * nuclear norm; eigenpairs are neurons, at most as many as X has columns (math.md 12.2; Bartan and Pilanci 2021). Exact.
 */
export function quadratic(): Architecture<TwoLayerNetwork> {
  return {
    name: 'quadratic',
    recipe: ['quadratic'],
    patterns: 'none',
    degree: 2,
    slope: 0,
    separatesOutputs: true,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    program(data, _patterns, scope) {
      const { columns, outputs, loss, beta } = data;
      const signs = Array.from({ length: outputs }, (_, output) => ({ output, sign: 1 as const }));
      const packed = (x: Float64Array) => {
        const out = new Float64Array(packedLength(columns));
        addPackedProduct(1, x, x, out);
        return out;
      };
      const features = sampleFeatures(data, packed, signs, scope);
      return { features, loss, regularizer: new SymmetricNuclear(outputs, columns, scope), beta };
    },
    network(v, _patterns, { columns, outputs, bias }) {
      const length = packedLength(columns);
      const neurons = Array.from({ length: outputs }, (_, output) =>
        eigenPairs(unpackSymmetric(v.subarray(output * length, (output + 1) * length), columns), columns).map(
          ({ value, vector }) => {
            const root = Math.sqrt(Math.abs(value));
            return { w: vector.map((entry) => entry * root), sign: Math.sign(value), output };
          },
        ),
      ).flat();
      return new TwoLayerNetwork({
        inputs: bias ? columns - 1 : columns,
        outputs,
        activation: { kind: 'quadratic' },
        hidden: splitBias(
          neurons.flatMap(({ w }) => Array.from(w)),
          columns,
          bias,
        ),
        output: {
          weights: neurons.flatMap(({ sign, output }) => Array.from({ length: outputs }, (_, c) => (c === output ? sign : 0))),
        },
        penalty: 'quadratic',
      });
    },
    join: joinOutputs,
  };
}
