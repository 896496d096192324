import type { Scope, Vector } from '../core/scope.js';
import { climbGates, type ProposedGate } from './climb-gates.js';
import { directionsOf, distinct } from './gate-pricer.js';
import { type Patterns, patternStride } from './patterns.js';
import type { Pricer } from './pricer.js';
import { signRows } from './sample.js';
import { type SelectionInput, selectionBits, selectRows } from './selections.js';

/** What a search for gates of pooled patches needs. */
export interface PooledGates {
  readonly input: SelectionInput;
  /** The gate selects the largest patch of a region; else it opens every patch on its side. */
  readonly largest: boolean;
  /** Of every patch: what its values are multiplied by. */
  readonly scales: Float64Array;
  /** Outputs that one neuron feeds. */
  readonly outputs: number;
  /** T of one pattern: regions x columns rows of a number for every sample. */
  pooled(pattern: Patterns, scope: Scope): Vector;
}

/**
 * Local search for gates of convolutions whose neurons have output weights a for every region and output, pooled in any way
 * (math-architectures.md 5.3, 5.4). The dual constraint of a gate is the largest singular value of G = Lambda T, (outputs
 * regions) x columns; at its singular vectors (a, u) it is the sum over open patches of (Lambda^T a) x^T u, which is largest
 * where these signs are those of the gate: the proposal is sum (Lambda^T a) (x^T u) x over all patches.
 */
export function pooledGatePricer({ input, largest, scales, outputs, pooled }: PooledGates): Pricer {
  const { rows, columns: d, samples, region, regionCount } = input;
  const count = region.length * samples;
  const heads = outputs * regionCount;
  const small = Math.min(heads, d);
  return {
    jointly: outputs,
    directionLength: d,
    startsOf: (v) => directionsOf(v, d),
    price: (lambda, starts, wanted, outer) =>
      outer.child((scope) => {
        const { kernels } = scope;
        const multipliers = scope.copyOut(lambda);
        const [left, values, right] = [small * heads, small, small * d].map((length) => scope.vector(length));
        const [G, z, proposal, gate] = [heads * d, count, d, d].map((length) => scope.vector(length));
        const work = scope.bytes(
          Math.max(
            kernels.thinSvdWorkspace(heads, d),
            kernels.multiplyTransposedWorkspace(outputs, regionCount * d, samples),
            kernels.multiplyTransposedWorkspace(1, count, d),
            kernels.multiplyWorkspace(1, d, count),
          ),
        );
        const bitsOf = (direction: Float64Array): Uint8Array => {
          if (!largest) return signRows(rows, count, d, direction, scope);
          scope.view(gate).set(direction);
          kernels.multiplyTransposed(gate.address, rows.address, z.address, 1, count, d, work);
          return selectionBits(input, selectRows(input, scope.view(z)));
        };
        const evaluate = (direction: Float64Array): ProposedGate => {
          const bits = bitsOf(direction);
          scope.child(() => {
            const T = pooled({ samples: count, count: 1, stride: patternStride(count), bits, gates: null }, scope);
            kernels.multiplyTransposed(lambda.address, T.address, G.address, outputs, regionCount * d, samples, work);
          });
          kernels.thinSvd(G.address, left.address, values.address, right.address, heads, d, work);
          kernels.multiplyTransposed(right.address, rows.address, z.address, 1, count, d, work);
          const [a, scores] = [scope.view(left), scope.view(z)];
          for (let k = 0; k < region.length; k++) {
            for (let r = 0; r < samples; r++) {
              let weight = 0;
              for (let c = 0; c < outputs; c++) weight += a[c * regionCount + region[k]] * multipliers[c * samples + r];
              scores[k * samples + r] *= scales[k] * weight;
            }
          }
          kernels.multiply(z.address, rows.address, proposal.address, 1, d, count, work);
          return { value: scope.view(values)[0], bits, gate: direction, proposal: scope.copyOut(proposal) };
        };
        const gates = Array.from({ length: starts.length / d }, (_, i) => starts.slice(i * d, (i + 1) * d));
        const found = climbGates((some) => some.map(evaluate), gates, wanted);
        return distinct(found.map((priced) => ({ ...priced, direction: priced.gate })));
      }),
  };
}
