import type { Architecture } from '../architectures/architecture.js';
import type { Scope, Vector } from '../core/scope.js';
import { searchDirections } from '../patterns/price.js';
import { searchGates } from '../patterns/price-gates.js';
import type { TrainingData } from '../program/training-data.js';

/** A pattern worth adding: the value of its dual constraint, and its gate where the family has gates. */
export interface Column {
  readonly value: number;
  readonly bits: Uint8Array;
  /** Where the search ended: a start for the next one. */
  readonly direction: Float64Array;
  readonly gate: Float64Array | null;
}

/** Finds patterns whose dual constraint for `lambda` (one output) is at least `wanted`, best first, distinct. */
export type Pricer = (lambda: Vector, starts: Float64Array, wanted: number, scope: Scope) => Column[];

/** Local search that fits the family: directions over the unit ball for cells, gates for gated networks. */
export function pricer(architecture: Architecture, data: TrainingData): Pricer {
  const { X, inverseNorms, samples, columns } = data;
  const pricing = { X, inverseNorms, samples, columns, slope: architecture.slope };
  if (architecture.patterns === 'gates') {
    return (lambda, starts, wanted, scope) =>
      distinct(searchGates(pricing, lambda, starts, wanted, scope).map((found) => ({ ...found, direction: found.gate })));
  }
  return (lambda, starts, wanted, scope) => {
    const found = searchDirections(pricing, lambda, starts, wanted, scope);
    return distinct(found.map(({ value, bits, direction }) => ({ value, bits, direction, gate: null })));
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
