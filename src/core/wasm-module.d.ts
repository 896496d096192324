/** What workerd, wrangler and miniflare give for `import core from './core.wasm'`. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
