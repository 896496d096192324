import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeTree } from '../../src/certificate/multipliers.js';
import { type CertificateFile, dualMaximum, relu, trainSync, verifyCertificate } from '../../src/index.js';
import { claimOf } from '../../src/verify/cones.js';
import { expressRows } from '../../src/verify/rows.js';
import { numbers } from '../support/kernel-harness.js';
import { proofOf, signs, table } from './proofs.js';

/** Everything in a certificate that is a number, as paths. */
function numberPaths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => numberPaths(entry, [...path, key]));
}

type Tree = Record<string | number, unknown>;

function place(file: unknown, path: readonly (string | number)[]): Tree {
  return path.slice(0, -1).reduce((at, step) => at[step] as Tree, file as Tree);
}

/** The tree that writeTree finds where there is one, else null. */
function treeFor(X: number[][], lambda: Float64Array, sign: 1 | -1, constraint: number) {
  const rows = expressRows(Float64Array.from(X.flat()), X[0].length, null, []);
  if (!rows) throw new Error('rows');
  const search = writeTree(claimOf(rows, lambda, sign, 0, constraint), new Uint8Array(0));
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

describe('no false claim is accepted', () => {
  const { X, y } = table(14, 2, 5);
  for (const [loss, targets] of [
    ['squared', y],
    ['logistic', signs(y)],
  ] as const) {
    const options = { beta: 0.2, loss, patterns: 'certified' } as const;
    const { proof } = proofOf(X, targets, options);
    const paths = numberPaths(proof);
    const best = trainSync(relu(), X, targets, { ...options, patterns: 'all', tolerance: 1e-9 }).certificate;

    it(`with any number changed: ${loss}`, () => {
      let accepted = 0;
      const value = fc.oneof(
        fc.double({ noNaN: true, min: -2, max: 2 }),
        fc.constantFrom(0, 1, -1, 1e300, -1e300, 1e-300, 0.1),
        fc.double(),
      );
      const change = fc.tuple(fc.nat(paths.length - 1), fc.constantFrom('set', 'scale', 'nudge'), value);
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
          const file = structuredClone(proof);
          for (const [index, how, by] of changes) {
            const path = paths[index];
            const at = place(file, path);
            const old = at[path[path.length - 1]] as number;
            at[path[path.length - 1]] = how === 'set' ? by : how === 'scale' ? old * (1 + by / 10) : old + by * 1e-7;
          }
          let found: ReturnType<typeof verifyCertificate>;
          try {
            found = verifyCertificate(file, X, targets);
          } catch {
            return;
          }
          accepted++;
          // It may have become another certificate of the same problem; a larger beta only raises the optimum.
          if (file.problem.beta === options.beta) expect(found.lowerBound).toBeLessThanOrEqual(best.objective * (1 + 1e-12));
          expect(file.problem.loss).toBe(loss);
        }),
        { numRuns: 1500 },
      );
      // Loose slopes and neurons that cost less are there: the test sees accepted ones too.
      expect(accepted).toBeGreaterThan(10);
    });

    it(`a bound above the optimum, with the best dual point there is: ${loss}`, () => {
      const [output] = proof.outputs;
      for (const excess of [1e-12, 1e-9, 1e-6, 1e-3]) {
        const claim = { ...proof.claim, lowerBound: best.objective * (1 + excess) };
        for (const scale of [1, 1 + 1e-6, 1 + 1e-3]) {
          const own = { ...output, scale: output.scale * scale, constraint: (output.constraint * (1 - 1e-9)) / scale };
          expect(() => verifyCertificate({ ...proof, claim, outputs: [own] } satisfies CertificateFile, X, targets)).toThrow();
        }
      }
    });
  }

  it('a constraint below the maximum has no tree, however it is cut; one above it has', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const rows = table(9, 1 + (seed % 3), seed).X;
      const lambda = numbers(9, seed + 50);
      const { value, sign, exact } = await dualMaximum(rows, lambda, { bias: false });
      expect(exact && value > 0).toBe(true);
      for (const share of [1 - 1e-3, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12])
        expect(treeFor(rows, lambda, sign, value * share)).toBeNull();
      expect(treeFor(rows, lambda, sign, value * (1 + 1e-6))).not.toBeNull();
    }
  });
});
