import { InternalError } from '../errors.js';
import { TwoLayerNetwork } from '../network/network.js';
import { balance, mergeNeurons } from '../network/neurons.js';
import { basicNetwork } from '../network/simplify.js';
import { PlaneSearch } from '../patterns/plane-search.js';
import { AtomFeatures } from '../program/atom-features.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { Architecture } from './architecture.js';
import { splitBias } from './two-layer.js';

/**
 * ReLU networks with several outputs under ordinary weight decay, beta/2 sum_j (|w_j|^2 + |a_j|_2^2): neurons shared by
 * outputs are cheaper than in {@link relu}, whose penalty separates (math.md 3.3; Sahiner, Ergen, Pauly, Pilanci 2021).
 *
 * Exact, and available, only for X with two columns, the bias counted: there the dual constraint
 * max |Lambda^T (Xw)_+| over |w| <= 1 has a closed form on every cell; in general it is a hard problem. Solved by column
 * generation over directions w with that exact search.
 */
export function vectorRelu(): Architecture<TwoLayerNetwork> {
  return {
    name: 'vector-relu',
    recipe: ['vectorRelu'],
    patterns: 'none',
    degree: 1,
    slope: 0,
    separatesOutputs: false,
    sharesNeurons: true,
    accepts(loss, outputs, columns) {
      if (columns !== 2) return 'X with two columns, the bias counted: vector-relu is exact for those only';
      return loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null;
    },
    searchDirections: ({ X, samples, outputs }, scope) => new PlaneSearch(X, samples, outputs, scope),
    program(data, patterns, scope) {
      const { X, samples, outputs, loss, beta } = data;
      const directions = directionsOf(patterns.gates, patterns.count);
      const rows = scope.copyOut(X);
      const atoms = new Float64Array(patterns.count * samples);
      for (let i = 0; i < patterns.count; i++) {
        for (let k = 0; k < samples; k++) {
          const z = rows[2 * k] * directions[2 * i] + rows[2 * k + 1] * directions[2 * i + 1];
          atoms[i * samples + k] = z > 0 ? z : 0;
        }
      }
      const features = new AtomFeatures(scope.copyIn(atoms), samples, outputs, scope);
      return { features, loss, regularizer: new ConeGroupNorm(patterns.count, outputs, null, scope), beta };
    },
    network(v, { gates, count }, { outputs, bias }) {
      const directions = directionsOf(gates, count);
      const weights: number[] = [];
      const outputWeights: number[] = [];
      for (let i = 0; i < count; i++) {
        const a = v.subarray(i * outputs, (i + 1) * outputs);
        const root = Math.sqrt(Math.sqrt(a.reduce((sum, entry) => sum + entry * entry, 0)));
        if (root === 0) continue;
        weights.push(root * directions[2 * i], root * directions[2 * i + 1]);
        for (const entry of a) outputWeights.push(entry / root);
      }
      const network = new TwoLayerNetwork({
        inputs: bias ? 1 : 2,
        outputs,
        activation: { kind: 'relu' },
        hidden: splitBias(weights, 2, bias),
        output: { weights: outputWeights },
      });
      return balance(mergeNeurons(network));
    },
    simplify: basicNetwork,
  };
}

function directionsOf(gates: Float64Array | null, count: number): Float64Array {
  if (!gates && count > 0) throw new InternalError('directions are missing');
  return gates ?? new Float64Array(0);
}
