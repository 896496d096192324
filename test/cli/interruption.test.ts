import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { type exitCodes, hearSignals, Interruption, interruptedCode } from '../../src/cli/interruption.js';
import { root } from '../support/source-files.js';
import { workspace } from './harness.js';

/** A process that keeps its listeners and notes how it is ended. */
function fakeProcess() {
  const listeners = new Map<string, () => void>();
  const ends: number[] = [];
  const process = {
    on: (name: string, listener: () => void) => listeners.set(name, listener),
    exit: (code: number) => ends.push(code),
  };
  return { process: process as never, ends, send: (name: keyof typeof exitCodes) => listeners.get(name)?.() };
}

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s aborts with its exit code %i, and ends the process at once the second time', (name, code) => {
    const { process, ends, send } = fakeProcess();
    const signal = hearSignals(process);
    expect(signal.aborted).toBe(false);
    send(name);
    expect(signal.aborted).toBe(true);
    expect(interruptedCode(signal)).toBe(code);
    expect(ends).toEqual([]);
    send(name);
    expect(ends).toEqual([code]);
  });

  it('of another kind end the process at once, too, and the first one stays the reason', () => {
    const { process, ends, send } = fakeProcess();
    const signal = hearSignals(process);
    send('SIGINT');
    send('SIGTERM');
    expect(ends).toEqual([143]);
    expect(interruptedCode(signal)).toBe(130);
  });

  it('without a reason of ours count as an interrupt', () => {
    expect(interruptedCode(AbortSignal.abort())).toBe(130);
    expect(interruptedCode(AbortSignal.abort(new Interruption(143)))).toBe(143);
  });
});

describe('cvxnn train ended by a signal', () => {
  beforeAll(() => ensureBuild());

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s writes the best network so far and exits with %i', async (name, code) => {
    const place = workspace();
    const rows = Array.from({ length: 400 }, (_, k) => {
      const x = Array.from({ length: 8 }, (__, j) => Math.sin(12.9898 * (k * 8 + j) + 78.233) * 10);
      return [...x, Math.abs(x[0]) + x[1] * Math.sin(x[2])].map((entry) => entry.toFixed(5)).join(',');
    });
    writeFileSync(place.at('t.csv'), `a,b,c,d,e,f,g,h,y\n${rows.join('\n')}\n`);
    const out = place.at('m.json');
    const args = ['train', place.at('t.csv'), '--target', 'y', '--out', out, '--patterns', 'certified', '--tolerance', '1e-9'];
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.mjs'), ...args, '--beta', '0.01'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    // A plain line of progress says that there is a network.
    while (!said.includes('objective')) await once(child.stderr, 'data');
    child.kill(name);
    const [ended] = await once(child, 'exit');
    expect(ended, said).toBe(code);
    expect(existsSync(out)).toBe(true);
    expect(JSON.parse(readFileSync(out, 'utf8')).training.status).toBe('interrupted');
    expect(readdirSync(place.folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});
