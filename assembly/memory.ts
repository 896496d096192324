/** First free byte: everything above belongs to the arena in src/core/scope.ts. Kernels never allocate. */
export function heapBase(): usize {
  return (__heap_base + 15) & ~15;
}
