import fc from 'fast-check';

/** One thing to fuzz. Inputs are plain JSON, so that a found one can be kept in the corpus and replayed. */
export interface Target<Input = unknown> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** Throws where the library did wrong; the message says what. */
  check(input: Input): Promise<void>;
}

/** An input that broke a target, shrunk. */
export interface Found {
  readonly target: string;
  readonly message: string;
  readonly input: unknown;
}

/** A wrong answer: what a check throws. */
export class Wrong extends Error {
  override readonly name = 'Wrong';
}

/** @throws {@link Wrong} with the message unless the condition holds. */
export function hold(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new Wrong(typeof message === 'string' ? message : message());
}

/** What JSON keeps of an input: the checks see nothing else. */
export const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/**
 * Draws inputs until the time is over or one breaks the target, which is then shrunk.
 *
 * @param milliseconds - for all of it, shrinking included; infinite with `runs`.
 * @param before - called with every input before it is checked, so that a watcher knows what hangs.
 * @returns what broke, or null; and how many inputs were checked.
 */
export async function search<Input>(
  target: Target<Input>,
  { milliseconds, runs = Number.MAX_SAFE_INTEGER, seed }: { milliseconds?: number; runs?: number; seed: number },
  before: (input: Input) => void = () => {},
): Promise<{ found: Found | null; checked: number }> {
  let checked = 0;
  const property = fc.asyncProperty(target.inputs, async (drawn) => {
    const input = asJson(drawn);
    before(input);
    checked++;
    await target.check(input);
  });
  const result = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(milliseconds !== undefined && { interruptAfterTimeLimit: milliseconds, markInterruptAsFailure: false }),
  });
  if (!result.failed || result.counterexample === null) return { found: null, checked };
  const [input] = result.counterexample;
  const error = result.errorInstance;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { found: { target: target.name, message, input: asJson(input) }, checked };
}
