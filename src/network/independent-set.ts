import { safeNorm } from '../data/vector.js';

/** An atom whose part outside the span of the others is at most this share of it depends on them. */
const DEPENDENT = 1e-12;

/**
 * Linearly independent vectors as a growing and shrinking QR factorization of the vectors scaled to unit length:
 * modified Gram-Schmidt applied twice when one is added (orthogonal to rounding), Givens rotations when one is removed.
 */
export class IndependentSet {
  /** Indices of the vectors in the set, in the order of the columns of Q R. */
  readonly members: number[] = [];
  private readonly atoms: readonly Float64Array[];
  private readonly norms: Float64Array;
  /** Orthonormal columns. */
  private readonly q: Float64Array[] = [];
  /** Column k of R has entries 0..k. */
  private readonly r: Float64Array[] = [];
  /** Q^T atom of the last atom that was refused, and which one it was. */
  private refused = new Float64Array(0);
  private refusedAtom = -1;

  constructor(atoms: readonly Float64Array[]) {
    this.atoms = atoms;
    this.norms = Float64Array.from(atoms, safeNorm);
  }

  /** Adds atom j if it is independent of the members; otherwise keeps its dependence and returns false. */
  add(j: number): boolean {
    const size = this.norms[j];
    const rest = this.atoms[j].map((entry) => (size > 0 ? entry / size : 0));
    const column = new Float64Array(this.members.length + 1);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < this.q.length; k++) {
        const share = dot(this.q[k], rest);
        column[k] += share;
        subtract(rest, share, this.q[k]);
      }
    }
    const remainder = safeNorm(rest);
    if (remainder <= DEPENDENT) {
      this.refused = column;
      this.refusedAtom = j;
      return false;
    }
    column[this.members.length] = remainder;
    for (let i = 0; i < rest.length; i++) rest[i] /= remainder;
    this.q.push(rest);
    this.r.push(column);
    this.members.push(j);
    return true;
  }

  /** t with refused atom = sum_i t_i members_i: back substitution, then the unit lengths undone. */
  dependence(): Float64Array {
    const t = this.refused.slice(0, this.members.length);
    for (let k = t.length - 1; k >= 0; k--) {
      t[k] /= this.r[k][k];
      for (let i = 0; i < k; i++) t[i] -= this.r[k][i] * t[k];
    }
    const size = this.norms[this.refusedAtom];
    for (let k = 0; k < t.length; k++) t[k] *= size / this.norms[this.members[k]];
    return t;
  }

  /** Takes out the member at a position: the columns behind it become upper Hessenberg, rotations make them triangular again. */
  remove(position: number): void {
    this.members.splice(position, 1);
    this.r.splice(position, 1);
    for (let k = position; k < this.r.length; k++) {
      const above = this.r[k][k];
      const below = this.r[k][k + 1];
      const length = Math.sqrt(above * above + below * below);
      const cosine = above / length;
      const sine = below / length;
      for (let column = k; column < this.r.length; column++) rotate(this.r[column], k, this.r[column], k + 1, cosine, sine);
      for (let i = 0; i < this.q[k].length; i++) rotate(this.q[k], i, this.q[k + 1], i, cosine, sine);
    }
    for (let k = position; k < this.r.length; k++) this.r[k] = this.r[k].slice(0, k + 1);
    this.q.pop();
  }
}

function rotate(one: Float64Array, i: number, other: Float64Array, k: number, cosine: number, sine: number): void {
  const first = one[i];
  const second = other[k];
  one[i] = cosine * first + sine * second;
  other[k] = cosine * second - sine * first;
}

/** Four running sums, added at the end: a fixed order that lets the additions overlap. */
function dot(one: Float64Array, other: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < one.length; i += 4) {
    a += one[i] * other[i];
    b += one[i + 1] * other[i + 1];
    c += one[i + 2] * other[i + 2];
    d += one[i + 3] * other[i + 3];
  }
  for (; i < one.length; i++) a += one[i] * other[i];
  return a + b + (c + d);
}

function subtract(vector: Float64Array, share: number, direction: Float64Array): void {
  for (let i = 0; i < vector.length; i++) vector[i] -= share * direction[i];
}
