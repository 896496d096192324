import { type Scope, slice, type Vector } from '../core/scope.js';
import type { SmoothRegularizer } from './program.js';
import {
  derivativeColumns,
  packedFunction,
  packedLength,
  type Spectrum,
  SpectrumSolver,
  unpackSymmetric,
} from './symmetric-blocks.js';

/** R(Z) = sum of |eigenvalues| of symmetric blocks in packed coordinates: quadratic units (math.md 12.2). */
export class SymmetricNuclear implements SmoothRegularizer {
  private readonly scope: Scope;
  private readonly size: number;
  private readonly length: number;
  private readonly spectra: (Spectrum | null)[];
  private readonly solver: SpectrumSolver;
  private step = 0;

  constructor(blocks: number, size: number, scope: Scope) {
    this.scope = scope;
    this.size = size;
    this.length = packedLength(size);
    this.spectra = Array(blocks).fill(null);
    this.solver = new SpectrumSolver(size, scope);
  }

  value(v: Vector): number {
    let sum = 0;
    this.spectra.forEach((_, b) => {
      for (const value of this.spectrum(v, b).values) sum += Math.abs(value);
    });
    return sum;
  }

  prox(z: Vector, step: number, out: Vector): void {
    this.step = step;
    this.spectra.forEach((_, b) => {
      const spectrum = this.spectrum(z, b);
      this.spectra[b] = spectrum;
      this.scope.view(slice(out, b * this.length, this.length)).set(packedFunction(spectrum, this.shrink));
    });
  }

  active(): Int32Array {
    return Int32Array.from(this.spectra.keys()).filter((b) => this.kept(b) > 0);
  }

  factor(block: number, out: Vector): number {
    const columns = derivativeColumns(this.spectra[block] as Spectrum, this.shrink);
    columns.forEach((column, k) => {
      this.scope.view(slice(out, k * this.length, this.length)).set(column);
    });
    return columns.length;
  }

  rank(block: number): number {
    const kept = this.kept(block);
    return kept * this.size - (kept * (kept - 1)) / 2;
  }

  dualNorm(g: Vector): number {
    let most = 0;
    this.spectra.forEach((_, b) => {
      for (const value of this.spectrum(g, b).values) most = Math.max(most, Math.abs(value));
    });
    return most;
  }

  private readonly shrink = (value: number): number =>
    value > this.step ? value - this.step : value < -this.step ? value + this.step : 0;

  private kept(block: number): number {
    return this.spectra[block]?.values.filter((value) => Math.abs(value) > this.step).length ?? 0;
  }

  private spectrum(v: Vector, block: number): Spectrum {
    return this.solver.solve(unpackSymmetric(this.scope.copyOut(slice(v, block * this.length, this.length)), this.size));
  }
}
