// Is a result right? Against the answers that the case holds, and always against our own certificate.
import { listedStrings } from './case.mjs';
import { judgeGan } from './gan.mjs';

const closed = 1e-6;
const close = (a, b, tolerance) => Math.abs(a - b) <= tolerance;
const relative = (value, scale) => value * Math.max(1, Math.abs(scale));

/** Sentences on what is wrong; none: ok. */
export function judge(item, result, detail) {
  const problems = [];
  const check = (fine, sentence) => {
    if (!fine) problems.push(sentence);
  };
  check(Number.isFinite(result.value), `value ${result.value}`);
  if (item.program === 'arrangement') judgeArrangement(item, result, detail, check);
  else if (item.program === 'dual-max' || item.program === 'gan-relu-discriminator-value')
    judgeMaximum(item, result, detail, check);
  else if (item.program.startsWith('path-')) judgePath(item, result, detail, check);
  else judgeOptimum(item, result, detail, check);
  if (item.program.startsWith('gan-')) judgeGan(item, result, detail, check);
  return problems;
}

function judgeOptimum(item, { value, networkObjective, lowerBound }, { patternGap }, check) {
  const { optimum, lower_bound: known, params = {} } = item;
  const tolerance = item.tolerance ?? relative(1e-6, value);
  const priced = params.patterns === 'priced';
  check(
    networkObjective === null || close(networkObjective, value, relative(1e-9, value)),
    `the network gives ${networkObjective}, not ${value}`,
  );
  check(lowerBound === null || lowerBound <= value + relative(1e-9, value), `bound ${lowerBound} above the value ${value}`);
  // 'priced' proves nothing over all patterns: the gap on the patterns held has to do.
  const gap = priced || lowerBound === null ? patternGap : (value - lowerBound) / Math.max(Number.MIN_VALUE, Math.abs(value));
  check(priced || lowerBound !== null, 'no lower bound');
  check(gap <= closed, `relative gap ${gap}`);
  if (optimum === undefined) return;
  check(value <= optimum + tolerance, `${value} above the optimum ${optimum}`);
  check(priced || value >= optimum - tolerance, `${value} below the optimum ${optimum}`);
  check(known === undefined || known === null || value >= known - tolerance, `${value} below the known bound ${known}`);
  check(lowerBound === null || lowerBound <= optimum + tolerance, `bound ${lowerBound} above the optimum ${optimum}`);
}

function judgeArrangement({ optimum, patterns }, { value }, { strings }, check) {
  check(new Set(strings).size === value, 'a pattern is listed twice');
  if (optimum !== undefined) check(value === optimum, `${value} patterns, not ${optimum}`);
  if (optimum !== undefined && patterns)
    check(listedStrings(patterns).join() === strings.join(), 'other patterns than those listed');
}

function judgeMaximum({ optimum, tolerance, expected }, { value }, { attained, exact }, check) {
  check(exact, 'only a local search');
  check(close(attained, value, relative(1e-9, value)), `the direction gives ${attained}, not ${value}`);
  if (optimum !== undefined) check(close(value, optimum, tolerance ?? relative(1e-8, value)), `${value}, not ${optimum}`);
  for (const search of ['local_search', 'random_direction_best']) {
    const found = expected?.[search];
    if (typeof found === 'number') check(value >= found - relative(1e-8, found), `${value} below ${search} ${found}`);
  }
  if (typeof expected?.gated_bound === 'number')
    check(value <= expected.gated_bound + relative(1e-8, value), 'above the gated bound');
}

function judgePath({ optimum, tolerance, expected, params }, { value }, detail, check) {
  const { optimumAtFraction: found, exact, lossAtZero, patternGap } = detail;
  check(exact, 'beta_max is only a local search');
  check(patternGap <= closed, `relative gap ${patternGap}`);
  if (optimum !== undefined)
    check(close(value, optimum, tolerance ?? relative(1e-8, value)), `beta_max ${value}, not ${optimum}`);
  expected?.optimum_at_fraction?.forEach((known, i) => {
    check(close(found[i], known, relative(1e-6, known)), `optimum ${found[i]} at ${params.beta_fractions[i]}, not ${known}`);
  });
  // In beta the optimum is non-decreasing and concave, and the loss of zero from beta_max on (math.md 10).
  const points = params.beta_fractions.map((t, i) => ({ t, p: found[i] })).sort((a, b) => a.t - b.t);
  const slack = relative(2e-6, lossAtZero);
  points.forEach(({ t, p }, i) => {
    if (t >= 1) check(close(p, lossAtZero, slack), `${p} at ${t}, not the loss of zero ${lossAtZero}`);
    if (i > 0) check(p >= points[i - 1].p - slack, `not monotone at ${t}`);
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after || after.t === before.t) return;
    const chord = before.p + ((after.p - before.p) * (t - before.t)) / (after.t - before.t);
    check(p >= chord - slack, `not concave at ${t}`);
  });
}
