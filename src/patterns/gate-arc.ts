/** A gate on the great circle through gates a and b: sign * (share * a + b). */
export interface ArcGate {
  readonly share: number;
  readonly sign: 1 | -1;
}

/**
 * The best of all gates share * a + b and their opposites for |X^T D lambda|: exact, by one walk along the circle that
 * flips row after row, without any trigonometry, since row k changes sides at share = -q_k / p_k. Cost n (d + log n).
 *
 * @param p - X a.
 * @param q - X b.
 * @param scaled - rows lambda_k x_k, n x d.
 */
export function bestOnArc(p: Float64Array, q: Float64Array, scaled: Float64Array, d: number): ArcGate {
  const g = new Float64Array(d);
  const total = new Float64Array(d);
  const turns = new Float64Array(p.length);
  const order: number[] = [];
  for (let k = 0; k < p.length; k++) {
    if (p[k] !== 0) {
      turns[k] = -q[k] / p[k];
      order.push(k);
    }
    const open = p[k] > 0 || (p[k] === 0 && q[k] >= 0);
    for (let j = 0; j < d; j++) {
      total[j] += scaled[k * d + j];
      if (open) g[j] += scaled[k * d + j];
    }
  }
  order.sort((k, l) => turns[l] - turns[k]);
  let most = -1;
  let best: ArcGate = { share: 1, sign: 1 };
  // Before event i the share lies between the turns of events i - 1 and i.
  for (let i = 0; i <= order.length; i++) {
    const above = i > 0 ? turns[order[i - 1]] : null;
    const below = i < order.length ? turns[order[i]] : null;
    if (above === null || below === null || above > below) {
      let square = 0;
      let opposite = 0;
      for (let j = 0; j < d; j++) {
        square += g[j] * g[j];
        opposite += (total[j] - g[j]) * (total[j] - g[j]);
      }
      if (Math.max(square, opposite) > most) {
        most = Math.max(square, opposite);
        best = { share: between(above, below), sign: square >= opposite ? 1 : -1 };
      }
    }
    if (i === order.length) break;
    const k = order[i];
    const step = p[k] > 0 ? -1 : 1;
    for (let j = 0; j < d; j++) g[j] += step * scaled[k * d + j];
  }
  return best;
}

/** A number between two, of which the first is larger; null is infinite. */
function between(above: number | null, below: number | null): number {
  if (above === null) return below === null ? 1 : below + Math.max(1, Math.abs(below));
  return below === null ? above - Math.max(1, Math.abs(above)) : above + (below - above) / 2;
}
