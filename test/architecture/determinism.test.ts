import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { lineOf, parse, root, sourceFiles, walk } from '../support/source-files.js';

/** Exact in every engine by the language's definition, as the constants are. All other functions of Math may differ in the last bit. */
const exactMath = ['abs', 'sqrt', 'min', 'max', 'floor', 'ceil', 'round', 'trunc', 'sign', 'fround', 'imul', 'clz32'];
const clocks = ['Date', 'performance'];

/** Names that stand for a global: not a property, not a key. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    !(ts.isPropertyAccessExpression(parent) && parent.name === node) && !(ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** `new Date(0)` and `instanceof Date` read no clock. */
function readsNoClock({ parent }: ts.Identifier): boolean {
  return ts.isNewExpression(parent)
    ? (parent.arguments?.length ?? 0) > 0
    : ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
}

/** What in a file could give other bits in another engine, at another time or in another run. */
function hazards(path: string, text?: string): string[] {
  const found: string[] = [];
  walk(parse(path, text), (node) => {
    const report = (what: string) => found.push(`${path}:${lineOf(node)} ${what}`);
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'Math') {
      const { text: name } = node.name;
      if (!exactMath.includes(name) && !/^[A-Z][A-Z0-9_]*$/.test(name)) report(`Math.${name}`);
    } else if (ts.isIdentifier(node) && node.text === 'Math' && !ts.isPropertyAccessExpression(node.parent))
      report('Math as a value');
    if (node.kind === ts.SyntaxKind.AsteriskAsteriskToken || node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken)
      report('**');
    if (ts.isIdentifier(node) && clocks.includes(node.text) && isFreeName(node) && !readsNoClock(node)) report(node.text);
    if (ts.isIdentifier(node) && node.text === 'crypto' && isFreeName(node)) report('crypto');
  });
  return found;
}

/** The command line measures time; the driver of the solvers keeps the time limit. Neither number reaches a fit. */
const mayReadTheClock = (path: string): boolean =>
  path.startsWith('src/cli/') || ['src/solver/run.ts', 'src/path/plan.ts', 'src/tabular/fit.ts'].includes(path);

describe('the numeric path', () => {
  it.each(sourceFiles('src'))('%s uses only operations with one defined result', (path) => {
    const found = hazards(path).filter(
      (hazard) => !mayReadTheClock(path) || !clocks.some((clock) => hazard.endsWith(` ${clock}`)),
    );
    expect(found).toEqual([]);
  });

  it('is checked by a test that sees', () => {
    const text =
      'const a = Math.exp(1) + 2 ** 3 + Math.sqrt(2);\nlet b = Date.now();\nconst { pow } = Math;\nb **= 2;\nconst c = { Date: x.performance };\nMath.random();\nnew Date();\nnew Date(0) instanceof Date;';
    expect(hazards('x.ts', text)).toEqual([
      'x.ts:1 Math.exp',
      'x.ts:1 **',
      'x.ts:2 Date',
      'x.ts:3 Math as a value',
      'x.ts:4 **',
      'x.ts:6 Math.random',
      'x.ts:7 Date',
    ]);
  });
});

/** Kernels: on top of that, what would allocate, fail or remember. (A pow there may even be folded with the building machine's own.) */
function kernelHazards(path: string, text?: string): string[] {
  const file = parse(path, text);
  const found = hazards(path, text);
  walk(file, (node) => {
    const report = (what: string) => found.push(`${path}:${lineOf(node)} ${what}`);
    if (ts.isIdentifier(node) && /^(Mathf|NativeMathf?|heap|StaticArray|Array|Map|Set)$/.test(node.text)) report(node.text);
    if (ts.isIdentifier(node) && /relaxed/.test(node.text)) report(node.text);
    if (ts.isNewExpression(node)) report('new');
    if (ts.isThrowStatement(node)) report('throw');
    if (ts.isDecorator(node)) report('decorator');
  });
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if (!(statement.declarationList.flags & ts.NodeFlags.Const)) found.push(`${path}:${lineOf(statement)} mutable global`);
  }
  return found;
}

describe('kernels', () => {
  it.each(sourceFiles('assembly'))('%s neither allocates, throws, keeps state nor calls inexact functions', (path) => {
    expect(kernelHazards(path)).toEqual([]);
  });

  it('are checked by a test that sees', () => {
    const text =
      'let state: f64 = 0;\nconst fine = 1;\nfunction f(): void { throw new Error("x"); }\nconst p = NativeMath.pow(2, 3) ** 2;';
    expect(kernelHazards('k.ts', text).sort()).toEqual([
      'k.ts:1 mutable global',
      'k.ts:3 new',
      'k.ts:3 throw',
      'k.ts:4 **',
      'k.ts:4 NativeMath',
    ]);
  });

  it('need nothing from outside, and keep no table or start function', () => {
    const module = new WebAssembly.Module(readFileSync(join(root, 'build', 'core.wasm')));
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const kinds = WebAssembly.Module.exports(module).filter(({ kind }) => kind !== 'function' && kind !== 'memory');
    expect(kinds).toEqual([]);
  });
});
