import type { Scope, Vector } from '../core/scope.js';
import { patternStride } from '../patterns/patterns.js';
import { signRows } from '../patterns/sample.js';
import type { Matrix } from '../types.js';
import { CompensatedSum } from './compensated.js';
import type { MaskedGram } from './masked-gram.js';

/**
 * Rows whose products are summed plainly; these sums are added up with compensation. So the error of an entry does not grow
 * with the table: at most so many roundings, of millions of terms.
 */
export const plainRows = 96;

/** A sum and what it lost to rounding, in the arena. */
interface Accumulator {
  readonly sum: Vector;
  readonly error: Vector;
}

/** The sums of a {@link MaskedGram} in the making. */
export class GramSums {
  rows = 0;
  private readonly gates: Float64Array;
  private readonly columns: number;
  private readonly count: number;
  private readonly pairs: number;
  private readonly scope: Scope;
  private readonly blocks: Accumulator;
  private readonly targets: Accumulator;
  private readonly sum = new CompensatedSum();
  private readonly square = new CompensatedSum();

  /** @param gates - P x columns. */
  constructor(gates: Float64Array, columns: number, scope: Scope) {
    this.gates = gates;
    this.columns = columns;
    this.count = gates.length / columns;
    this.pairs = (this.count * (this.count + 1)) / 2;
    this.scope = scope;
    const accumulator = (length: number) => ({ sum: scope.zeros(length), error: scope.zeros(length) });
    this.blocks = accumulator(this.pairs * columns * columns);
    this.targets = accumulator(this.count * columns);
  }

  /** Adds rows: about n d^2 P^2 / 2 multiplications and additions, by tables of subset sums. */
  add({ data, rows, columns: d }: Matrix, y: Float64Array): void {
    this.scope.child((scope) => {
      const { kernels } = scope;
      const { count } = this;
      const most = Math.min(rows, plainRows);
      const pairs = scope.copyInIntegers(listPairs(count));
      const products = scope.vector(this.blocks.sum.length);
      const scaled = scope.vector(most * d);
      const work = scope.bytes(
        Math.max(
          kernels.maskedGramBlocksWorkspace(most, d, patternStride(most), this.pairs),
          kernels.binaryMultiplyWorkspace(count, most, d),
        ),
      );
      for (let from = 0; from < rows; from += plainRows) {
        const n = Math.min(plainRows, rows - from);
        const targets = y.subarray(from, from + n);
        scope.child(() => {
          const X = scope.copyIn(data.subarray(from * d, (from + n) * d));
          const Y = scope.copyIn(targets);
          const stride = patternStride(n);
          const bits = scope.copyInBytes(signRows(X, n, d, this.gates, scope));
          kernels.maskedGramBlocks(X.address, bits, stride, pairs, 0, products.address, n, d, this.pairs, work);
          this.keep(products, this.blocks);
          kernels.scaleRows(X.address, Y.address, scaled.address, n, d);
          kernels.binaryMultiply(bits, stride, scaled.address, products.address, count, n, d, work);
          this.keep(products, this.targets);
          this.square.add(kernels.dot(Y.address, Y.address, n));
        });
        for (const target of targets) this.sum.add(target);
      }
    });
    this.rows += rows;
  }

  /** What the rows so far have added up to. */
  total(): MaskedGram {
    const { gates, columns, count, rows, scope } = this;
    const value = ({ sum, error }: Accumulator) => {
      const lost = scope.view(error);
      return scope.copyOut(sum).map((entry, k) => entry + lost[k]);
    };
    const [blocks, targets] = [value(this.blocks), value(this.targets)];
    return { gates, columns, count, blocks, targets, rows, sum: this.sum.value, square: this.square.value };
  }

  private keep({ address }: Vector, { sum, error }: Accumulator): void {
    this.scope.kernels.addCompensated(address, sum.address, error.address, sum.length);
  }
}

/** (i, j) for j <= i, in the order of the blocks. */
function listPairs(count: number): number[] {
  const pairs: number[] = [];
  for (let i = 0; i < count; i++) for (let j = 0; j <= i; j++) pairs.push(i, j);
  return pairs;
}
