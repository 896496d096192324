// Generative networks: every case through trainGan or bestResponse; the objective and the constraint are evaluated here, from the
// generated samples alone.

const rowsOf = ({ data, shape: [n, d] }) => Array.from({ length: n }, (_, r) => Array.from(data.slice(r * d, (r + 1) * d)));
const norm = (vector) => Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
const squares = (values) => values.reduce((sum, entry) => sum + entry * entry, 0);
const sums = (rows) => rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0));

/** |X^T X - G^T G|_2 by Jacobi rotations. */
export function momentError(X, G) {
  const d = X[0].length;
  const entry = (rows, i, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0);
  const A = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => entry(X, i, j) - entry(G, i, j)));
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < d; p++) {
      for (let q = p + 1; q < d; q++) {
        if (A[p][q] === 0) continue;
        const theta = 0.5 * Math.atan2(2 * A[p][q], A[q][q] - A[p][p]);
        const [c, s] = [Math.cos(theta), Math.sin(theta)];
        for (let k = 0; k < d; k++) [A[k][p], A[k][q]] = [c * A[k][p] - s * A[k][q], s * A[k][p] + c * A[k][q]];
        for (let k = 0; k < d; k++) [A[p][k], A[q][k]] = [c * A[p][k] - s * A[q][k], s * A[p][k] + c * A[q][k]];
      }
    }
  }
  return Math.max(...A.map((row, i) => Math.abs(row[i])));
}

/** Largest |prefix or suffix sum| of the differences, both sorted descending (math 9.4). */
function criticOf(x, w) {
  const [a, b] = [x, w].map((values) => Array.from(values).sort((s, t) => t - s));
  let [prefix, most] = [0, 0];
  const total = a.reduce((sum, entry, k) => sum + entry - b[k], 0);
  for (let k = 0; k <= a.length; k++) {
    most = Math.max(most, Math.abs(prefix), Math.abs(total - prefix));
    if (k < a.length) prefix += a[k] - b[k];
  }
  return most;
}

/** What the judge looks at. `violations`: [discriminator value found here, its limit, size of the data]. */
function result(objective, { certificate, discriminator }, violations, shown) {
  const restricted = certificate.patterns === 'sampled';
  return {
    value: certificate.objective,
    networkObjective: objective,
    lowerBound: restricted ? certificate.patternBound : certificate.lowerBound,
    detail: { patternGap: certificate.patternGap, violations, shown: { discriminator: discriminator.value, ...shown } },
  };
}

async function linearDiscriminator({ data, params, patterns }, { trainGan, enumeratePatterns }) {
  const { X, Z, gates } = data;
  const { beta_d: betaD, beta_g: betaG, generator } = params;
  const given = generator === 'gated' && (gates ?? patterns);
  const options = { discriminator: 'linear', generator, betaD, betaG, noise: Z, bias: params.bias ?? false };
  if (given) options.patterns = { gates: gates ? Float64Array.from(gates.data) : await insides(Z, patterns, enumeratePatterns) };
  const trained = await trainGan(X, options);
  const { network } = trained.generator;
  const G = rowsOf(trained.outputs);
  const decay = squares(network.hidden.weights) + squares(network.hidden.bias) + squares(network.output.weights);
  const target = sums(rowsOf(X));
  const value = norm(target.map((entry, j) => entry - sums(G)[j]));
  return result(0.5 * betaG * decay, trained, [[value, betaD, norm(target)]], { sumOfOutputs: sums(G) });
}

/** A gate inside every listed cell. */
async function insides(Z, { shape: [count, samples], data }, enumeratePatterns) {
  const all = await enumeratePatterns(Z, { bias: false });
  const columns = Z.shape[1];
  const text = (i) => Array.from({ length: samples }, (_, k) => (all.bits[i * all.stride + (k >> 3)] >> (k & 7)) & 1).join('');
  const at = new Map(Array.from({ length: all.count }, (_, i) => [text(i), i]));
  const wanted = Array.from({ length: count }, (_, i) => at.get(data.slice(i * samples, (i + 1) * samples).join('')));
  return Float64Array.from(wanted.flatMap((i) => Array.from(all.gates.slice(i * columns, (i + 1) * columns))));
}

async function quadraticDiscriminator({ data: { X, Z }, params }, { trainGan }) {
  const { beta_d: betaD, regularizer } = params;
  const options = { discriminator: 'quadratic', generator: 'linear', betaD, regularizer, noise: Z, bias: params.bias ?? false };
  const trained = await trainGan(X, options);
  const [{ weights, bias }] = trained.generator.stages;
  const G = rowsOf(trained.outputs);
  const objective = regularizer === 'weights' ? squares(weights) + squares(bias) : squares(trained.outputs.data);
  return result(objective, trained, [[momentError(rowsOf(X), G), betaD, squares(X.data)]], {
    secondMoment: [...trained.moments.generated],
  });
}

async function reluDiscriminatorValue({ data: { X, G }, params = {} }, { bestResponse }) {
  const { bias = false } = params;
  const { value, upperBound, direction, sign } = await bestResponse(X, G, { discriminator: 'relu', bias });
  const response = (rows) =>
    rows.reduce(
      (sum, row) =>
        sum +
        Math.max(
          0,
          row.reduce((z, entry, j) => z + entry * direction[j], bias ? direction[row.length] : 0),
        ),
      0,
    );
  const attained = sign * (response(rowsOf(X)) - response(rowsOf(G)));
  const exact = upperBound <= value * (1 + 1e-6);
  return {
    value,
    networkObjective: attained,
    lowerBound: null,
    detail: { attained, exact, shown: { upperBound, sign, u: [...direction] } },
  };
}

async function reluDiscriminatorOneDimension({ data: { x }, params: { beta_d: betaD } }, { trainGan }) {
  const X = { data: x.data, shape: [x.data.length, 1] };
  const trained = await trainGan(X, { discriminator: 'relu', generator: 'monotone', betaD });
  const w = Array.from(trained.outputs.data).sort((a, b) => b - a);
  const size = x.data.reduce((sum, entry) => sum + Math.abs(entry), 0);
  return result(0.5 * squares(w), trained, [[criticOf(x.data, w), betaD, size]], { outputs: w });
}

async function twoLayerGenerator({ data: { X, Z, gates }, params, beta: betaG }, { trainGan }) {
  const { beta_d: betaD, bias = false } = params;
  const patterns = gates ? { gates: Float64Array.from(gates.data) } : 'all';
  const options = { discriminator: 'quadratic', generator: 'gated', betaD, betaG, noise: Z, bias, patterns, tolerance: 1e-7 };
  const trained = await trainGan(X, options);
  // The first stage alone gives the target again.
  const first = await trainGan(X, { discriminator: 'quadratic', generator: 'linear', betaD, noise: Z, bias });
  const { network } = trained.generator;
  const distance = first.outputs.data.map((entry, at) => entry - trained.outputs.data[at]);
  const decay = squares(network.hidden.weights) + squares(network.hidden.bias) + squares(network.output.weights);
  const objective = 0.5 * squares(distance) + 0.5 * betaG * decay;
  return result(objective, trained, [], { momentError: momentError(rowsOf(X), rowsOf(trained.outputs)) });
}

async function progressive({ data, params }, { trainGan }) {
  const { Z, ...stages } = data;
  const names = Object.keys(stages)
    .filter((name) => /^X\d+$/.test(name))
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const targets = names.map((name) => stages[name]);
  const betaD = params.beta_d;
  const options = { discriminator: 'quadratic', generator: 'progressive', coarse: targets.slice(0, -1), betaD, noise: Z };
  const trained = await trainGan(targets.at(-1), { ...options, bias: params.ones_column ?? true });
  let H = rowsOf(Z);
  const violations = trained.generator.stages.map(({ weights, bias }, i) => {
    H = H.map((row) => Array.from(bias, (b, j) => row.reduce((sum, entry, k) => sum + entry * weights[k * bias.length + j], b)));
    return [momentError(rowsOf(targets[i]), H), betaD[i] ?? betaD, squares(targets[i].data)];
  });
  const shown = { stageValues: trained.stages.map((stage) => stage.objective), momentErrors: violations.map(([value]) => value) };
  return result(squares(H.flat()), trained, violations, shown);
}

export const ganPrograms = {
  'gan-linear-discriminator': linearDiscriminator,
  'gan-quadratic-discriminator': quadraticDiscriminator,
  'gan-relu-discriminator-value': reluDiscriminatorValue,
  'gan-relu-discriminator-1d': reluDiscriminatorOneDimension,
  'gan-two-layer-generator': twoLayerGenerator,
  'gan-progressive': progressive,
};

/** Beyond what the judge asks of every optimum: the discriminator is held where it must be, and what the case knows of it. */
export function judgeGan({ program, expected, tolerance, optimum }, result, { violations = [], shown = {} }, check) {
  const close = (a, b, slack) => Math.abs(a - b) <= slack;
  for (const [value, limit, size] of violations)
    check(value <= limit + 1e-9 * Math.max(1, size), `discriminator value ${value} above ${limit}`);
  if (!expected) return;
  const slack = tolerance ?? 1e-6 * Math.max(1, Math.abs(optimum ?? 1));
  if (program === 'gan-progressive')
    expected.stage_values?.forEach((known, i) => {
      check(
        close(shown.stageValues[i], known, 1e-6 * Math.max(1, known)),
        `stage ${i + 1}: ${shown.stageValues[i]}, not ${known}`,
      );
    });
  const known = expected.conic_solver;
  if (typeof known === 'number') check(close(result.value, known, slack), `${result.value}, not ${known} of the conic solver`);
  const sumKnown = expected.sum_of_outputs?.data;
  sumKnown?.forEach((sum, j) => {
    check(
      close(shown.sumOfOutputs[j], sum, 1e-6 * Math.max(1, Math.abs(sum))),
      `outputs sum to ${shown.sumOfOutputs[j]}, not ${sum}`,
    );
  });
  if (typeof expected.moment_error === 'number')
    check(close(shown.momentError, expected.moment_error, 1e-2 * expected.moment_error), `moment error ${shown.momentError}`);
}
