import { methods } from '../peers/descent.js';
import { median } from '../statistics.js';
import { type Axis, chart, type Line, type Panel } from './charts.js';
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

const legend = ['convex, certified optimum', 'SGD', 'momentum', 'Adam', 'lower bound'];
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
    const low = Math.min(best, bound === null || bound < best / 5 ? best : bound) * 0.9;
    const lines = curves(study, (value) => value, x);
    const rules = [{ y: convex.objective, series: 0, dashed: true }];
    if (bound !== null && bound >= low) rules.push({ y: bound, series: 4, dashed: true });
    return { title: name, x, y: { low, high: Math.max(start, 2 * low), log: true, label: 'objective' }, lines, rules };
  });
  return chart({ title: 'Objective over time (median and range of the seeds at the best rate)', legend, columns: 3, panels });
}

function excessFigure(studies: readonly Study[]): string {
  const floor = 1e-7;
  const panels = studies.map((study): Panel => {
    const x = timeAxis(study);
    const lines = curves(study, (value) => Math.max(floor, value / study.best - 1), x);
    return { title: study.name, x, y: { low: floor, high: 10, log: true, label: 'excess' }, lines };
  });
  const title = 'Objective / best objective found - 1, over time';
  return chart({ title, legend: legend.slice(0, 4), columns: 3, panels });
}

function programFigure(programs: Readonly<Record<string, readonly ProgramRun[]>>): string {
  const panels = Object.entries(programs).map(([name, runs]): Panel => {
    const points = (program: ProgramRun['program']) =>
      runs.flatMap(({ program: own, sampled, objective }) =>
        own === program && sampled !== null ? [[sampled, objective] as const] : [],
      );
    const searched = runs.find(({ program, sampled }) => program === 'ReLU' && sampled === null) as ProgramRun;
    const values = runs.map(({ objective }) => objective);
    return {
      title: name,
      x: { low: 8, high: 400, log: true, label: 'sampled patterns' },
      y: { low: 0.9 * Math.min(...values), high: 1.1 * Math.max(...values), log: true, label: 'objective' },
      lines: [
        { series: 1, points: points('ReLU'), dots: true },
        { series: 3, points: points('gated'), dots: true },
        { series: 2, points: points('gated, three layers'), dots: true },
      ],
      rules: [{ y: searched.objective, series: 0 }],
    };
  });
  const names = ['ReLU, patterns searched', 'ReLU, patterns sampled', 'three layers, gated', 'gated, patterns sampled'];
  return chart({ title: 'Objective of the programs, by the number of patterns', legend: names, columns: 3, panels });
}

/** Test score (mean) against time (median), a dot a library. */
function libraryFigure(javascript: NonNullable<Data['javascript']>): string {
  const names = ['cvxnn, ReLU', 'cvxnn, gated', 'tfjs, brain.js', 'forest, boosting', 'SVM, linear'];
  const seriesOfLibrary = (library: string) =>
    [/ReLU/, /gated/, /tfjs|brain/, /forest|xgboost/].findIndex((pattern) => pattern.test(library));
  const panels = Object.entries(javascript).map(([name, runs]): Panel => {
    const points = runs.map(({ library, test, seconds }) => ({
      series: (seriesOfLibrary(library) + 5) % 5,
      at: [Math.max(1e-3, median(seconds)), test.reduce((sum, value) => sum + value, 0) / test.length] as const,
    }));
    const scores = points.map(({ at }) => at[1]);
    const [least, most] = [Math.min(...scores), Math.max(...scores)];
    const pad = 0.1 * (most - least);
    return {
      title: name,
      x: { low: 1e-3, high: 200, log: true, label: 'seconds' },
      y: { low: least - pad, high: most + pad, label: 'test' },
      lines: points.map(({ series, at }) => ({ series, points: [at] })),
    };
  });
  return chart({ title: 'Test score against time, choice of options included', legend: names, columns: 3, panels });
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
