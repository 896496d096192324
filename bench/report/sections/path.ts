import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gatedRelu, regularizationPathSync, trainSync } from '../../../src/index.js';
import { generateInstance, shapeOf, writeInstance } from '../../solve/generate.js';
import { type Instance, readInstance } from '../../solve/instance.js';
import { geometricMean, list, short, table } from '../markdown.js';
import type { Section } from '../section.js';
import { output, timed } from './processes.js';

export interface PathRow {
  readonly instance: string;
  readonly tolerance: number;
  readonly values: number;
  /** Last value over betaMax. */
  readonly ratio: number;
  /** Processor seconds: the path, and as many fits from nothing. */
  readonly path: number;
  readonly cold: number;
  readonly worstGap: number;
  /** adelie's path over the same values, where it is installed; its largest objective over ours. */
  readonly adelie: { readonly seconds: number; readonly worst: number; readonly version: string } | null;
}

const names = ['syn-500-20', 'breast-cancer', 'diabetes', 'breast-cancer-logistic', 'syn-500-100-500'];
const ratio = 0.01;

/** Whether adelie can be imported by `python3`. */
const hasAdelie = () => spawnSync('python3', ['-c', 'import adelie']).status === 0;

/** The gated path over the given patterns, nothing priced: what a group lasso's path is. */
function measured(instance: Instance, tolerance: number, values: number, adelie: boolean): PathRow {
  const { X, y, samples, columns, patterns, loss } = instance;
  const data = { data: X, shape: [samples, columns] as [number, number] };
  const options = { loss, tolerance, patterns, bias: false } as const;
  const grid = { ...options, values, ratio };
  regularizationPathSync(gatedRelu(), data, y, { ...grid, values: 3 });
  const path = timed(() => regularizationPathSync(gatedRelu(), data, y, grid));
  const betas = path.result.map(({ beta }) => beta);
  const cold = timed(() => betas.map((beta) => trainSync(gatedRelu(), data, y, { ...options, beta })));
  return {
    instance: instance.name,
    tolerance,
    values,
    ratio,
    path: path.user,
    cold: cold.user,
    worstGap: path.result.reduce((most, { certificate }) => Math.max(most, certificate.patternGap), 0),
    adelie: adelie ? peer(instance, path.result, tolerance) : null,
  };
}

function peer(instance: Instance, steps: readonly { beta: number; objective: number }[], tolerance: number): PathRow['adelie'] {
  const folder = join('build', `path.${process.pid}`);
  try {
    writeInstance(folder, instance, 'gated', steps[steps.length - 1].beta, steps[steps.length - 1].objective);
    const betas = JSON.stringify(steps.map(({ beta }) => beta));
    const objectives = JSON.stringify(steps.map(({ objective }) => objective));
    return JSON.parse(
      output('python3', ['bench/peers/python/adelie_path.py', folder, betas, objectives, String(tolerance)], { limit: 300 }),
    );
  } catch (error) {
    console.error(String(error));
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const path: Section<PathRow> = {
  name: 'path',
  limit: 240,
  usual: true,
  *measure({ quick }) {
    const adelie = hasAdelie();
    for (const name of quick ? names.slice(2, 3) : names) {
      const shape = shapeOf(name);
      const instance = shape ? generateInstance(shape) : readInstance(join('bench/suite', name));
      for (const tolerance of [1e-4, 1e-6]) yield measured(instance, tolerance, quick ? 4 : 50, adelie);
    }
  },
  render(rows) {
    const cells = rows.map((row) => [
      row.instance,
      row.tolerance.toExponential(0),
      short(row.path),
      short((1000 * row.path) / row.values),
      short(row.cold),
      (row.cold / row.path).toFixed(1),
      row.worstGap.toExponential(1),
      row.adelie ? `${short(row.adelie.seconds)} (${row.adelie.worst.toExponential(1)})` : '-',
    ]);
    const compared = rows.flatMap((row) => (row.adelie ? [row.adelie.seconds / row.path] : []));
    const verdict =
      compared.length > 0
        ? `Twice as fast as adelie: ${geometricMean(compared) >= 2 ? 'met' : 'missed'}, ${geometricMean(compared).toFixed(1)} times (geometric mean of ${compared.length}).`
        : 'adelie could not be imported and no figure of a path of it is stored: the aim of twice its speed is open.';
    const slower = rows.filter((row) => row.path > row.cold).map((row) => `${row.instance} at ${row.tolerance.toExponential(0)}`);
    return `## Paths

${rows[0]?.values ?? 0} values of beta from betaMax to ${rows[0]?.ratio ?? ratio} of it, gated program over given patterns, as a group lasso's path is; each fit starts from the one
before. Against as many fits from nothing at the same values. Processor seconds, networks and certificates of every value included.
adelie: seconds over the same values at the loosest tolerance that comes as close, and its largest excess over our objectives.

${table(['instance', 'tolerance', 'path, s', 'ms a value', 'cold fits, s', 'cold / path', 'worst gap', 'adelie, s'], cells)}

${verdict} ${slower.length > 0 ? `The path is slower than cold fits on ${list(slower)}.` : 'No path is slower than the cold fits.'}`;
  },
};
