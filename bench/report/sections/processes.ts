import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

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

/** What a command of Node prints as JSON, line by line as it comes. @throws Error when it fails. */
export async function* lines<Row>(args: readonly string[]): AsyncIterable<Row> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
  const code = await ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

/** Of a task in this process. */
export function timed<T>(work: () => T): { readonly result: T; readonly user: number; readonly wall: number } {
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  const result = work();
  return { result, user: process.cpuUsage(cpu).user / 1e6, wall: (performance.now() - clock) / 1000 };
}
