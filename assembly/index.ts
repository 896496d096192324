/** The only entry: every kernel of the core, and the first address that is free for data. */
export { heapBase } from './memory';
export { addScaled, copyVector, dot, fill, multiplyTransposedVector, multiplyVector, norm, scaleVector } from './dense';
export {
  multiply,
  multiplyTransposed,
  multiplyTransposedWorkspace,
  multiplyWorkspace,
  symmetricProduct,
  symmetricProductWorkspace,
} from './multiply';
export { cholesky, choleskySolve, choleskyWorkspace } from './factor';
export { symmetricEigen, symmetricEigenWorkspace } from './eigen';
export { thinSvd, thinSvdWorkspace } from './svd';
export { exponential, logarithm, logarithm1p } from './functions';
export { evaluateCurvature, evaluateDual, evaluateLoss, maximizeQuadraticDual, negateLossGradient } from './losses';
export {
  applySoftmaxCurvature,
  evaluateSoftmax,
  evaluateSoftmaxCurvature,
  evaluateSoftmaxDual,
  negateSoftmaxGradient,
} from './softmax';
export { binaryMultiply, binaryMultiplyWorkspace, rowDots, scaleRows } from './masked';
export {
  complementPatterns,
  countBits,
  overlapCounts,
  signPatterns,
  signPatternsWorkspace,
  transposeBits,
  uniquePatterns,
  uniquePatternsWorkspace,
} from './patterns';
export { maskedGram, maskedGramWorkspace } from './gram';
export { maskedGramBlocks, maskedGramBlocksWorkspace } from './gram-blocks';
export { addPatternKernel, addPatternKernelWorkspace } from './pattern-kernel';
export { projectCone, projectConeWorkspace } from './cones';
export { multiplyElements, multiplySymmetricVector, scaleColumns, shiftScaled, squareRoots, transposeMatrix } from './elements';
export { addToRows, maskRows, stridedRowDots, stridedScaleRows, sumRows } from './features';
export { coneGroupFactor, coneGroupsDualNorm, proxConeGroups, sumGroupNorms } from './prox';
export { searchDirections, searchDirectionsWorkspace } from './price';
