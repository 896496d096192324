/** A sum whose rounding errors are added up beside it (Knuth's two-sum): as if summed in twice the digits. */
export class CompensatedSum {
  private sum = 0;
  private error = 0;

  add(term: number): void {
    const total = this.sum + term;
    const rest = total - this.sum;
    this.error += this.sum - (total - rest) + (term - rest);
    this.sum = total;
  }

  get value(): number {
    return this.sum + this.error;
  }
}

/** x^T y, off by a few units of rounding of sum |x_i y_i|, whatever the length. */
export function compensatedDot(x: Float64Array, y: Float64Array): number {
  const sum = new CompensatedSum();
  for (let i = 0; i < x.length; i++) sum.add(x[i] * y[i]);
  return sum.value;
}
