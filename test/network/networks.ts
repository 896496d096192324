import fc from 'fast-check';
import type { Activation } from '../../src/network/activation.js';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { penaltyKinds } from '../../src/network/penalty.js';
import type { TwoLayerSpec } from '../../src/network/spec.js';

export const kinds = ['relu', 'leaky', 'absolute', 'gated', 'quadratic', 'polynomial', 'threshold'] as const;
export const piecewiseLinear = ['relu', 'leaky', 'absolute', 'gated'] as const;

/**
 * Numbers of ordinary size with full mantissas, so that every sum rounds and its order shows (`fc.double` is uniform over
 * bit patterns: nearly all of its numbers are too small to be seen in a sum), and small integers, zero among them.
 */
export const entry = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -4e7, max: 4e7 }).map((k) => k / 1e7) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) },
);
/** Every finite double: minus zero, denormals and the extremes among them. */
export const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

export function vector(length: number, values: fc.Arbitrary<number> = entry): fc.Arbitrary<Float64Array> {
  return fc.array(values, { minLength: length, maxLength: length }).map((numbers) => Float64Array.from(numbers));
}

export interface SpecOptions {
  readonly kinds?: readonly Activation['kind'][];
  readonly values?: fc.Arbitrary<number>;
  readonly inputs?: number;
  readonly outputs?: number;
}

export function specs({ kinds: chosen = kinds, values = entry, inputs, outputs }: SpecOptions = {}): fc.Arbitrary<TwoLayerSpec> {
  const size = (fixed: number | undefined, largest: number) =>
    fixed ? fc.constant(fixed) : fc.integer({ min: 1, max: largest });
  return fc
    .record({ d: size(inputs, 5), C: size(outputs, 3), m: fc.integer({ min: 0, max: 6 }), kind: fc.constantFrom(...chosen) })
    .chain(({ d, C, m, kind }) =>
      fc.record({
        inputs: fc.constant(d),
        outputs: fc.constant(C),
        activation: activation(kind, m, d, values),
        penalty: fc.constantFrom(...penaltyKinds),
        hidden: fc.record({ weights: vector(m * d, values), bias: vector(m, values) }),
        output: fc.record({ weights: vector(m * C, values), bias: vector(C, values) }),
      }),
    );
}

export function networks(options: SpecOptions = {}): fc.Arbitrary<TwoLayerNetwork> {
  return specs(options).map((spec) => new TwoLayerNetwork(spec));
}

function activation(kind: Activation['kind'], m: number, d: number, values: fc.Arbitrary<number>): fc.Arbitrary<Activation> {
  switch (kind) {
    case 'leaky':
      return fc.record({ kind: fc.constant(kind), slope: values });
    case 'polynomial':
      return fc.record({ kind: fc.constant(kind), a: values, b: values, c: values });
    case 'gated':
      return fc.record({ kind: fc.constant(kind), gates: vector(m * d, values), gateBias: vector(m, values) });
    default:
      return fc.constant({ kind });
  }
}

/** A network together with a few rows that fit it. */
export function networksWithRows(options: SpecOptions = {}): fc.Arbitrary<{ network: TwoLayerNetwork; rows: Float64Array[] }> {
  return networks(options).chain((network) =>
    fc.record({ network: fc.constant(network), rows: fc.array(vector(network.inputs), { minLength: 1, maxLength: 4 }) }),
  );
}

/** The definition, written down as plainly as possible: one output of one sample. */
export function naiveScore(network: TwoLayerNetwork, x: ArrayLike<number>, c: number): number {
  const { inputs, outputs, neurons, hidden, output } = network;
  const line = (weights: Float64Array, bias: Float64Array, j: number) => {
    let z = 0;
    for (let k = 0; k < inputs; k++) z = z + x[k] * weights[inputs * j + k];
    return z + bias[j];
  };
  let score = 0;
  for (let j = 0; j < neurons; j++) {
    const act = network.activation;
    const z = line(hidden.weights, hidden.bias, j);
    let h = 0;
    if (act.kind === 'relu') h = Math.max(z, 0);
    if (act.kind === 'leaky') h = z >= 0 ? z : act.slope * z;
    if (act.kind === 'absolute') h = Math.abs(z);
    if (act.kind === 'gated') h = line(act.gates, act.gateBias, j) >= 0 ? z : 0;
    if (act.kind === 'quadratic') h = z * z;
    if (act.kind === 'polynomial') h = (act.a * z + act.b) * z + act.c;
    if (act.kind === 'threshold') h = Number(z >= 0);
    score = score + h * output.weights[outputs * j + c];
  }
  return score + output.bias[c];
}

/** sum_j |a_jc| (|w_j|^T |x| + |b_j|) + |output bias|: what the rounding of a piecewise linear score is measured against. */
export function magnitude(network: TwoLayerNetwork, x: ArrayLike<number>, c: number): number {
  const { inputs, outputs, neurons, hidden, output, activation: act } = network;
  const slope = act.kind === 'leaky' ? Math.max(1, Math.abs(act.slope)) : 1;
  let total = Math.abs(output.bias[c]);
  for (let j = 0; j < neurons; j++) {
    let z = Math.abs(hidden.bias[j]);
    for (let k = 0; k < inputs; k++) z += Math.abs(x[k] * hidden.weights[inputs * j + k]);
    total += slope * z * Math.abs(output.weights[outputs * j + c]);
  }
  return total;
}

/** Bits, so that 0 and -0 differ and the comparison is exact. */
export function bitsOf(numbers: ArrayLike<number>): string {
  return Array.from(new BigUint64Array(Float64Array.from(numbers).buffer), (word) => word.toString(16)).join(' ');
}

export const EPSILON = 2 ** -52;
