export * from './errors.js';
export type { Label, MatrixLike, VectorLike } from './types.js';
