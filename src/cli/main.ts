import process from 'node:process';
import { hearSignals } from './interruption.js';
import { run } from './run.js';

/** Replaced by the build with the version of package.json. */
declare const __VERSION__: string;

const signal = hearSignals(process);
// A reader that closes the pipe early (head) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), __VERSION__, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  get input() {
    return process.stdin;
  },
  signal,
});
