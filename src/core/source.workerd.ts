// Takes the place of source.ts in dist/workerd.mjs: there no bytes may be compiled inside a request, and the platform compiles the file.
import core from './core.wasm';

export const platformModule: WebAssembly.Module | null = core;

export function coreBytes(): Uint8Array<ArrayBuffer> {
  throw new Error('the workerd build carries no inlined module');
}
