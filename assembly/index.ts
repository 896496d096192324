/** The only entry: every kernel of the core, and the first address that is free for data. */

export { climbArcs, climbArcsWorkspace } from './arcs';
export { branchContinue, branchFrameBytes, branchStart, branchStateBytes } from './branch';
export { projectCone, projectConeWorkspace } from './cones';
export { addScaled, copyVector, dot, fill, multiplyTransposedVector, multiplyVector, norm, scaleVector } from './dense';
export { symmetricEigen, symmetricEigenWorkspace } from './eigen';
export {
  addCompensated,
  multiplyElements,
  multiplySymmetricVector,
  scaleColumns,
  shiftScaled,
  squareRoots,
  transposeMatrix,
} from './elements';
export { cholesky, choleskyBlock, choleskySolve, choleskyUpdate, choleskyWorkspace } from './factor';
export { addToRows, maskRows, stridedRowDots, stridedScaleRows, sumRows } from './features';
export { inverseRealFourier, realFourier, realFourierWorkspace } from './fourier';
export { cosineOfTurn, exponential, logarithm, logarithm1p, sineOfTurn } from './functions';
export { maskedGram, maskedGramWorkspace } from './gram';
export { maskedGramBlocks, maskedGramBlocksWorkspace } from './gram-blocks';
export {
  evaluateCurvature,
  evaluateDual,
  evaluateLoss,
  invertLossGradient,
  maximizeQuadraticDual,
  negateLossGradient,
} from './losses';
export { binaryMultiply, binaryMultiplyWorkspace, rowDots, scaleRows } from './masked';
export { addMaskedOuter, addMaskedOuterWorkspace } from './masked-outer';
export { heapBase } from './memory';
export {
  multiply,
  multiplyTransposed,
  multiplyTransposedWorkspace,
  multiplyWorkspace,
  symmetricProduct,
  symmetricProductPart,
  symmetricProductWorkspace,
} from './multiply';
export { maximizeSpectralNorm, nuclearFactor, nuclearWorkspace, shrinkSingularValues, sumSingularValues } from './nuclear';
export { packedRowsBytes, packRowPanels } from './panels';
export { addPatternKernel, addPatternKernelPart, addPatternKernelWorkspace } from './pattern-kernel';
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
export { poolPatches, poolPatchesWorkspace } from './pooling';
export { searchDirections, searchDirectionsWorkspace } from './price';
export { coneGroupFactor, coneGroupShrinkage, coneGroupsDualNorm, proxConeGroups, sumGroupNorms } from './prox';
export {
  backwardUnits,
  backwardUnitsWorkspace,
  finishGradient,
  forwardUnits,
  packedNeuronsBytes,
  packNeurons,
  unitSlopesBytes,
} from './smooth';
export {
  applySoftmaxCurvature,
  evaluateSoftmax,
  evaluateSoftmaxCurvature,
  evaluateSoftmaxDual,
  invertSoftmaxGradient,
  negateSoftmaxGradient,
} from './softmax';
export { coneSpectraDualNorm, proxConeSpectra, spectralWorkspace, sumSpectralNorms } from './spectral';
export { thinSvd, thinSvdWorkspace } from './svd';
export { addUnit, unitGradient } from './units';
