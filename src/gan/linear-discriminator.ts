import { certify, type PatternCoverage } from '../certificate/certificate.js';
import { openKernels } from '../core/load.js';
import { Scope } from '../core/scope.js';
import { norm } from '../data/vector.js';
import { InfeasibleError } from '../errors.js';
import type { Activation } from '../network/activation.js';
import { TwoLayerNetwork } from '../network/network.js';
import { certifiedMaximum } from '../patterns/certified-maximum.js';
import { gaussianRows } from '../patterns/sample.js';
import { isPause, type Pause } from '../pausing.js';
import { drive } from '../solver/run.js';
import type { Matrix } from '../types.js';
import { defaultNodes, linearResponse, proofTolerance } from './best-response.js';
import { NetworkGenerator } from './generator.js';
import { columnSums } from './moments.js';
import type { GanData, LinearGame } from './options.js';
import type { GanResult } from './result.js';

/** The largest sum of outputs that one hidden unit with |w| = 1 gives: max_i |q_i| (9.1). */
interface LargestSum {
  readonly direction: Float64Array;
  /** The unit's gate; the direction itself where it is not given. */
  readonly gate: Float64Array;
  /** No unit, or none of the given gates, gives more. */
  readonly upperBound: number;
  readonly coverage: PatternCoverage;
}

/**
 * Linear discriminator (9.1): min betaG/2 (|W1|^2 + |W2|^2) subject to |X^T 1 - G^T 1| <= betaD. The closed form is one
 * neuron, betaG (|X^T 1| - betaD)_+ / max_i |q_i| with q_i = Z^T D_i 1; over all patterns max_i |q_i| is the maximum of
 * 1^T (Zw)_+ over |w| <= 1.
 *
 * @remarks n k for linear generators, n k a gate; else all patterns of Z when there are at most 20 000, or local search
 * and branch and bound.
 */
export async function playLinear(data: GanData, game: LinearGame): Promise<GanResult<NetworkGenerator>> {
  const { Z } = data;
  if (game.generator === 'linear') return conclude(data, game, largestOfMask(Z, 'all'));
  if (game.generator === 'gated' && typeof game.patterns === 'object')
    return conclude(data, game, largestOfGates(Z, gatesOf(game.patterns, Z.columns, game.seed ?? 0)));
  const { seed = 0, maxNodes = defaultNodes, memoryLimit, signal } = game;
  const scope = new Scope(await openKernels(), memoryLimit);
  const ones = new Float64Array(Z.rows).fill(1);
  function* search(): Generator<LargestSum | Pause, LargestSum> {
    const steps = certifiedMaximum(Z, ones, { seed, maxNodes, tolerance: proofTolerance }, scope);
    for (let next = steps.next(); ; next = steps.next()) {
      if (isPause(next.value)) {
        yield next.value;
        continue;
      }
      const { direction, upperBound, enumerated } = next.value;
      const coverage = enumerated ? 'all' : upperBound <= next.value.value * (1 + 1e-6) ? 'certified' : 'priced';
      const found: LargestSum = { direction, gate: direction, upperBound, coverage };
      if (next.done) return found;
      yield found;
    }
  }
  const control = { conclude: (latest: LargestSum) => conclude(data, game, latest), signal };
  function* steps(): Generator<LargestSum | Pause, GanResult<NetworkGenerator>> {
    return control.conclude(yield* search());
  }
  return (await drive(steps(), control)).result;
}

function gatesOf(patterns: object, columns: number, seed: number): Float64Array {
  if ('sample' in patterns) return gaussianRows(patterns.sample as number, columns, seed, 0);
  return (patterns as { gates: Float64Array }).gates;
}

/** q = Z^T D 1 of one mask, as a unit vector and its length. */
function largestOfMask({ data, rows, columns }: Matrix, gate: Float64Array | 'all'): LargestSum {
  const q = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    let z = 0;
    if (gate !== 'all') for (let j = 0; j < columns; j++) z += data[r * columns + j] * gate[j];
    if (z < 0) continue;
    for (let j = 0; j < columns; j++) q[j] += data[r * columns + j];
  }
  const length = norm(q);
  const direction = q.map((entry) => (length > 0 ? entry / length : 0));
  return { direction, gate: gate === 'all' ? direction : gate, upperBound: length, coverage: gate === 'all' ? 'all' : 'sampled' };
}

function largestOfGates(Z: Matrix, gates: Float64Array): LargestSum {
  let best = largestOfMask(Z, gates.slice(0, Z.columns));
  for (let at = Z.columns; at < gates.length; at += Z.columns) {
    const other = largestOfMask(Z, gates.slice(at, at + Z.columns));
    if (other.upperBound > best.upperBound) best = other;
  }
  return best;
}

function conclude({ X, noise, bias }: GanData, game: LinearGame, largest: LargestSum): GanResult<NetworkGenerator> {
  const { betaD, betaG, generator: kind } = game;
  const { direction, gate, upperBound, coverage } = largest;
  const inputs = noise.columns;
  const target = columnSums(X);
  const length = norm(target);
  const wanted = Math.max(0, length - betaD);
  const unit = (w: Float64Array, a: Float64Array) => {
    const activation: Activation =
      kind === 'linear'
        ? { kind: 'leaky', slope: 1 }
        : kind === 'relu'
          ? { kind: 'relu' }
          : { kind: 'gated', gates: gate.slice(0, inputs), gateBias: Float64Array.of(bias ? gate[inputs] : 0) };
    const hidden = { weights: w.slice(0, inputs), bias: Float64Array.of(bias ? w[inputs] : 0) };
    return new TwoLayerNetwork({ inputs, outputs: X.columns, activation, hidden, output: { weights: a }, penalty: 'squared' });
  };
  // What one unit with |w| = 1 sums to, by the forward pass that the outputs will have.
  const along = target.map((entry) => (length > 0 ? entry / length : 0));
  const sums = columnSums({ data: unit(direction, along).forward(noise), rows: noise.rows, columns: X.columns });
  const sum = sums.reduce((total, entry, j) => total + entry * along[j], 0);
  if (wanted > 0 && !(sum > 0)) throw noOutput(game, length);
  const root = wanted > 0 ? Math.sqrt(wanted / sum) : 0;
  const zero = new TwoLayerNetwork({
    inputs,
    outputs: X.columns,
    activation: kind === 'linear' ? { kind: 'leaky', slope: 1 } : { kind: 'relu' },
    hidden: { weights: new Float64Array(0) },
    output: { weights: new Float64Array(0) },
  });
  const scaled = (vector: Float64Array) => vector.map((entry) => entry * root);
  const generator = new NetworkGenerator(wanted > 0 ? unit(scaled(direction), scaled(along)) : zero);
  const data = generator.network.forward(noise);
  const { response, moments } = linearResponse(X, { data, rows: noise.rows, columns: X.columns });
  const violation = Math.max(0, response.value - betaD);
  const objective = betaG * generator.network.weightPenalty();
  // Any lower bound may be lowered: by what rounding took from the constraint.
  const bound = wanted > 0 ? (betaG * Math.max(0, wanted - violation)) / (upperBound * (1 + 1e-14)) : 0;
  const overAll = coverage === 'sampled' ? null : bound;
  const certificate = certify(objective, coverage === 'priced' ? objective : bound, coverage, 1e-6, overAll);
  return {
    generator,
    outputs: { data, shape: [noise.rows, X.columns] },
    discriminator: response,
    moments,
    certificate: { ...certificate, violation },
    status: certificate.patternGap <= 1e-6 && (coverage !== 'priced' || certificate.provenGlobal) ? 'optimal' : 'iteration-limit',
  };
}

function noOutput({ betaD, generator }: LinearGame, length: number): InfeasibleError {
  const why =
    generator === 'linear'
      ? 'the noise sums to zero (Z^T 1 = 0), and so does every linear function of it'
      : generator === 'gated'
        ? 'the noise sums to zero on every gate (Z^T D_i 1 = 0)'
        : 'the noise is zero';
  return new InfeasibleError(
    `no generator brings the discriminator's value to betaD = ${betaD}: the data's sum has length ${length}, and ${why}; ` +
      'set bias: true, give other noise, or raise betaD',
  );
}
