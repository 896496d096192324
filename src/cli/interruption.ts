/** Why a command ends early, as the reason of its signal; shells expect 128 and the number of the signal as the exit code. */
export class Interruption extends Error {
  constructor(readonly exitCode: number) {
    super('interrupted');
  }
}

/** Signals that end a command with what it has: the interrupt key, and `docker stop`, `timeout` or `kill`. */
export const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** The exit code of a command that `signal` has ended. */
export function interruptedCode({ reason }: AbortSignal): number {
  return reason instanceof Interruption ? reason.exitCode : exitCodes.SIGINT;
}

/**
 * Hears the signals of a process: the first aborts, a second one ends the process at once, because then the user means it and the fit
 * may be between two points where it listens.
 */
export function hearSignals(process: Pick<NodeJS.Process, 'on' | 'exit'>): AbortSignal {
  const interrupt = new AbortController();
  for (const [name, code] of Object.entries(exitCodes))
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(code);
      interrupt.abort(new Interruption(code));
    });
  return interrupt.signal;
}
