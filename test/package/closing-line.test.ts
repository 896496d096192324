import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TestModule } from 'vitest/node';
import CountReporter from '../support/count-reporter.js';

const folder = mkdtempSync(join(tmpdir(), 'cvxnn-count-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A test file as vitest reports it, as far as the reporter looks. */
function module(state: string, states: readonly string[]): TestModule {
  const tests = states.map((own) => ({ result: () => ({ state: own }) }));
  return { state: () => state, children: { allTests: () => tests } } as unknown as TestModule;
}

describe('the counts behind the closing line', () => {
  it('take in every test, a file that could not be loaded, and errors outside the tests', () => {
    const path = join(folder, 'counts.json');
    vi.stubEnv('CVXNN_TEST_COUNTS', path);
    const modules = [
      module('passed', ['passed', 'passed', 'skipped', 'pending']),
      module('failed', ['passed', 'failed', 'failed']),
      module('failed', []),
    ];
    new CountReporter().onTestRunEnd(modules, [new Error('outside')]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ passed: 3, failed: 4, skipped: 2 });
  });

  it('are written only where asked for', () => {
    vi.stubEnv('CVXNN_TEST_COUNTS', '');
    expect(() => new CountReporter().onTestRunEnd([module('passed', ['passed'])], [])).not.toThrow();
  });
});
