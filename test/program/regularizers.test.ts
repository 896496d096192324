import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { ConeGroupNorm } from '../../src/program/regularizers.js';
import { expectWithin, numbers } from '../support/kernel-harness.js';
import { naiveProjection, normPlain, type PlainCone, randomCone } from '../support/naive-cones.js';
import { packBits } from '../support/naive-masked.js';

const d = 3;
const blocks = 6;

function open(withCones: boolean) {
  const scope = new Scope(openKernelsSync());
  const plain: PlainCone[] = Array.from({ length: blocks }, (_, b) => randomCone('generic', 8, d, b + 1));
  const placed = plain.map(({ rows, signs }) => ({
    rows: scope.copyIn(rows.flat()),
    inverseNorms: scope.copyIn(rows.map((row) => 1 / normPlain(row))),
    count: rows.length,
    bits: scope.copyInBytes(packBits(1, rows.length, (_, k) => signs[k] > 0).bytes),
  }));
  const regularizer = new ConeGroupNorm(blocks, d, withCones ? (block) => placed[block] : null, scope);
  const project = (z: Float64Array, b: number) => {
    const own = z.subarray(b * d, (b + 1) * d);
    return withCones ? naiveProjection(plain[b], own) : own.slice();
  };
  return { scope, regularizer, project };
}

describe.each([true, false])('ConeGroupNorm, cones: %s', (withCones) => {
  it('has value, prox, active blocks and dual norm of the definition, call after call', () => {
    const { scope, regularizer, project } = open(withCones);
    const out = scope.vector(blocks * d);
    for (let call = 1; call <= 10; call++) {
      const z = numbers(blocks * d, call, 2);
      const step = [0.1, 0.8, 3][call % 3];
      const sizes = Array.from({ length: blocks }, (_, b) => normPlain(project(z, b)));
      regularizer.prox(scope.copyIn(z), step, out);
      const expected = Float64Array.from({ length: blocks * d }, (_, at) => {
        const b = Math.floor(at / d);
        return sizes[b] > step ? (1 - step / sizes[b]) * project(z, b)[at % d] : 0;
      });
      expectWithin(scope.copyOut(out), expected, 1e-12);
      expect(Array.from(regularizer.active())).toEqual([...sizes.keys()].filter((b) => sizes[b] > step));
      const shrunk = sizes.reduce((sum, size) => sum + Math.max(0, size - step), 0);
      expect(Math.abs(regularizer.value(out) - shrunk)).toBeLessThanOrEqual(1e-12);
      expect(Math.abs(regularizer.dualNorm(scope.copyIn(z)) - Math.max(...sizes))).toBeLessThanOrEqual(1e-12);
      for (const b of regularizer.active()) {
        const room = scope.vector(d * d);
        const columns = regularizer.factor(b, room);
        expect(columns).toBeLessThanOrEqual(regularizer.rank(b));
        const R = scope.copyOut(room);
        const form = regularizer.shrinkage(b, room);
        expect(form.removed).toBeGreaterThanOrEqual(0);
        expect(Math.abs(form.shrink - step / sizes[b])).toBeLessThanOrEqual(1e-12);
        // J p = p for the projected point itself, scaled.
        const p = project(z, b);
        const image = new Float64Array(d);
        for (let k = 0; k < columns; k++) {
          let along = 0;
          for (let j = 0; j < d; j++) along += R[k * d + j] * p[j];
          for (let j = 0; j < d; j++) image[j] += along * R[k * d + j];
        }
        expectWithin(image, p, 1e-12 * (1 + normPlain(p)));
      }
    }
  });

  it('prox of beta R and the dual norm belong together: zero iff the dual norm is at most the step', () => {
    const { scope, regularizer } = open(withCones);
    const out = scope.vector(blocks * d);
    const z = scope.copyIn(numbers(blocks * d, 4));
    const edge = regularizer.dualNorm(z);
    regularizer.prox(z, edge * (1 + 1e-12), out);
    expect(scope.copyOut(out).every((entry) => entry === 0)).toBe(true);
    regularizer.prox(z, edge * (1 - 1e-9), out);
    expect(scope.copyOut(out).some((entry) => entry !== 0)).toBe(true);
  });
});
