import type { Scope, Vector } from '../core/scope.js';
import { Pace, type Pausing } from '../pausing.js';

type Operator = (from: Vector, to: Vector) => void;

/**
 * Preconditioned conjugate gradients on A x = r, A and the preconditioner M symmetric and positive.
 *
 * @param r - the right side for x = 0; becomes the residual.
 * @param x - zero at the start.
 * @param operations - of one iteration.
 * @param target - ends when r^T M r has fallen to this share of where it began.
 */
export function* conjugateGradients(
  multiply: Operator,
  precondition: Operator,
  r: Vector,
  x: Vector,
  target: number,
  most: number,
  operations: number,
  scope: Scope,
): Pausing<void> {
  const { kernels } = scope;
  const n = x.length;
  const pace = new Pace();
  const [q, s, t] = [scope.zeros(n), scope.zeros(n), scope.zeros(n)];
  const dot = (a: Vector, b: Vector) => kernels.dot(a.address, b.address, n);
  precondition(r, q);
  kernels.copyVector(q.address, s.address, n);
  let rho = dot(r, q);
  const least = rho * target;
  for (let k = 0; k < most && rho > least; k++) {
    if (pace.due(operations)) yield;
    multiply(s, t);
    const curvatureAlong = dot(s, t);
    if (!(curvatureAlong > 0)) break;
    const alpha = rho / curvatureAlong;
    kernels.addScaled(alpha, s.address, x.address, n);
    kernels.addScaled(-alpha, t.address, r.address, n);
    precondition(r, q);
    const next = dot(r, q);
    kernels.scaleVector(next / rho, s.address, n);
    kernels.addScaled(1, q.address, s.address, n);
    rho = next;
  }
}
