import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { runNode, said } from '../support/commands.js';
import { root } from '../support/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'cvxnn-build-'));
const lockName = `test-${process.pid}`;
const lock = join(root, 'build', `${lockName}.lock`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = (file: string): string => JSON.stringify(pathToFileURL(join(root, 'scripts', file)).href);

/** Starts a module in a process of its own. @returns its exit code, when it ends. */
function start(source: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => child.on('close', resolve));
}

describe('the build', () => {
  it('is left alone when it is current, and says nothing', async () => {
    await ensureBuild();
    const result = runNode(['scripts/ensure-build.mjs']);
    expect(result.status, said(result)).toBe(0);
    expect(result.stdout + result.stderr).toBe('');
  });

  it('runs once at a time: no process enters before the one inside has left', async () => {
    const journal = join(folder, 'journal');
    const source = `import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { withLock } from ${script('lock.mjs')};
for (let i = 0; i < 3; i++) await withLock(async () => {
  appendFileSync(${JSON.stringify(journal)}, 'in ');
  await setTimeout(20);
  appendFileSync(${JSON.stringify(journal)}, 'out ');
}, '${lockName}');`;
    expect(await Promise.all([start(source), start(source), start(source)])).toEqual([0, 0, 0]);
    expect(readFileSync(journal, 'utf8')).toBe('in out '.repeat(9));
  });

  it('does not wait for an owner that was killed', async () => {
    mkdirSync(lock, { recursive: true });
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.on('close', resolve));
    writeFileSync(join(lock, 'pid'), String(dead.pid));
    const marker = join(folder, 'marker');
    const source = `import { writeFileSync } from 'node:fs';
import { withLock } from ${script('lock.mjs')};
await withLock(() => writeFileSync(${JSON.stringify(marker)}, 'here'), '${lockName}');`;
    expect(await start(source)).toBe(0);
    expect(readFileSync(marker, 'utf8')).toBe('here');
  });

  it('opens the lock again when the body throws', async () => {
    const source = `import { withLock } from ${script('lock.mjs')};
await withLock(() => { throw new Error('x'); }, '${lockName}').catch(() => {});
await withLock(() => {}, '${lockName}');`;
    expect(await start(source)).toBe(0);
  });
});
