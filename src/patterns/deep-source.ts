import type { Scope, Vector } from '../core/scope.js';
import { describeValue } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import { bitsOfGates, type DeepShape, deepBits, deepGateLength, deepPatternsOfGates, isSilent } from './deep-patterns.js';
import { PatternSet } from './pattern-set.js';
import type { PatternSource } from './pattern-source.js';
import { gaussianRows } from './sample.js';
import { enumerateTuples } from './tuple-cells.js';

/** Patterns and tuples of first-layer units beyond which nobody wants a list. */
const listed = 20_000;
const idleBatches = 20;

/**
 * Patterns of sub-networks with several hidden layers. All of them can be listed for three layers on tiny data only.
 *
 * @param repeated - tuples of first-layer units may hold a unit more than once.
 */
export function deepSource(X: Vector, shape: DeepShape, repeated: boolean, scope: Scope): PatternSource {
  const data = scope.copyOut(X);
  const threeLayers = shape.widths.length === 2;
  let list: ReturnType<typeof enumerateTuples> | undefined;
  const tuples = () => {
    if (list === undefined) list = threeLayers ? enumerateTuples(X, shape, repeated, listed, scope) : null;
    return list;
  };
  return {
    bound: () => tuples()?.count ?? Number.POSITIVE_INFINITY,
    all() {
      const found = tuples();
      if (found) return found;
      throw new ArgumentError(
        'options.patterns',
        describeValue('all'),
        `'auto' or { sample }: there are more than ${listed} patterns, or they cannot be listed`,
      );
    },
    sample(most, seed) {
      const set = new PatternSet(deepBits(shape));
      const length = deepGateLength(shape);
      let idle = 0;
      for (let batch = 0; set.count < most && idle < idleBatches; batch++) {
        const before = set.count;
        const gates = gaussianRows(Math.max(16, most - before), length, seed, batch);
        for (let at = 0; at < gates.length && set.count < most; at += length) {
          const gate = gates.subarray(at, at + length);
          const bits = bitsOfGates(shape, data, gate);
          if (!isSilent(bits, shape.samples, shape.widths)) set.add(bits, gate);
        }
        idle = set.count === before ? idle + 1 : 0;
      }
      return set.toPatterns();
    },
    ofGates: (gates) => deepPatternsOfGates(shape, data, gates),
  };
}
