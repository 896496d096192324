import type { Progress } from '../options.js';

type Listener = (progress: Progress) => void;

/** Where a fit stands in a plan of many. */
type Place = Pick<Progress, 'beta' | 'fold' | 'folds'>;

/** What a listener of many fits hears: the fraction is of the whole plan, and never falls. */
export class PlanProgress {
  private fraction = 0;
  private last: Progress | null = null;

  constructor(private readonly listener: Listener | undefined) {}

  /** The listener of one fit, which is the part of the plan between two fractions. */
  part(from: number, to: number, place: Place = {}): { readonly onProgress?: Listener } {
    const { listener } = this;
    if (!listener) return {};
    return {
      onProgress: (progress) => {
        this.fraction = Math.max(this.fraction, from + (to - from) * progress.fraction);
        this.last = { ...progress, ...place, fraction: this.fraction };
        listener(this.last);
      },
    };
  }

  /** Where the plan ends before all of its fits were needed, the last event says so once more with the fraction 1. */
  finish(): void {
    if (this.last && this.fraction < 1) this.listener?.({ ...this.last, stage: 'conclude', fraction: 1 });
    this.fraction = 1;
  }
}
