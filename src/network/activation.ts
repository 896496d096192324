/**
 * Activations of a hidden unit, z = w^T x + b:
 * - `relu`: max(z, 0); `leaky`: z for z >= 0, else slope * z; `absolute`: |z|;
 * - `gated`: z where the fixed gate g^T x + h is >= 0, else 0 (math.md 2); gates are rows, one for every neuron;
 * - `quadratic`: z^2; `polynomial`: a z^2 + b z + c; `threshold`: 1 for z >= 0, else 0 (math.md 12).
 */
export type Activation =
  | { readonly kind: 'relu' }
  | { readonly kind: 'leaky'; readonly slope: number }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'gated'; readonly gates: Float64Array; readonly gateBias: Float64Array }
  | { readonly kind: 'quadratic' }
  | { readonly kind: 'polynomial'; readonly a: number; readonly b: number; readonly c: number }
  | { readonly kind: 'threshold' };

/** One hidden layer: what the forward pass, `explain` and the folding need, and nothing else. */
export interface TwoLayerParameters {
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly activation: Activation;
  /** weights: neurons x inputs, row-major; bias: one for every neuron. */
  readonly hidden: { readonly weights: Float64Array; readonly bias: Float64Array };
  /** weights: neurons x outputs, row-major; bias: one for every output. */
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
}

/**
 * The activation as a function of z and of the gate value (only `gated` looks at it). Comparisons are written so that a
 * NaN, which only overflow can produce, comes out as NaN and is noticed, instead of being taken for "not active".
 */
export function unitFunction(activation: Activation): (z: number, gate: number) => number {
  switch (activation.kind) {
    case 'relu':
      return (z) => (z < 0 ? 0 : z);
    case 'leaky': {
      const { slope } = activation;
      return (z) => (z < 0 ? slope * z : z);
    }
    case 'absolute':
      return (z) => (z < 0 ? -z : z);
    case 'gated':
      return (z, gate) => (gate >= 0 ? z : gate < 0 ? 0 : gate);
    case 'quadratic':
      return (z) => z * z;
    case 'polynomial': {
      const { a, b, c } = activation;
      return (z) => (a * z + b) * z + c;
    }
    case 'threshold':
      return (z) => (z >= 0 ? 1 : z < 0 ? 0 : z);
  }
}

/** Slopes [where z or the gate is < 0, where it is >= 0] of an activation that is linear on each side, null for the others. */
export function slopes(activation: Activation): readonly [number, number] | null {
  switch (activation.kind) {
    case 'relu':
    case 'gated':
      return [0, 1];
    case 'leaky':
      return [activation.slope, 1];
    case 'absolute':
      return [-1, 1];
    default:
      return null;
  }
}

/** phi(t z) = t phi(z) for t > 0: neurons can be rescaled and parallel ones merged. The same four that are linear on each side. */
export function isHomogeneous(activation: Activation): boolean {
  return slopes(activation) !== null;
}
