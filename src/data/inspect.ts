/** What `console.log` of Node, Deno and Bun calls in place of listing every field. A method of this name prints an object as its text. */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** `gated-relu-regressor` -> `GatedReLURegressor`: the name of a class, also where a bundler has shortened the class's own. */
export function classNameOf(kind: string): string {
  return kind
    .split('-')
    .map((word) => (word === 'relu' ? 'ReLU' : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
}

/** Few digits, for people. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
