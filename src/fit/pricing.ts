import type { Architecture } from '../architectures/architecture.js';
import { type Scope, slice, type Vector } from '../core/scope.js';
import { directionsOf, distinct, gatePricer } from '../patterns/gate-pricer.js';
import { GateSigns } from '../patterns/gate-signs.js';
import { searchDirectionsSteps } from '../patterns/price.js';
import { type Column, type Pricer, pausingPrice } from '../patterns/pricer.js';
import { finish, type Pausing } from '../pausing.js';
import { liftDual, type TrainingData } from '../program/training-data.js';
import { searchSpace } from './search-space.js';

/** Local search that fits the family: directions over the unit ball for cells, gates for gated networks. */
export function pricer(architecture: Architecture, data: TrainingData, scope: Scope): Pricer {
  const found = anyPricer(architecture, data, scope);
  const { rows, count, columns } = data.patternRows;
  if (architecture.patterns !== 'gates' || found.decides || found.directionLength !== columns) return found;
  const signs = new GateSigns(rows, count, columns, scope);
  function* priceSteps(...question: Parameters<Pricer['price']>): Pausing<Column[]> {
    return (yield* pausingPrice(found, ...question)).filter(({ gate }) => gate === null || signs.decided(gate));
  }
  return { ...found, price: (...question) => finish(priceSteps(...question)), priceSteps };
}

function anyPricer(architecture: Architecture, data: TrainingData, scope: Scope): Pricer {
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
  if (architecture.patterns === 'gates') return gatePricer(pricing, architecture.sharesNeurons ? outputs : 1, lifted);
  const patient = searchSpace(data, scope) !== null;
  function* priceSteps(...[lambda, starts, wanted, scope]: Parameters<Pricer['price']>): Pausing<Column[]> {
    const found = yield* searchDirectionsSteps(pricing, lifted(lambda, 1, scope), starts, wanted, scope, patient);
    return distinct(found.map(({ value, bits, direction }) => ({ value, bits, direction, gate: null })));
  }
  return {
    jointly: 1,
    directionLength: columns,
    startsOf: (v) => directionsOf(v, columns),
    price: (...question) => finish(priceSteps(...question)),
    priceSteps,
  };
}
