// One solver for every program of the reference cases: what the case states, through the public API.
import { lossOf, optionsOf, patternStrings, patternsOf, weightDecay } from './case.mjs';
import { circularPrograms } from './circular.mjs';
import { convolutionalPrograms } from './convolutional.mjs';
import { deepPrograms } from './deep.mjs';
import { ganPrograms } from './gan.mjs';
import { normalizationPrograms } from './normalization.mjs';
import { tolerance, trainCase } from './train-case.mjs';

export const programs = {
  ...circularPrograms,
  ...deepPrograms,
  ...normalizationPrograms,
  ...ganPrograms,
  'two-layer-relu': (item, { train, relu }) => trainCase(item, relu(), train, 'squared'),
  'two-layer-gated': (item, { train, gatedRelu }) => trainCase(item, gatedRelu(), train, 'squared'),
  'vector-gated-nuclear': (item, { train, gatedRelu }) => trainCase(item, gatedRelu(), train, 'squared'),
  'vector-relu-group': (item, { train, relu }) => trainCase(item, relu(), train, 'group'),
  'vector-relu-nuclear-2d': (item, { train, vectorRelu }) =>
    trainCase({ ...item, params: { ...item.params, patterns: 'all' } }, vectorRelu(), train, 'squared'),
  arrangement: solveArrangement,
  'dual-max': solveDualMaximum,
  'path-relu': (item, cvxnn) => solvePath(item, cvxnn, cvxnn.relu()),
  'path-gated': (item, cvxnn) => solvePath(item, cvxnn, cvxnn.gatedRelu()),
  ...convolutionalPrograms,
};

async function solveArrangement({ data, params = {} }, { enumeratePatterns }) {
  const patterns = await enumeratePatterns(data.X, { bias: params.bias ?? false });
  const strings = patternStrings(patterns);
  return { value: patterns.count, networkObjective: null, lowerBound: null, detail: { strings, shown: { patterns: strings } } };
}

async function solveDualMaximum({ data, params = {} }, { dualMaximum }) {
  const { value, direction, sign, exact } = await dualMaximum(data.X, data.lam.data, { bias: params.bias ?? false });
  const [n, d] = data.X.shape;
  let attained = 0;
  for (let k = 0; k < n; k++) {
    let z = params.bias ? direction[d] : 0;
    for (let j = 0; j < d; j++) z += data.X.data[k * d + j] * direction[j];
    attained += sign * data.lam.data[k] * Math.max(z, 0);
  }
  const detail = { attained, exact, shown: { sign, w: Array.from(direction), exact } };
  return { value, networkObjective: null, lowerBound: null, detail };
}

/** beta_max, then the optimum at every fraction of it, each from the one before. */
async function solvePath(item, { train, betaMax }, architecture) {
  const { X, y } = item.data;
  const { beta: _, ...options } = optionsOf(item);
  const patterns = patternsOf(item);
  const most = await betaMax(architecture, X, y.data, { ...options, patterns });
  let warmStart;
  let worstGap = 0;
  const optimumAtFraction = [];
  for (const fraction of item.params.beta_fractions) {
    const beta = fraction * most.beta;
    const result = await train(architecture, X, y.data, { ...options, beta, patterns, tolerance, warmStart });
    const attained = lossOf(item, result.network.predict(X)) + beta * weightDecay(result.network, 'squared');
    optimumAtFraction.push(attained);
    worstGap = Math.max(worstGap, (attained - result.certificate.patternBound) / Math.max(Number.MIN_VALUE, Math.abs(attained)));
    warmStart = result;
  }
  const lossAtZero = lossOf(item, new Float64Array(y.data.length));
  return {
    value: most.beta,
    networkObjective: null,
    lowerBound: null,
    detail: {
      exact: most.exact,
      optimumAtFraction,
      lossAtZero,
      patternGap: worstGap,
      shown: { optimumAtFraction, exact: most.exact },
    },
  };
}
