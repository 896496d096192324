import { spawnSync } from 'node:child_process';

/** What a command prints. @throws Error when it fails or is over `limit` seconds. */
export function output(
  command: string,
  args: readonly string[],
  { limit, environment = {} }: { readonly limit?: number; readonly environment?: Readonly<Record<string, string>> } = {},
): string {
  const { status, signal, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
    timeout: limit === undefined ? undefined : 1000 * limit,
    killSignal: 'SIGKILL',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? status}`);
  return stdout.trim();
}

/** Of a task in this process. */
export function timed<T>(work: () => T): { readonly result: T; readonly user: number; readonly wall: number } {
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  const result = work();
  return { result, user: process.cpuUsage(cpu).user / 1e6, wall: (performance.now() - clock) / 1000 };
}
