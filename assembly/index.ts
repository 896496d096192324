/** The only entry: every kernel of the core, and the first address that is free for data. */
export { heapBase } from './memory';
export { evaluateCurvature, evaluateDual, evaluateLoss, maximizeQuadraticDual, negateLossGradient } from './losses';
export {
  applySoftmaxCurvature,
  evaluateSoftmax,
  evaluateSoftmaxCurvature,
  evaluateSoftmaxDual,
  negateSoftmaxGradient,
} from './softmax';
