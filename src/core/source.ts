import { unpackBytes } from './packed.js';
import { packedCore } from './wasm.js';

/** A module that the platform compiled at deployment; the `workerd` bundle has one (source.workerd.ts), all others compile lazily. */
export const platformModule: WebAssembly.Module | null = null;

/** The inlined module as bytes. Decoded on demand: importing the package must cost nothing. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  return unpackBytes(packedCore);
}
