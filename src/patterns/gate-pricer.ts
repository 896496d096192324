import type { Scope, Vector } from '../core/scope.js';
import { finish, type Pausing } from '../pausing.js';
import type { PricingData } from './price.js';
import { searchGatesSteps } from './price-gates.js';
import { searchSharedGates } from './price-shared-gates.js';
import type { Column, Pricer } from './pricer.js';

/**
 * Local search for gates of the given rows.
 *
 * @param jointly - outputs that a neuron feeds.
 * @param lift - multipliers of the rows from those of the samples, for so many outputs; default: rows are samples.
 */
export function gatePricer(
  data: PricingData,
  jointly: number,
  lift: (lambda: Vector, outputs: number, scope: Scope) => Vector = (lambda) => lambda,
): Pricer {
  const { columns } = data;
  function* priceSteps(...[lambda, starts, wanted, scope]: Parameters<Pricer['price']>): Pausing<Column[]> {
    const multipliers = lift(lambda, jointly, scope);
    const found =
      jointly > 1
        ? searchSharedGates(data, multipliers, jointly, starts, wanted, scope)
        : yield* searchGatesSteps(data, multipliers, starts, wanted, scope);
    return distinct(found.map((priced) => ({ ...priced, direction: priced.gate })));
  }
  return {
    jointly,
    directionLength: columns,
    startsOf: (v) => directionsOf(v, columns),
    price: (...question) => finish(priceSteps(...question)),
    priceSteps,
  };
}

/** The first of all with the same pattern. */
export function distinct(columns: Column[]): Column[] {
  const seen = new Set<string>();
  return columns.filter(({ bits }) => {
    const key = bits.join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The non-zero blocks as rows. */
export function directionsOf(v: Float64Array, columns: number): Float64Array {
  const rows: number[] = [];
  for (let at = 0; at < v.length; at += columns) {
    const block = v.subarray(at, at + columns);
    if (block.some((entry) => entry !== 0)) rows.push(...block);
  }
  return Float64Array.from(rows);
}
