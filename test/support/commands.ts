import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './source-files.js';

/** Runs a program without a shell or an input, and keeps what it prints. */
export const run = (command: string, args: readonly string[], cwd = root): SpawnSyncReturns<string> =>
  spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });

export const runNode = (args: readonly string[], cwd = root): SpawnSyncReturns<string> => run(process.execPath, args, cwd);

/** A program of a development dependency by its file, which works without PATH or a shell. */
export const tool = (name: string, path: string): string => join(root, 'node_modules', name, path);

/** What a failed command had to say, as the message of the assertion. */
export const said = ({ stdout, stderr }: SpawnSyncReturns<string>): string => `${stdout}\n${stderr}`.trim().slice(-4000);
