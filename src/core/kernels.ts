/**
 * Typed signatures of the exports of core.wasm: the only file that names them. Every argument called like a memory
 * object is an address in bytes; sizes and counts are integers. Kernels allocate nothing and never throw.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  // losses.ts: sums over single numbers; `kind` 0 squared, 1 logistic, 2 squared hinge, 3 Huber
  evaluateLoss(fit: number, y: number, weights: number, count: number, kind: number, delta: number): number;
  negateLossGradient(fit: number, y: number, weights: number, lambda: number, count: number, kind: number, delta: number): void;
  evaluateCurvature(fit: number, y: number, weights: number, out: number, count: number, kind: number, delta: number): void;
  evaluateDual(lambda: number, y: number, weights: number, scale: number, count: number, kind: number, delta: number): number;
  maximizeQuadraticDual(lambda: number, y: number, weights: number, count: number): number;
  // softmax.ts
  evaluateSoftmax(fit: number, y: number, weights: number, samples: number, outputs: number): number;
  negateSoftmaxGradient(fit: number, y: number, weights: number, lambda: number, samples: number, outputs: number): void;
  evaluateSoftmaxCurvature(fit: number, weights: number, out: number, samples: number, outputs: number): void;
  applySoftmaxCurvature(fit: number, weights: number, x: number, out: number, samples: number, outputs: number): void;
  evaluateSoftmaxDual(lambda: number, y: number, weights: number, scale: number, samples: number, outputs: number): number;
}
