import type { ProgressEvent } from '../tabular/estimators.js';

/** Where a command speaks to: the process, or a test. */
export interface Console {
  /** Results; JSON where asked for. */
  out(text: string): void;
  /** Progress, notes, errors. */
  err(text: string): void;
  /** Whether `err` is a terminal that can overwrite a line. */
  readonly terminal: boolean;
  /** Width of the terminal that `out` goes to, where it is one. */
  readonly columns?: number;
  /** What `-` reads. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Fires when the user interrupts. */
  readonly signal: AbortSignal;
}

const terminalInterval = 80;
/** Lines in a log are at least so far apart, and by a share of the time that the work has taken: hours do not fill it. */
const logInterval = 5000;
const logShare = 0.1;
/** The time left is told once so much is done, and so much time has passed. */
const leastFraction = 0.02;
const leastTime = 1000;
const usualColumns = 80;

/** A line that shows what is done and the gap closing: overwritten on a terminal, now and then a new one in a log. */
export class ProgressLine {
  private last = Number.NEGATIVE_INFINITY;
  private shown = false;
  private readonly start: number;

  constructor(
    private readonly console: Console,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.start = now();
    if (!console.terminal) this.last = this.start;
  }

  show(event: ProgressEvent): void {
    const time = this.now();
    const { terminal, columns = usualColumns } = this.console;
    const elapsed = time - this.start;
    if (time - this.last < (terminal ? terminalInterval : Math.max(logInterval, logShare * elapsed))) return;
    this.last = time;
    const text = progressText(event, elapsed);
    // A line that wraps could not be overwritten.
    this.console.err(terminal ? `\r${text.slice(0, Math.max(20, columns - 1))}\u001b[K` : `${text}\n`);
    this.shown = terminal;
  }

  /** Removes the line, so that what follows starts clean. */
  clear(): void {
    if (this.shown) this.console.err('\r\u001b[K');
    this.shown = false;
  }
}

function progressText(event: ProgressEvent, elapsed: number): string {
  const { stage, iteration, objective, fraction, beta, fold, folds } = event;
  const what = stage === 'select' ? 'choosing beta' : stage === 'train' ? 'training' : stage;
  const gap = short(event.patternGap ?? event.relativeGap, 2);
  if (fraction === undefined) {
    const bound = short(event.patternBound ?? event.lowerBound);
    return `${what}, step ${iteration}: objective ${short(objective)}, bound ${bound}, gap ${gap}`;
  }
  const left =
    fraction >= leastFraction && fraction < 1 && elapsed >= leastTime
      ? `, about ${duration((elapsed * (1 - fraction)) / fraction)} left`
      : '';
  const tried = beta === undefined ? '' : `beta ${short(beta, 3)}${fold === undefined ? '' : `, fold ${fold} of ${folds}`}, `;
  return `${what}, ${Math.floor(100 * fraction)} % done${left}: ${tried}step ${iteration}, objective ${short(objective, 5)}, gap ${gap}`;
}

/** Milliseconds for people. */
function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** A number for people: `digits` significant ones; `-` for none. */
export function short(value: number | null | undefined, digits = 7): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  return String(Number(value.toPrecision(digits)));
}
