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

const TERMINAL_INTERVAL = 80;
const LOG_INTERVAL = 5000;

/** A line that shows objective, bound and gap closing: overwritten on a terminal, one every five seconds in a log. */
export class ProgressLine {
  private last = Number.NEGATIVE_INFINITY;
  private shown = false;

  constructor(
    private readonly console: Console,
    private readonly now: () => number = () => performance.now(),
  ) {
    if (!console.terminal) this.last = now();
  }

  show(event: ProgressEvent): void {
    const time = this.now();
    if (time - this.last < (this.console.terminal ? TERMINAL_INTERVAL : LOG_INTERVAL)) return;
    this.last = time;
    const text = progressText(event);
    this.console.err(this.console.terminal ? `\r${text}\u001b[K` : `${text}\n`);
    this.shown = this.console.terminal;
  }

  /** Removes the line, so that what follows starts clean. */
  clear(): void {
    if (this.shown) this.console.err('\r\u001b[K');
    this.shown = false;
  }
}

function progressText({ stage, iteration, objective, lowerBound, relativeGap }: ProgressEvent): string {
  const what = stage === 'select' ? 'choosing beta' : stage === 'train' ? 'training' : stage;
  return `${what}, step ${iteration}: objective ${short(objective)}, bound ${short(lowerBound)}, gap ${short(relativeGap, 2)}`;
}

/** A number for people: `digits` significant ones; `-` for none. */
export function short(value: number | null | undefined, digits = 7): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  return String(Number(value.toPrecision(digits)));
}
