import { gapClosed } from '../certificate/certificate.js';
import type { FitState } from '../fit/fit.js';
import type { Progress } from '../options.js';
import type { Stage } from '../pausing.js';

/** Pauses in a row after which a listener hears that work goes on, though there is no new state. */
const pausesPerEvent = 16;
/** Rounds of column generation that count as half of the work. */
const halfOfRounds = 6;
/** Shares of the whole at which solving begins and ends; what is before and behind lists patterns, proves and concludes. */
const solvingFrom = 0.02;
const solvingTo = 0.95;

/** Tells a listener what is done of one training: the fraction only grows. */
export class ProgressTeller {
  private stage: Stage = 'patterns';
  private fraction = 0;
  private pauses = 0;
  private latest: FitState | null = null;

  /**
   * @param fit - `held`: bounds of steps are over the directions held, though patterns are none.
   * @param zeroObjective - the objective of the zero network, for events before there is another.
   */
  constructor(
    private readonly listener: ((progress: Progress) => void) | undefined,
    private readonly fit: { readonly tolerance: number; readonly maxIterations: number; readonly held: boolean },
    private readonly zeroObjective: () => number,
  ) {}

  enter(stage: Stage): void {
    this.stage = stage;
  }

  /** A pause without a new state: now and then the listener hears that work goes on. */
  wait(): void {
    if (this.listener && ++this.pauses % pausesPerEvent === 0) this.tell();
  }

  report(state: FitState): void {
    this.latest = state;
    this.pauses = 0;
    if (this.listener) this.tell();
  }

  /** The last event: all is done. */
  finish(state: FitState): void {
    this.latest = state;
    this.fraction = 1;
    if (this.listener) this.tell();
  }

  private tell(): void {
    const { latest, stage } = this;
    if (!latest) {
      const objective = this.zeroObjective();
      this.listener?.({
        ...gaps(objective, 0),
        stage,
        fraction: 0,
        iteration: 0,
        lowerBound: null,
        relativeGap: null,
        patterns: 0,
        round: 0,
      });
      return;
    }
    const { parts } = latest;
    const sum = (of: (part: FitState['parts'][number]) => number) => parts.reduce((total, part) => total + of(part), 0);
    const objective = sum((part) => part.objective);
    const bound = sum((part) => part.bound);
    // Over all patterns, where they were listed: then both bounds are one.
    const listed = !this.fit.held && parts.every(({ coverage }) => coverage === 'all');
    this.fraction = Math.max(this.fraction, this.estimate(parts));
    const known = gaps(objective, bound);
    this.listener?.({
      stage,
      fraction: this.fraction,
      iteration: sum((part) => part.iterations),
      ...known,
      lowerBound: listed ? known.patternBound : null,
      relativeGap: listed ? known.patternGap : null,
      patterns: sum((part) => part.patterns.count),
      round: sum((part) => part.rounds),
    });
  }

  /** Outputs that are solved apart count alike; the last one with any step is under way. */
  private estimate(parts: FitState['parts']): number {
    const current = Math.max(
      0,
      parts.reduce((last, { iterations }, i) => (iterations > 0 ? i : last), 0),
    );
    const { objective, bound, coverage, rounds, iterations } = parts[current];
    const { tolerance, maxIterations } = this.fit;
    const gap = gaps(objective, bound).patternGap;
    const byGap = gapClosed(gap, tolerance);
    const byRounds = rounds / (rounds + halfOfRounds);
    const own = Math.max(coverage === 'priced' || coverage === 'certified' ? byRounds : byGap, iterations / maxIterations);
    const share = (current + Math.min(1, own)) / parts.length;
    return this.stage === 'conclude' ? solvingTo : solvingFrom + (solvingTo - solvingFrom) * share;
  }
}

function gaps(objective: number, patternBound: number) {
  const patternGap = (objective - patternBound) / Math.max(Number.MIN_VALUE, Math.abs(objective));
  return { objective, patternBound, patternGap };
}
