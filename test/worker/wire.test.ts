import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { decode, encode } from '../../src/worker/wire.js';
import { families } from '../support/every-family.js';
import { taskOf } from '../support/family-task.js';

/** What a message goes through: structured cloning between the two sides. */
const across = (value: unknown): unknown => decode(structuredClone(encode(value)));

describe('what crosses to a worker', () => {
  it('values that cloning carries arrive as they are, nested as they were', () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.float64Array({ maxLength: 4 }),
      fc.int32Array({ maxLength: 4 }),
      fc.uint8Array({ maxLength: 4 }),
    );
    const keys = fc.string({ minLength: 1, maxLength: 6 }).filter((key) => key !== '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(across(value)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('maps of class weights arrive with their keys of every kind', () => {
    const weights = new Map<unknown, number>([
      ['a', 1],
      [2, 0.5],
      [true, 0],
    ]);
    expect(across({ classWeight: weights })).toEqual({ classWeight: weights });
  });

  it.each(families)('family $name: the other side trains the same network', (entry) => {
    const architecture = entry.architecture();
    const again = across({ architecture }) as { architecture: library.Architecture };
    expect(again.architecture.name).toBe(architecture.name);
    expect(again.architecture.recipe).toEqual(architecture.recipe);
    const { X, y, options } = taskOf(entry);
    const loose = { ...options, beta: 1, tolerance: 1e-2, maxIterations: 20 };
    const [here, there] = [architecture, again.architecture].map((family) => library.trainSync(family, X, y, loose));
    expect(JSON.stringify(there.network)).toBe(JSON.stringify(here.network));
    expect(there.certificate).toEqual(here.certificate);
    // And back: the result with its network, certificate, patterns and blocks.
    const back = across(here) as library.TrainResult;
    expect(back.network).toBeInstanceOf(here.network.constructor);
    expect(back.network.predict(X)).toEqual(here.network.predict(X));
    expect(back.state).toEqual(here.state);
    expect(back.beta).toBe(here.beta);
  });

  const errors: readonly Error[] = [
    new library.ArgumentError('X[1][2]', 'NaN', 'a finite number'),
    new library.NotFittedError('predict'),
    new library.ModelFormatError('network.version', 'is 2', 2, 1),
    new library.CertificateError('its bound is above its objective'),
    new library.InfeasibleError('no generator reaches the moments'),
    new library.UnsupportedRuntimeError('no SIMD'),
    new TypeError('of the platform'),
    new Error('plain', { cause: new library.ArgumentError('y', 'empty', 'at least one entry') }),
  ];
  it.each(errors)('the error %s keeps class, message, fields and cause', (error) => {
    const again = across(error) as Error;
    expect(again).toBeInstanceOf(Error);
    expect(again.message).toBe(error.message);
    expect(again.name).toBe(error.name);
    if (error instanceof library.CvxnnError) {
      expect(again).toBeInstanceOf(error.constructor);
      expect({ ...again }).toEqual({ ...error });
    }
    if (error.cause instanceof Error) {
      expect((again.cause as Error).message).toBe(error.cause.message);
      expect(again.cause).toBeInstanceOf(library.ArgumentError);
    }
  });

  it('an abort brings its result along', () => {
    const result = library.trainSync(library.relu(), [[1], [2], [-1]], [1, 2, 0], { beta: 0.1 });
    const again = across(new library.AbortedError('enough', result)) as library.AbortedError<library.TrainResult>;
    expect(again).toBeInstanceOf(library.AbortedError);
    expect(again.cause).toBe('enough');
    expect((again.result as library.TrainResult).network.predict([[3]])).toEqual(result.network.predict([[3]]));
  });

  it('refuses to make what no recipe names, and names no class that is not exported', () => {
    const message = (recipe: unknown) => ({ $cvxnn: 'family', recipe });
    for (const name of ['trainSync', 'constructor', 'toString', '__proto__', '', 'ReLURegressor', 'Function']) {
      expect(() => decode(message([name])), name).toThrow(library.ArgumentError);
    }
    expect(() => decode(message(['leakyRelu', 7]))).toThrow(/^slope is 7/);
    const odd = decode({ $cvxnn: 'error', type: 'constructor', name: 'E', message: 'm', cause: null, fields: {} });
    expect(odd).toBeInstanceOf(Error);
    const own = { ...library.relu(), recipe: undefined };
    delete (own as { recipe?: unknown }).recipe;
    expect(() => encode(own)).toThrow(/architecture is one without a recipe/);
  });
});
