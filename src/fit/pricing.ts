import type { Architecture } from '../architectures/architecture.js';
import { type Scope, slice, type Vector } from '../core/scope.js';
import { searchDirections } from '../patterns/price.js';
import { searchGates } from '../patterns/price-gates.js';
import { searchSharedGates } from '../patterns/price-shared-gates.js';
import { liftDual, type TrainingData } from '../program/training-data.js';

/** A pattern worth adding: the value of its dual constraint, and its gate where the family has gates. */
export interface Column {
  readonly value: number;
  readonly bits: Uint8Array;
  /** Where the search ended: a start for the next one. */
  readonly direction: Float64Array;
  readonly gate: Float64Array | null;
}

/** Local search for patterns that violate the dual constraint. */
export interface Pricer {
  /** Outputs that one block feeds: `price` sees the lambda of so many. */
  readonly jointly: number;
  /** Patterns whose dual constraint for `lambda` is at least `wanted`, best first, distinct. */
  price(lambda: Vector, starts: Float64Array, wanted: number, scope: Scope): Column[];
}

/** Local search that fits the family: directions over the unit ball for cells, gates for gated networks. */
export function pricer(architecture: Architecture, data: TrainingData): Pricer {
  const { patternRows, samples, outputs } = data;
  const { rows, inverseNorms, count, columns } = patternRows;
  const pricing = { X: rows, inverseNorms, samples: count, columns, slope: architecture.slope };
  /** Of the pattern rows, for so many outputs. */
  const lifted = (lambda: Vector, width: number, scope: Scope): Vector => {
    if (patternRows.owner === null) return lambda;
    const all = scope.vector(width * count);
    for (let c = 0; c < width; c++) {
      const own = liftDual(patternRows, scope.copyOut(slice(lambda, c * samples, samples)));
      scope.view(slice(all, c * count, count)).set(own);
    }
    return all;
  };
  if (architecture.patterns === 'gates') {
    const jointly = architecture.sharesNeurons ? outputs : 1;
    return {
      jointly,
      price(lambda, starts, wanted, scope) {
        const multipliers = lifted(lambda, jointly, scope);
        const found =
          jointly > 1
            ? searchSharedGates(pricing, multipliers, jointly, starts, wanted, scope)
            : searchGates(pricing, multipliers, starts, wanted, scope);
        return distinct(found.map((priced) => ({ ...priced, direction: priced.gate })));
      },
    };
  }
  return {
    jointly: 1,
    price(lambda, starts, wanted, scope) {
      const found = searchDirections(pricing, lifted(lambda, 1, scope), starts, wanted, scope);
      return distinct(found.map(({ value, bits, direction }) => ({ value, bits, direction, gate: null })));
    },
  };
}

function distinct(columns: Column[]): Column[] {
  const seen = new Set<string>();
  return columns.filter(({ bits }) => {
    const key = bits.join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
