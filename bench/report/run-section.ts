import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Outcome {
  /** Null when the process ended by itself and well. */
  readonly problem: string | null;
  readonly seconds: number;
}

/**
 * Runs a command that prints one JSON value a line, and ends it, with everything that it started, after `limit` seconds.
 *
 * @param onRow - hears of every row as it comes, so that nothing measured is lost.
 */
export function runSection(command: readonly string[], limit: number, onRow: (row: unknown) => void): Promise<Outcome> {
  const start = performance.now();
  // A group of its own, so that the whole tree can be ended.
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  }, 1000 * limit);
  createInterface({ input: child.stdout }).on('line', (line) => {
    try {
      onRow(JSON.parse(line));
    } catch {
      console.error(line);
    }
  });
  return new Promise((resolve) => {
    const end = (problem: string | null) => {
      clearTimeout(timer);
      resolve({ problem, seconds: (performance.now() - start) / 1000 });
    };
    child.on('error', ({ message }) => end(`it did not start: ${message}`));
    child.on('close', (code, signal) => {
      if (late) end(`it was ended at its limit of ${limit} s`);
      else end(code === 0 ? null : `it ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}
