import { type Scope, slice, type Vector } from '../core/scope.js';
import { DenseFeatures } from '../program/dense-features.js';
import { createLoss } from '../program/losses.js';
import { ConeGroupNorm, type ConeRows } from '../program/regularizers.js';
import { newton } from '../solver/newton.js';

/** v = p - q with both parts in one cone. */
export interface Parts {
  readonly p: Float64Array;
  readonly q: Float64Array;
}

/** Residual |p - q - v| / |v| that ends the method of multipliers, and its most rounds. */
const accuracy = 1e-11;
const rounds = 60;

/**
 * The shortest v = p - q with p, q in the cone: min |p| + |q| (math.md 2), by the method of multipliers. Its subproblem,
 * 1/2 |p - q - v - mu|^2 + beta (|p| + |q|), is a program like any other: two blocks on the identity.
 */
export function decompose(v: Float64Array, cone: ConeRows, scope: Scope): Parts {
  const d = v.length;
  const size = Math.sqrt(v.reduce((sum, entry) => sum + entry * entry, 0));
  return scope.child(() => {
    const identity = new Float64Array(d * d).map((_, at) => (at % (d + 1) === 0 ? 1 : 0));
    const copies = [
      { output: 0, sign: 1 as const },
      { output: 0, sign: -1 as const },
    ];
    const features = new DenseFeatures(
      { columns: scope.copyIn(identity), samples: d, outputs: 1, offsets: [0, d], copies },
      scope,
    );
    const regularizer = new ConeGroupNorm(2, d, () => cone, scope);
    const both = scope.zeros(2 * d);
    const target = v.map((entry) => entry / size);
    const shifted = target.slice();
    let residual = target;
    let before = 1;
    let beta = 0.1;
    for (let round = 0; round < rounds; round++) {
      scope.child(() => {
        const loss = createLoss('squared', shifted, d, 1, null, scope);
        const program = { features, loss, regularizer, beta };
        const steps = newton.solve(program, both, { tolerance: 1e-12, maxIterations: 60 }, scope);
        let last = steps.next();
        while (!last.done) last = steps.next();
        scope.kernels.copyVector(last.value.v.address, both.address, 2 * d);
      });
      const [p, q] = halves(both, scope);
      residual = target.map((entry, j) => entry - p[j] + q[j]);
      const left = Math.sqrt(residual.reduce((sum, entry) => sum + entry * entry, 0));
      if (left <= accuracy) break;
      for (let j = 0; j < d; j++) shifted[j] += residual[j];
      // A slow multiplier wants a stronger pull; mu = shifted - target is measured in units of beta.
      if (left > 0.25 * before && beta > 1e-6) {
        for (let j = 0; j < d; j++) shifted[j] = target[j] + (shifted[j] - target[j]) / 10;
        beta /= 10;
      }
      before = left;
    }
    const [p, q] = halves(both, scope);
    return { p: p.map((entry, j) => size * (entry + residual[j] / 2)), q: q.map((entry, j) => size * (entry - residual[j] / 2)) };
  });
}

function halves(both: Vector, scope: Scope): [Float64Array, Float64Array] {
  const d = both.length / 2;
  return [scope.copyOut(slice(both, 0, d)), scope.copyOut(slice(both, d, d))];
}
