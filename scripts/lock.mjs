// One build at a time, across processes. The lock is a directory that appears with its owner's process id already inside (a rename onto a
// non-empty directory fails), so that there is no moment at which it is held by nobody known.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './stamp.mjs';

const longestBuild = 10 * 60 * 1000;

function take(lock) {
  const draft = `${lock}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'pid'), String(process.pid));
  try {
    renameSync(draft, lock);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Moves a lock away whose owner was killed. The grave keeps the owner's id, so that a second mourner cannot
 * take a new lock for the dead one; graves are cleared by whoever builds next. */
function clearDead(lock) {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    if (isAlive(pid) && Date.now() - statSync(lock).mtimeMs < longestBuild) return;
    renameSync(lock, `${lock}.dead.${pid}`);
  } catch {
    // Released or cleared by another process in the meantime.
  }
}

/** Runs `body` while no other process runs one under the same name. */
export async function withLock(body, name = 'build') {
  const lock = join(root, 'build', `${name}.lock`);
  while (!take(lock)) {
    clearDead(lock);
    await sleep(100);
  }
  try {
    return await body();
  } finally {
    for (const file of readdirSync(dirname(lock)))
      if (file.startsWith(`${name}.lock.dead.`)) rmSync(join(dirname(lock), file), { recursive: true, force: true });
    rmSync(lock, { recursive: true, force: true });
  }
}
