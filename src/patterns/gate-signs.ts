import type { Scope, Vector } from '../core/scope.js';
import { ArgumentError } from '../errors.js';
import { patternStride } from './patterns.js';
import { signRows } from './sample.js';

const epsilon = 2.220446049250313e-16;
const splitter = 134217729; // 2^27 + 1

/** The sign of a row under a gate, and whether rounding could have turned it. */
interface Sign {
  /** As prediction adds it up. */
  readonly open: boolean;
  readonly certain: boolean;
}

/**
 * The signs of gates on given rows as prediction computes them, which are the bits of their patterns. A gate one of whose
 * signs rounding decides opens other rows in prediction than in the proof of a bound: no such gate may be part of a network.
 */
export class GateSigns {
  private readonly data: Float64Array;

  /** @param rows - as prediction multiplies them with gates, samples x columns; the arena may hold them scaled by a power of two. */
  constructor(
    private readonly rows: Vector,
    private readonly samples: number,
    private readonly columns: number,
    private readonly scope: Scope,
  ) {
    this.data = scope.copyOut(rows);
  }

  /** Bits of gates, a row of bytes each. */
  bits(gates: Float64Array): Uint8Array {
    return signRows(this.rows, this.samples, this.columns, gates, this.scope);
  }

  /** No sign of the gate is in doubt. */
  decided(gate: Float64Array): boolean {
    for (let k = 0; k < this.samples; k++) if (!this.sign(gate, k).certain) return false;
    return true;
  }

  /**
   * The gate itself where no sign is in doubt or a tie is exact, as among integers; the gate 0 where all its scores are nothing
   * but rounding, as those of a gate are that is orthogonal to all rows.
   *
   * @throws {@link ArgumentError} for another gate whose signs are lost to rounding.
   */
  settle(gate: Float64Array, index: number): Float64Array {
    let lost = -1;
    let silent = true;
    for (let k = 0; k < this.samples; k++) {
      const { open, certain } = this.sign(gate, k);
      if (certain) silent &&= this.isZero(k);
      else if (!open || this.exactSum(gate, k) !== 0) lost = k;
    }
    if (lost < 0) return gate;
    if (silent) return new Float64Array(gate.length);
    throw new ArgumentError(
      'options.patterns.gates',
      `gate ${index}, whose sign at row ${lost} is lost to rounding`,
      'gates whose scores at all rows are zero or more than rounding',
    );
  }

  private isZero(k: number): boolean {
    for (let j = 0; j < this.columns; j++) if (this.data[k * this.columns + j] !== 0) return false;
    return true;
  }

  private sign(gate: Float64Array, k: number): Sign {
    const { data, columns } = this;
    let [sum, size] = [0, 0];
    for (let j = 0; j < columns; j++) {
      const product = data[k * columns + j] * gate[j];
      sum += product;
      size += Math.abs(product);
    }
    return { open: sum >= 0, certain: Math.abs(sum) > 2 * (columns + 2) * epsilon * size || size === 0 };
  }

  private magnitude(gate: Float64Array, k: number): number {
    let size = 0;
    for (let j = 0; j < this.columns; j++) size += Math.abs(this.data[k * this.columns + j] * gate[j]);
    return size;
  }

  /** The sum in twice the precision; 0 where nothing is left of that either. */
  private exactSum(gate: Float64Array, k: number): number {
    let [high, low] = [0, 0];
    for (let j = 0; j < this.columns; j++) {
      const a = this.data[k * this.columns + j];
      const product = a * gate[j];
      const sum = high + product;
      const back = sum - high;
      low += high - (sum - back) + (product - back) + productError(a, gate[j], product);
      high = sum;
    }
    const total = high + low;
    return Math.abs(total) <= 4 * this.columns * epsilon * epsilon * this.magnitude(gate, k) ? 0 : total;
  }
}

/** a b - fl(a b), exactly, short of under- and overflow (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const [aHigh, bHigh] = [upperHalf(a), upperHalf(b)];
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function upperHalf(x: number): number {
  const big = splitter * x;
  return big - (big - x);
}

/** Whether every bit of the samples is 1. */
export function isAllOnes(bits: Uint8Array, samples: number): boolean {
  for (let k = 0; k < samples; k++) if (!((bits[k >> 3] >> (k & 7)) & 1)) return false;
  return true;
}

/** The bits of the gate 0. */
export function allOnes(samples: number): Uint8Array {
  const bits = new Uint8Array(patternStride(samples));
  for (let k = 0; k < samples; k++) bits[k >> 3] |= 1 << (k & 7);
  return bits;
}
