import { methods } from '../peers/descent.js';
import { mean, median, spread } from '../statistics.js';
import { type Axis, chart, type Key, type Line, type Panel } from './charts.js';
import type { Study } from './objectives.js';
import type { Data } from './page.js';
import type { ProgramRun } from './programs.js';
import { bestRates, excessOf } from './summaries.js';

/** File name and SVG of every figure that there is data for. */
export function figures({ objectives = {}, programs = {}, reliability = {}, javascript = {} }: Data): Record<string, string> {
  const all: Record<string, string> = {};
  const studies = Object.values(objectives);
  if (studies.length > 0) {
    all['sgd-objective.svg'] = objectiveFigure(studies);
    all['sgd-excess.svg'] = excessFigure(studies);
  }
  if (Object.keys(programs).length > 0) all['sgd-programs.svg'] = programFigure(programs);
  if (Object.keys(javascript).length > 0) all['sgd-libraries.svg'] = libraryFigure(javascript);
  const tasks = Object.values(reliability).flat();
  if (tasks.length > 0) all['sgd-reliability.svg'] = reliabilityFigure(tasks);
  return all;
}

const legend = ['convex', 'SGD', 'momentum', 'Adam'];
const bounds: readonly Key[] = [
  { name: 'where convex ends', series: 0, mark: 'dashed' },
  { name: 'lower bound over all networks', series: 4, mark: 'dashed' },
];
const seriesOf = (method: (typeof methods)[number]) => 1 + methods.indexOf(method);

function timeAxis({ convex, methods: peers }: Study): Axis {
  const times = [...convex.trace.map(([s]) => s), ...peers.flatMap(({ band }) => band.slice(1).map(([s]) => s))];
  const low = Math.max(1e-3, Math.min(...times.filter((s) => s > 0)));
  return { low, high: Math.max(...times), log: true, label: 'seconds' };
}

/** Curves of a study with some measure of the objective on the y axis. */
function curves({ convex, methods: peers }: Study, measure: (objective: number) => number, axis: Axis): Line[] {
  const own: Line = { series: 0, points: convex.trace.map(([s, value]) => [s, measure(value)]) };
  const others = peers.map(({ method, band }): Line => {
    const seen = band.map(([s, ...rest]) => [Math.max(s, axis.low), ...rest] as const);
    return {
      series: seriesOf(method),
      points: seen.map(([s, , middle]) => [s, measure(middle)]),
      band: seen.map(([s, low, , high]) => [s, measure(low), measure(high)]),
    };
  });
  return [...others, own];
}

function objectiveFigure(studies: readonly Study[]): string {
  const panels = studies.map((study): Panel => {
    const { convex, methods: peers, name, best } = study;
    const x = timeAxis(study);
    const start = Math.max(...peers.map(({ band }) => band[0][2]));
    const bound = convex.lowerBound;
    const low = Math.min(best, bound === null || bound < best / 20 ? best : bound) * 0.9;
    const lines = curves(study, (value) => value, x);
    const rules = [{ y: convex.objective, series: 0, dashed: true }];
    if (bound !== null && bound >= low) rules.push({ y: bound, series: 4, dashed: true });
    return { title: name, x, y: { low, high: Math.max(start, 2 * low), log: true, label: 'objective' }, lines, rules };
  });
  return chart({
    title: 'Objective over time (median and range of the seeds at the best rate)',
    legend: [...legend, ...bounds],
    columns: 3,
    panels,
  });
}

function excessFigure(studies: readonly Study[]): string {
  const floor = 1e-7;
  const panels = studies.map((study): Panel => {
    const x = timeAxis(study);
    const lines = curves(study, (value) => Math.max(floor, value / study.best - 1), x);
    return { title: study.name, x, y: { low: floor, high: 10, log: true, label: 'excess' }, lines };
  });
  const title = 'Objective / best objective found - 1, over time (the axis ends at 1e-7)';
  return chart({ title, legend, columns: 3, panels });
}

function programFigure(programs: Readonly<Record<string, readonly ProgramRun[]>>): string {
  const panel = (name: string, runs: readonly ProgramRun[], key: 'objective' | 'test'): Panel => {
    const points = (program: ProgramRun['program']) =>
      runs.flatMap((run) => (run.program === program && run.sampled !== null ? [[run.sampled, run[key]] as const] : []));
    const searched = runs.find(({ program, sampled }) => program === 'ReLU' && sampled === null) as ProgramRun;
    const values = runs.map((run) => run[key]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const pad = 0.05 * (most - least);
    const y: Axis =
      key === 'test'
        ? { low: least - pad, high: most + pad, label: 'test' }
        : { low: 0.9 * least, high: 1.1 * most, log: true, label: 'objective' };
    return {
      ...{
        title: `${name}: ${key === 'test' ? 'test score' : key}`,
        x: { low: 8, high: 400, log: true, label: 'sampled patterns' },
        y,
      },
      lines: [
        { series: 1, points: points('ReLU'), dots: true },
        { series: 3, points: points('gated'), dots: true },
        { series: 2, points: points('gated, three layers'), dots: true },
      ],
      rules: [{ y: searched[key], series: 0 }],
    };
  };
  const panels = Object.entries(programs).flatMap(([name, runs]) => [panel(name, runs, 'objective'), panel(name, runs, 'test')]);
  const names = ['ReLU, patterns searched', 'ReLU, patterns sampled', 'three layers, gated', 'gated, patterns sampled'];
  return chart({
    title: 'Objective and test score of the programs, by the number of patterns',
    legend: names,
    columns: 2,
    panels,
  });
}

const libraryMarks: readonly (Key & { readonly is: RegExp })[] = [
  { name: 'cvxnn, ReLU', series: 0, mark: 'dot', is: /ReLU/ },
  { name: 'cvxnn, gated', series: 0, mark: 'circle', is: /gated/ },
  { name: 'tfjs', series: 1, mark: 'dot', is: /tfjs/ },
  { name: 'brain.js', series: 1, mark: 'circle', is: /brain/ },
  { name: 'forest', series: 2, mark: 'dot', is: /forest/ },
  { name: 'xgboost', series: 2, mark: 'circle', is: /xgboost/ },
  { name: 'libsvm', series: 3, mark: 'dot', is: /libsvm/ },
  { name: 'linear', series: 4, mark: 'circle', is: /logistic|ridge/ },
];

/** Test score (mean and deviation over the splits) against time (median), a dot a library. */
function libraryFigure(javascript: NonNullable<Data['javascript']>): string {
  const panels = Object.entries(javascript).map(([name, runs]): Panel => {
    const lines = runs.map(({ library, test, seconds }): Line => {
      const { series, mark } = libraryMarks.find(({ is }) => is.test(library)) as Key;
      const [at, middle, deviation] = [Math.max(1e-3, median(seconds)), mean(test), spread(test)];
      const bars = [[at, middle - deviation, middle + deviation] as const];
      return { series, points: [[at, middle]], hollow: mark === 'circle', bars };
    });
    const edges = lines.flatMap(({ bars = [] }) => bars.flatMap(([, low, high]) => [low, high]));
    const [least, most] = [Math.min(...edges), Math.max(...edges)];
    const pad = 0.05 * (most - least);
    return {
      title: name,
      x: { low: 1e-3, high: 200, log: true, label: 'seconds' },
      y: { low: least - pad, high: most + pad, label: 'test' },
      lines,
    };
  });
  return chart({ title: 'Test score against time, choice of options included', legend: libraryMarks, columns: 3, panels });
}

function reliabilityFigure(tasks: NonNullable<Data['reliability']>[string]): string {
  const share = (excesses: readonly number[]) => {
    const sorted = [...excesses].map((value) => Math.max(1e-8, value)).sort((one, other) => one - other);
    return sorted.map((value, k) => [value, (100 * (k + 1)) / sorted.length] as const).filter((_, k) => k % 10 === 9);
  };
  const rates = bestRates(tasks);
  const lines = methods.map(
    (method): Line => ({ series: seriesOf(method), points: share(excessOf(tasks, method, rates[method])) }),
  );
  const own: Line = { series: 0, points: share(tasks.map(({ convex }) => convex)) };
  const panel = {
    title: 'share of tasks, in percent, that end within the excess below',
    x: { low: 1e-8, high: 1, log: true, label: 'objective / certified lower bound - 1' },
    y: { low: 0, high: 100, label: 'share' },
    lines: [...lines, own],
  };
  const names = ['convex', 'SGD', 'momentum', 'Adam'];
  return chart({
    title: `${tasks.length} random tasks, one run each`,
    legend: names,
    columns: 1,
    panels: [panel],
    panelHeight: 260,
  });
}
