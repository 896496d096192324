import { describe, expect, it } from 'vitest';
import { run, runNode, said, tool } from '../support/commands.js';

describe('the sources', () => {
  it('are formatted and pass the linter', () => {
    const result = runNode([tool('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '--colors=off']);
    expect(result.status, said(result)).toBe(0);
  });

  it.each(['tsconfig.json', 'assembly/tsconfig.json'])('pass the type check of %s', (project) => {
    const result = runNode([tool('typescript', 'bin/tsc'), '--noEmit', '--pretty', 'false', '-p', project]);
    expect(result.status, said(result)).toBe(0);
  });

  it('of generated files are not in git', () => {
    const result = run('git', ['ls-files', 'dist', 'build', 'coverage', 'src/core/wasm.ts']);
    expect(result.stdout).toBe('');
  });
});
