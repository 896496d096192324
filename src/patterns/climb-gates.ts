import { norm } from '../data/vector.js';
import type { PricedGate } from './price-gates.js';

/** Rounds of improvement, rounds without any after which the search ends, and starts that are improved. */
const improvements = 16;
const patience = 3;
const survivors = 32;
/** Trial gates on the circle through a gate and a better direction: so much of either, both of norm one. */
const mixtures: readonly (readonly [number, number])[] = [
  [1, 0.1],
  [1, 0.3],
  [1, 1],
  [0.3, 1],
  [0, 1],
  [-0.5, 1],
];

const cancelled = 1e-9;

/** A gate with the direction in which its dual constraint should grow. */
export interface ProposedGate extends PricedGate {
  readonly proposal: Float64Array;
}

/**
 * Local search for gates of which only the value of the dual constraint is known, pattern by pattern: from the best starts along
 * the circle through a gate and its proposal, every other round through another good gate, since proposals alone end in the
 * nearest maximum. Values at least `wanted`, best first.
 */
export function climbGates(
  evaluate: (gates: readonly Float64Array[]) => ProposedGate[],
  starts: readonly Float64Array[],
  wanted: number,
): PricedGate[] {
  const first = evaluate(starts).sort((a, b) => b.value - a.value);
  let best = first.slice(0, survivors);
  for (let round = 0, idle = 0; round < improvements && idle < patience; round++) {
    const trials = best.flatMap(({ gate, proposal }, i) => {
      const towards = round % 2 === 1 ? best[(i + round) % best.length].gate : proposal;
      const [from, to] = [inverseNorm(gate), inverseNorm(towards)];
      return mixtures.map(([a, b]) => {
        const mixed = gate.map((entry, j) => a * from * entry + b * to * towards[j]);
        // Opposite gates cancel: the gate 0, open everywhere, is in no cell.
        return norm(mixed) > cancelled ? mixed : gate;
      });
    });
    const values = evaluate(trials);
    let improved = false;
    best = best.map((old, i) => {
      const own = values.slice(i * mixtures.length, (i + 1) * mixtures.length).reduce((a, b) => (b.value > a.value ? b : a));
      if (!(own.value > old.value * (1 + 1e-9))) return old;
      improved = true;
      return own;
    });
    idle = improved ? 0 : idle + 1;
  }
  return [...best, ...first.slice(survivors)]
    .filter(({ value }) => value > 0 && value >= wanted)
    .sort((a, b) => b.value - a.value);
}

function inverseNorm(x: Float64Array): number {
  const length = norm(x);
  return length > 0 ? 1 / length : 0;
}
