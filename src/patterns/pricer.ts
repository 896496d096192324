import type { Scope, Vector } from '../core/scope.js';
import type { Pausing } from '../pausing.js';
import type { Patterns } from './patterns.js';

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
  /** Numbers of a direction. */
  readonly directionLength: number;
  /** It leaves out gates with signs that rounding decides: they act on other rows than those of the patterns. */
  readonly decides?: boolean;
  /** Directions, as rows, that the blocks with weight suggest as starts. */
  startsOf(v: Float64Array, patterns: Patterns): Float64Array;
  /** Patterns whose dual constraint for `lambda` is at least `wanted`, best first, distinct. */
  price(lambda: Vector, starts: Float64Array, wanted: number, scope: Scope): Column[];
  /** {@link price} with pauses, to the same bits; present where it can take long. */
  priceSteps?(lambda: Vector, starts: Float64Array, wanted: number, scope: Scope): Pausing<Column[]>;
}

export function* pausingPrice(pricer: Pricer, ...question: Parameters<Pricer['price']>): Pausing<Column[]> {
  return pricer.priceSteps ? yield* pricer.priceSteps(...question) : pricer.price(...question);
}
