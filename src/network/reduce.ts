import { finish, Pace, type Pausing } from '../pausing.js';
import { IndependentSet } from './independent-set.js';

/** Passes over the members that an atom costs, and one that leaves: rotations in plain TypeScript are slow. */
const passesOfAtom = 8;
const passesOfExchange = 24;
/** Rounding of one subtraction: a coefficient within this share of what was taken from it is zero. */
const ROUNDING = 4 * 2.220446049250313e-16;

/** Multiplications that a reduction may take: a few seconds in plain TypeScript, and a tenth of one where time is up already. */
export const usualEffort = 4e9;
export const hurriedEffort = 1e8;

/** Whether m atoms of N entries can be reduced in that: O(N m^2). */
export function isReducible(atoms: number, entries: number, effort: number): boolean {
  return atoms * atoms * entries <= effort;
}

/**
 * Caratheodory reduction: keeps sum_j c_j atom_j, does not raise sum_j c_j, and leaves positive only coefficients whose
 * atoms are linearly independent, so at most as many as an atom has entries (math.md 1).
 *
 * Atoms are visited in order. The independent ones seen so far are kept as a QR factorization. An atom that depends on
 * them, atom_j = sum_i t_i atom_i, gives a direction along which the sum stays the same: e_j - t. Walking it to the side
 * that does not raise the cost, some coefficient reaches zero first, and its atom leaves. At most m atoms leave, and
 * adding or removing one costs O(N m): O(N m^2) in all.
 *
 * @param atoms - m vectors of N entries: fits s_j (X w_j)_+ of unit neurons.
 * @param coefficients - m positive numbers c_j: |w_j||a_j|.
 * @returns m non-negative numbers. The sum of atoms moves by at most a few hundred roundings of sum_j c_j max|atom|.
 */
export function basicSolution(atoms: readonly Float64Array[], coefficients: Float64Array): Float64Array {
  return finish(basicSolutionSteps(atoms, coefficients));
}

/** {@link basicSolution} with pauses between atoms. */
export function* basicSolutionSteps(atoms: readonly Float64Array[], coefficients: Float64Array): Pausing<Float64Array> {
  const pace = new Pace();
  const c = Float64Array.from(coefficients);
  const basis = new IndependentSet(atoms);
  for (let j = 0; j < atoms.length; j++) {
    if (pace.due(passesOfAtom * atoms[j].length * (basis.members.length + 1))) yield;
    while (c[j] > 0 && !basis.add(j)) {
      if (pace.due(passesOfExchange * atoms[j].length * basis.members.length)) yield;
      const step = exchange(c, j, basis.members, basis.dependence());
      for (let i = step.length - 1; i >= 0; i--) basis.remove(step[i]);
    }
  }
  return c;
}

/**
 * Walks along e_j - sum_i t_i e_i until a coefficient is zero. The direction has a negative entry, because its sum is at
 * most zero and it is not zero, so the walk ends.
 *
 * @returns positions among the members whose coefficients became zero, ascending; c[j] may be zero instead.
 */
function exchange(c: Float64Array, j: number, members: readonly number[], t: Float64Array): number[] {
  let change = 1;
  for (let i = 0; i < t.length; i++) change -= t[i];
  const sign = change > 0 ? -1 : 1;
  let length = sign < 0 ? c[j] : Number.POSITIVE_INFINITY;
  let blocking = -1;
  for (let i = 0; i < t.length; i++) {
    const decrease = sign * t[i];
    if (decrease > 0 && c[members[i]] / decrease < length) {
      length = c[members[i]] / decrease;
      blocking = i;
    }
  }
  c[j] = sign < 0 && blocking < 0 ? 0 : moved(c[j], sign * length);
  const emptied: number[] = [];
  for (let i = 0; i < t.length; i++) {
    const member = members[i];
    c[member] = i === blocking ? 0 : moved(c[member], -sign * t[i] * length);
    if (c[member] === 0) emptied.push(i);
  }
  return emptied;
}

function moved(value: number, change: number): number {
  const result = value + change;
  return result > ROUNDING * value ? result : 0;
}
