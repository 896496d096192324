// Reading a reference case, and evaluating networks without the library: losses, forward pass, penalties in the plainest form.

const lossNames = { squared_hinge: 'squaredHinge' };

/** Options of training that a case states. */
export function optionsOf(item) {
  const { params = {}, loss = 'squared', beta } = item;
  const { bias = false, huber_delta: huberDelta } = params;
  return { beta, loss: lossNames[loss] ?? loss, bias, ...(huberDelta === undefined ? {} : { huberDelta }) };
}

/** The listed patterns as the library packs them, with their gates where the case has them; 'all' where none are listed. */
export function patternsOf(item) {
  const { params = {}, patterns, data } = item;
  if (params.patterns !== 'sampled') return params.patterns ?? 'all';
  if (!patterns) return { gates: Float64Array.from(data.gates.data) };
  const [count, samples] = patterns.shape;
  const stride = 8 * (((samples + 63) >> 6) + 1);
  const bits = new Uint8Array(count * stride);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < samples; k++) if (patterns.data[i * samples + k]) bits[i * stride + (k >> 3)] |= 1 << (k & 7);
  return { samples, count, stride, bits, gates: data.gates ? Float64Array.from(data.gates.data) : null };
}

/** One 0/1 string for every pattern, sorted. */
export function patternStrings({ samples, count, stride, bits }) {
  const text = (i) => Array.from({ length: samples }, (_, k) => (bits[i * stride + (k >> 3)] >> (k & 7)) & 1).join('');
  return Array.from({ length: count }, (_, i) => text(i)).sort();
}

/** The case's own list, likewise. */
export function listedStrings({ shape: [count, samples], data }) {
  return Array.from({ length: count }, (_, i) => data.slice(i * samples, (i + 1) * samples).join('')).sort();
}

/** Sum over samples of the loss of scores (n x C, row-major). */
export function lossOf(item, scores) {
  const { loss = 'squared', data, params = {} } = item;
  const y = (data.y ?? data.Y).data;
  const delta = params.huber_delta ?? 1;
  if (loss === 'softmax') {
    const C = data.Y.shape[1];
    let sum = 0;
    for (let k = 0; k < scores.length; k += C) {
      const row = Array.from(scores.slice(k, k + C));
      const top = Math.max(...row);
      sum += top + Math.log(row.reduce((total, f) => total + Math.exp(f - top), 0));
      for (let c = 0; c < C; c++) sum -= y[k + c] * row[c];
    }
    return sum;
  }
  const single = {
    squared: (f, t) => 0.5 * (f - t) ** 2,
    logistic: (f, t) => (t * f > 0 ? Math.log1p(Math.exp(-t * f)) : Math.log1p(Math.exp(t * f)) - t * f),
    squared_hinge: (f, t) => 0.5 * Math.max(0, 1 - t * f) ** 2,
    huber: (f, t) => (Math.abs(f - t) <= delta ? 0.5 * (f - t) ** 2 : delta * Math.abs(f - t) - 0.5 * delta ** 2),
  }[loss];
  if (!single) throw new Error(`unknown loss '${loss}'`);
  return scores.reduce((sum, f, k) => sum + single(f, y[k]), 0);
}

/** 1/2 sum over neurons of |w_j|^2 + |a_j|^2, the norm of a_j being the 2-norm, or the 1-norm for 'group'. */
export function weightDecay(network, kind) {
  const { inputs, outputs, neurons, hidden, output } = network;
  let sum = 0;
  for (let j = 0; j < neurons; j++) {
    const w = hidden.weights.slice(j * inputs, (j + 1) * inputs);
    const a = output.weights.slice(j * outputs, (j + 1) * outputs);
    const size =
      kind === 'group' ? a.reduce((total, x) => total + Math.abs(x), 0) ** 2 : a.reduce((total, x) => total + x * x, 0);
    sum += 0.5 * (w.reduce((total, x) => total + x * x, 0) + hidden.bias[j] ** 2 + size);
  }
  return sum;
}
