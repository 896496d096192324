/** Moves a vector of weights against its gradient; one instance a vector, which it keeps its state about. */
export interface Optimizer {
  move(at: Float64Array, gradient: Float64Array, rate: number): void;
}

/** w <- w - rate g; with momentum mu: v <- mu v + g, w <- w - rate v. */
export class Momentum implements Optimizer {
  private readonly velocity: Float64Array;
  private readonly mu: number;

  constructor(length: number, mu: number) {
    this.velocity = new Float64Array(length);
    this.mu = mu;
  }

  move(at: Float64Array, gradient: Float64Array, rate: number): void {
    const { velocity, mu } = this;
    for (let i = 0; i < at.length; i++) {
      velocity[i] = mu * velocity[i] + gradient[i];
      at[i] -= rate * velocity[i];
    }
  }
}

/** First and second moments of Adam (0.9, 0.999, 1e-8), with their corrections. */
export class Adam implements Optimizer {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private decay1 = 1;
  private decay2 = 1;

  constructor(length: number) {
    this.first = new Float64Array(length);
    this.second = new Float64Array(length);
  }

  move(at: Float64Array, gradient: Float64Array, rate: number): void {
    const { first, second } = this;
    this.decay1 *= 0.9;
    this.decay2 *= 0.999;
    const size = rate / (1 - this.decay1);
    const correction = 1 / (1 - this.decay2);
    for (let i = 0; i < at.length; i++) {
      first[i] += 0.1 * (gradient[i] - first[i]);
      second[i] += 0.001 * (gradient[i] * gradient[i] - second[i]);
      at[i] -= (size * first[i]) / (Math.sqrt(second[i] * correction) + 1e-8);
    }
  }
}
