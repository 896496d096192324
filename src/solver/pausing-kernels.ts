import type { Scope, Vector } from '../core/scope.js';
import { operationsPerPause, type Pausing, partsPerPause } from '../pausing.js';

/** Columns that the kernels finish at a time: blocks of the factor, and of the steps of a product. */
const factorColumns = 64;
const productSteps = 256;
/** Rows between two pauses are a multiple of this. */
const tile = 4;

/** Rows from `from` on that cost at most what may be done between two pauses, at `perRow` operations times the number of the row. */
function lastRow(from: number, rows: number, perRow: number): number {
  const upTo = Math.sqrt(from * from + (2 * operationsPerPause) / perRow);
  return Math.min(rows, Math.max(from + tile, Math.floor(upTo / tile) * tile));
}

/** Cholesky factor in place, to the bits of the kernel `cholesky`; the number of the pivot that failed, or 0. */
export function* choleskySteps(matrix: Vector, size: number, work: number, scope: Scope): Pausing<number> {
  const { kernels } = scope;
  for (let start = 0; start < size; start += factorColumns) {
    const failed = kernels.choleskyBlock(matrix.address, size, start, work);
    if (failed > 0) return failed;
    const behind = size - start - factorColumns;
    for (let from = 0; from < behind; ) {
      const to = lastRow(from, behind, factorColumns);
      kernels.choleskyUpdate(matrix.address, size, start, from, to, work);
      from = to;
      if (from * from * factorColumns > operationsPerPause / 2) yield;
    }
  }
  return 0;
}

/** Lower triangle of C (rows x rows) += A A^T with A rows x columns, to the bits of the kernel `symmetricProduct`. */
export function* symmetricProductSteps(A: Vector, C: Vector, rows: number, columns: number, scope: Scope): Pausing<void> {
  const { kernels } = scope;
  const work = scope.bytes(kernels.symmetricProductWorkspace(rows, rows, columns));
  const each = partsPerPause((rows * rows * productSteps) / 2);
  let done = 0;
  for (let p = 0; p < columns; p += productSteps) {
    for (let from = 0; from < rows; ) {
      const to = lastRow(from, rows, productSteps);
      kernels.symmetricProductPart(A.address, C.address, rows, columns, p, from, to, work);
      from = to;
      if (from < rows) yield;
    }
    if (++done % each === 0) yield;
  }
}
