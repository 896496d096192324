import type { CertificateFile } from '../certificate/file.js';
import { add, divide, down, exact, expUp, type Interval, largest, log1pUp, logUp, scale, up } from './interval.js';

type Statement = CertificateFile['problem'];

/** Are these targets of one sample what the loss asks for? */
export function suits({ loss, outputs }: Statement, y: readonly number[]): boolean {
  if (loss === 'logistic' || loss === 'squaredHinge') return y.every((label) => label === 1 || label === -1);
  if (loss !== 'softmax') return true;
  return outputs > 1 && y.every((entry) => entry === 0 || entry === 1) && y.filter((entry) => entry === 1).length === 1;
}

/** At least the weighted loss of one sample, wherever in the intervals its fit is. */
export function lossUp({ loss, huberDelta }: Statement, y: readonly number[], weight: number, fit: readonly Interval[]): number {
  if (loss === 'softmax') {
    const own = y.indexOf(1);
    const terms = fit.map(({ hi }, c) => (c === own ? 0 : up(hi - fit[own].lo)));
    const top = terms.indexOf(Math.max(...terms));
    const tail = terms.reduce((sum, term, c) => (c === top ? sum : up(sum + expUp(up(term - terms[top])))), 0);
    return up(weight * up(terms[top] + log1pUp(tail)));
  }
  let sum = 0;
  fit.forEach((f, c) => {
    const r = largest(add(exact(y[c]), scale(f, -1)));
    const margin = add(exact(1), scale(f, -y[c])).hi;
    const logit = up(margin - 1);
    if (loss === 'logistic') sum = up(sum + up(Math.max(0, logit) + log1pUp(expUp(-Math.abs(logit)))));
    else if (loss === 'squaredHinge') sum = up(sum + (margin > 0 ? up(0.5 * up(margin * margin)) : 0));
    else if (loss === 'huber' && r > huberDelta) sum = up(sum + up(huberDelta * up(r - 0.5 * huberDelta)));
    else sum = up(sum + up(0.5 * up(r * r)));
  });
  return up(weight * sum);
}

/**
 * At most the part of one sample in g(t lambda), g(mu) = inf over f of L(f + offset) + mu^T f; null outside of the domain of g.
 * Every term is concave in mu, so it is least at an end of an interval.
 */
export function dualDown(
  { loss, huberDelta }: Statement,
  y: readonly number[],
  weight: number,
  lambda: readonly number[],
  scales: readonly number[],
  offset: readonly number[] | null = null,
): number | null {
  if (weight === 0) return lambda.every((entry) => entry === 0) ? 0 : null;
  if (loss === 'softmax' && !cancels(lambda)) return null;
  let sum = 0;
  for (let c = 0; c < y.length; c++) {
    const q = divide(scale(exact(lambda[c]), scales[c]), weight);
    let term: number;
    if (loss === 'softmax') {
      const share = add(exact(y[c]), scale(q, -1));
      if (y[c] === 0 ? lambda[c] > 0 : !(share.lo >= 0)) return null;
      term = least({ lo: Math.max(0, share.lo), hi: Math.min(1, share.hi) }, shareEntropyDown);
      // The entries of mu sum to zero: of the offsets of a row, only their differences count.
      if (offset) term = down(term + minusTimesDown(q, add(exact(offset[c]), exact(-offset[0]))));
    } else if (loss === 'logistic') {
      const p = y[c] > 0 ? q : scale(q, -1);
      if (!(lambda[c] * y[c] >= 0 && p.hi <= 1)) return null;
      term = least({ lo: Math.max(0, p.lo), hi: p.hi }, (x) =>
        down(shareEntropyDown(x) + least(add(exact(1), exact(-x)), shareEntropyDown)),
      );
      if (offset) term = down(term + minusTimesDown(q, exact(offset[c])));
    } else {
      if (loss === 'squaredHinge' && !(lambda[c] * y[c] >= 0)) return null;
      if (loss === 'huber' && !(largest(q) <= huberDelta)) return null;
      const target = offset ? add(exact(y[c]), exact(-offset[c])) : exact(y[c]);
      term = least(q, (x) => down(timesDown(x, target) - up(0.5 * up(x * x))));
    }
    sum = down(sum + term);
  }
  return down(weight * sum);
}

const least = ({ lo, hi }: Interval, of: (x: number) => number): number => Math.min(of(lo), of(hi));

/** At most x times anything in an interval. */
const timesDown = (x: number, { lo, hi }: Interval): number => Math.min(down(x * lo), down(x * hi));

/** At most -a b. */
const minusTimesDown = (a: Interval, b: Interval): number => least(scale(a, -1), (x) => timesDown(x, b));

/** At most -x log x, 0 <= x <= 1. */
function shareEntropyDown(x: number): number {
  if (!(x > 0)) return 0;
  // x - 1 is exact from 1/2 on.
  return Math.max(0, down(x * -(x >= 0.5 ? log1pUp(x - 1) : logUp(x))));
}

/** Is the sum exactly zero? Only sums without any rounding count. */
function cancels(values: readonly number[]): boolean {
  let sum = 0;
  for (const value of values) {
    const next = sum + value;
    const back = next - sum;
    if (!(sum - (next - back) + (value - back) === 0)) return false;
    sum = next;
  }
  return sum === 0;
}
