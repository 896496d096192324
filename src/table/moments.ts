/** Running mean and sum of squared deviations (Welford 1962), the least value, and whether all were the same. */
export class Moments {
  count = 0;
  mean = 0;
  constant = true;
  least = Number.POSITIVE_INFINITY;
  private first = 0;
  /** Sum of squared deviations from the mean. */
  squares = 0;

  add(value: number): void {
    if (this.count++ === 0) this.first = value;
    if (value !== this.first) this.constant = false;
    if (value < this.least) this.least = value;
    const step = value - this.mean;
    this.mean += step / this.count;
    this.squares += step * (value - this.mean);
  }

  /** Over `rows` rows, those without a value at the mean; 1 for constants. */
  scale(rows: number): number {
    const scale = Math.sqrt(this.squares / rows);
    return this.constant || !(scale > 0) ? 1 : scale;
  }
}
