import type { Architecture } from '../architectures/architecture.js';
import { type Scope, slice, type Vector } from '../core/scope.js';
import { searchDirections } from '../patterns/price.js';
import { searchGates } from '../patterns/price-gates.js';
import { searchSharedGates } from '../patterns/price-shared-gates.js';
import type { Column, Pricer } from '../patterns/pricer.js';
import { liftDual, type TrainingData } from '../program/training-data.js';

/** Local search that fits the family: directions over the unit ball for cells, gates for gated networks. */
export function pricer(architecture: Architecture, data: TrainingData, scope: Scope): Pricer {
  const own = architecture.pricer?.(data, scope);
  if (own) return own;
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
      directionLength: columns,
      startsOf: (v) => directionsOf(v, columns),
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
    directionLength: columns,
    startsOf: (v) => directionsOf(v, columns),
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

/** The non-zero blocks as rows. */
function directionsOf(v: Float64Array, columns: number): Float64Array {
  const rows: number[] = [];
  for (let at = 0; at < v.length; at += columns) {
    const block = v.subarray(at, at + columns);
    if (block.some((entry) => entry !== 0)) rows.push(...block);
  }
  return Float64Array.from(rows);
}
