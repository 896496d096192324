/**
 * Typed signatures of the exports of core.wasm: the only file that names them. Every argument called like a memory
 * object is an address in bytes; sizes and counts are integers. Kernels allocate nothing and never throw.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
}
