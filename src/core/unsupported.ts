/** The smallest module with a 128-bit instruction: a function () -> i32 that reads a lane of a constant. */
const simdProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 10, 25, 1, 23, 0, 253, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 253, 27, 0, 11,
]);

const elsewhere = 'Prediction with cvxnn/predict needs none: train elsewhere and load the saved network here';

/** Why the core does not compile here and what to do about it, from the error that the engine threw. */
export function explainRefusal(cause: unknown): string {
  if (typeof WebAssembly === 'undefined')
    return `this runtime has no WebAssembly, which training needs (it is off in Lockdown Mode and with --jitless). ${elsewhere}`;
  const text = cause instanceof Error ? cause.message : String(cause);
  // Chromium and WebKit name the directive, Firefox says "blocked by CSP".
  if (/CSP|Content.Security|unsafe-eval/i.test(text))
    return "the page's Content-Security-Policy forbids WebAssembly. Add 'wasm-unsafe-eval' to script-src; it allows no eval of JavaScript";
  // V8 without a page: workerd, edge hosts.
  if (/embedder|disallowed/i.test(text))
    return "this platform compiles WebAssembly only at deployment. Pass it the module: import core from 'cvxnn/core.wasm'; await initialize({ module: core })";
  if (!WebAssembly.validate(simdProbe))
    return `this runtime has no 128-bit SIMD in WebAssembly; it came with Chrome 91, Firefox 89, Safari 16.4 and Node 16.4. ${elsewhere}`;
  return `the WebAssembly core did not compile: ${text}`;
}
