import type { Scope, Vector } from '../core/scope.js';
import { describeValue } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import { type Pooling, poolings } from '../network/convolutional-spec.js';
import { type PatchGrid, type PatchOptions, patchGrid, stackPatches } from '../network/patches.js';
import type { Patterns } from '../patterns/patterns.js';
import { type SelectionInput, selectionSource } from '../patterns/selections.js';
import { pooledColumns } from '../program/pooled-columns.js';
import type { TrainingData } from '../program/training-data.js';
import type { Architecture } from './architecture.js';

/** What the families of convolutional networks share. */

export interface ConvolutionOptions extends PatchOptions {
  /** What becomes of a unit's values in a region: their average (default), sum or largest. */
  readonly pooling?: Pooling;
}

/** Checked options. */
export interface Convolution {
  readonly grid: PatchGrid;
  readonly pooling: Pooling;
}

/** @throws {@link ArgumentError} naming the option. */
export function readConvolution(options: ConvolutionOptions, regions: number | 'patches' = 1): Convolution {
  const grid = patchGrid(options, regions);
  const { pooling = 'average' } = options;
  if (!poolings.includes(pooling)) throw new ArgumentError('pooling', describeValue(pooling), `one of ${poolings.join(', ')}`);
  return { grid, pooling };
}

/** How patterns and patches of a convolution follow from X. */
export function patchPatterns({
  grid,
  pooling,
}: Convolution): Pick<Architecture, 'accepts' | 'patternRows' | 'patternShape' | 'patternSource' | 'sharesScale'> {
  return {
    sharesScale: true,
    accepts(loss, outputs, columns, bias) {
      const pixels = bias ? columns - 1 : columns;
      if (pixels !== grid.inputs)
        throw new ArgumentError(
          'X',
          `of ${pixels} columns`,
          `${grid.inputs} columns, images of ${grid.image.join(' x ')} pixels`,
        );
      return loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null;
    },
    patternRows: (X, bias) => ({
      rows: stackPatches(X, grid, bias),
      owner: Int32Array.from({ length: grid.count * X.rows }, (_, row) => row % X.rows),
      scale: pooling === 'average' ? 1 / grid.count : 1,
    }),
    patternShape: (samples, columns) => ({ bits: grid.count * samples, gate: grid.length + columns - grid.inputs }),
    ...(pooling === 'max' && {
      patternSource: (data: TrainingData, scope: Scope) => selectionSource(selections(grid, data), scope),
    }),
  };
}

export function selections({ region, regionCount }: PatchGrid, { patternRows, samples }: TrainingData): SelectionInput {
  return { rows: patternRows.rows, columns: patternRows.columns, samples, region, regionCount };
}

/** What the values of every patch are multiplied by. */
export function poolingScales({ grid: { region, regionSizes }, pooling }: Convolution): Float64Array {
  return Float64Array.from(region, (r) => (pooling === 'average' ? 1 / regionSizes[r] : 1));
}

/** T_b of all patterns, pooled. */
export function pooledPatches(convolution: Convolution, data: TrainingData, patterns: Patterns | null, scope: Scope): Vector {
  const { region, regionCount } = convolution.grid;
  const scales = poolingScales(convolution);
  const { rows, columns } = data.patternRows;
  return pooledColumns({ rows, columns, samples: data.samples, patterns, region, regionCount, scales }, scope);
}
