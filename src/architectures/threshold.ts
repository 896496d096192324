import { InternalError } from '../errors.js';
import { joinOutputs } from '../network/join.js';
import { TwoLayerNetwork } from '../network/network.js';
import { DenseFeatures } from '../program/dense-features.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { Architecture } from './architecture.js';
import { splitBias } from './two-layer.js';

/**
 * Networks of threshold units, f(x) = sum_j a_j 1[w_j^T x + b_j >= 0], penalty beta sum_j |a_j| (the hidden layer costs
 * nothing): a Lasso whose columns are the activation patterns (math.md 12.3; Ergen, Gulluk, Lacotte, Pilanci 2023), the
 * constant unit included. With all patterns listed the optimum is over all networks; without a bias over those whose
 * directions lie on no sample's boundary.
 */
export function threshold(): Architecture<TwoLayerNetwork> {
  return {
    name: 'threshold',
    recipe: ['threshold'],
    patterns: 'gates',
    degree: 0,
    slope: 0,
    separatesOutputs: true,
    unpriced: true,
    blockLength: () => 1,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    program(data, patterns, scope) {
      const { samples, outputs, loss, beta } = data;
      const width = patterns.count + 1;
      const columns = new Float64Array(width * samples).fill(1);
      for (let i = 0; i < patterns.count; i++) {
        for (let k = 0; k < samples; k++) {
          columns[i * samples + k] = (patterns.bits[i * patterns.stride + (k >> 3)] >> (k & 7)) & 1;
        }
      }
      const copies = Array.from({ length: outputs }, (_, output) => ({ output, sign: 1 as const }));
      const offsets = Array.from({ length: width + 1 }, (_, i) => i);
      const features = new DenseFeatures({ columns: scope.copyIn(columns), samples, outputs, offsets, copies }, scope);
      return { features, loss, regularizer: new ConeGroupNorm(width * outputs, 1, null, scope), beta };
    },
    network(v, { gates, count }, { columns, outputs, bias }) {
      if (count > 0 && !gates) throw new InternalError('threshold patterns without gates');
      const width = count + 1;
      const chosen = Array.from(v.keys()).filter((i) => v[i] !== 0);
      const direction = (i: number) =>
        gates && i < count ? Array.from(gates.subarray(i * columns, (i + 1) * columns)) : Array<number>(columns).fill(0);
      return new TwoLayerNetwork({
        inputs: bias ? columns - 1 : columns,
        outputs,
        activation: { kind: 'threshold' },
        hidden: splitBias(
          chosen.flatMap((i) => direction(i % width)),
          columns,
          bias,
        ),
        output: {
          weights: chosen.flatMap((i) => Array.from({ length: outputs }, (_, c) => (c === Math.floor(i / width) ? v[i] : 0))),
        },
        penalty: 'output',
      });
    },
    join: joinOutputs,
  };
}
