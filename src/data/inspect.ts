/** Of any object with a text of its own. */
function printed(this: object): string {
  return String(this);
}

/**
 * Lets `console.log` of Node, Deno and Bun print an object's text in place of every field. Called by constructors: a method with a computed
 * name would keep bundlers from leaving the class out.
 */
export function printAsText(object: object): void {
  Object.defineProperty(object, Symbol.for('nodejs.util.inspect.custom'), { value: printed });
}

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
