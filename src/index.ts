export type { Architecture } from './architectures/architecture.js';
export { batchNormGated, batchNormRelu } from './architectures/batch-norm.js';
export { circularGated, circularLinear, circularRelu } from './architectures/circular.js';
export type { ConvolutionOptions } from './architectures/convolution.js';
export { convolutional } from './architectures/convolutional.js';
export { type DeepGatedOptions, deepGated, gatedThreeLayer } from './architectures/deep-gated.js';
export { type GatedConvolutionOptions, gatedConvolutional, linearConvolutional } from './architectures/gated-convolutional.js';
export { type GatedReluOptions, gatedRelu } from './architectures/gated-relu.js';
export { type LayerwiseOptions, layerwise } from './architectures/layerwise.js';
export { oneInputRelu } from './architectures/one-input-relu.js';
export { type PolynomialOptions, polynomial } from './architectures/polynomial.js';
export { quadratic } from './architectures/quadratic.js';
export { type ThreeLayerOptions, threeLayer } from './architectures/three-layer.js';
export { threshold } from './architectures/threshold.js';
export { absoluteValue, leakyRelu, relu } from './architectures/two-layer.js';
export { vectorRelu } from './architectures/vector-relu.js';
export { betaMax } from './beta-max.js';
export type { Certificate, PatternCoverage } from './certificate/certificate.js';
export type { CertificateFile, ConeTree, OutputProof, Preparation } from './certificate/file.js';
export { type CoreSource, initialize } from './core/load.js';
export * from './errors.js';
export { ConvolutionalClassifier, ConvolutionalRegressor, type ConvolutionalShape } from './estimators/convolutional.js';
export {
  LayerwiseClassifier,
  LayerwiseRegressor,
  ThreeLayerClassifier,
  ThreeLayerRegressor,
} from './estimators/deep.js';
export {
  BatchNormClassifier,
  BatchNormRegressor,
  GatedReLUClassifier,
  GatedReLURegressor,
  ReLUClassifier,
  ReLURegressor,
} from './estimators/named.js';
export type {
  ClassifierOptions,
  EstimatorOptions,
  EstimatorPathOptions,
  FitCallOptions,
  FitProgress,
  ScoreCallOptions,
} from './estimators/options.js';
export type { BoundedExplanation } from './estimators/regressor.js';
export { type OnnxOptions, toOnnx } from './export/onnx.js';
export { type TfjsModel, toTfjs } from './export/tfjs.js';
export type { PatternChoice } from './fit/choose-patterns.js';
export {
  type BestResponse,
  type BestResponseOptions,
  bestResponse,
  type DiscriminatorKind,
} from './gan/best-response.js';
export {
  AffineGenerator,
  Generator,
  type GeneratorJson,
  MonotoneGenerator,
  NetworkGenerator,
  type Samples,
} from './gan/generator.js';
export { generatorFromJSON } from './gan/generator-json.js';
export type { Moments } from './gan/moments.js';
export type { GanOptions } from './gan/options.js';
export type { GanCertificate, GanResult, GanStage } from './gan/result.js';
export { trainGan } from './gan/train-gan.js';
export type { Activation } from './network/activation.js';
export { Network, type NetworkJson, type PredictOptions } from './network/base.js';
export { BatchNormNetwork, type BatchNormSpec } from './network/batch-norm.js';
export { CircularNetwork, type CircularSpec, type CircularUnit } from './network/circular.js';
export { ConvolutionalNetwork } from './network/convolutional.js';
export { DeepNetwork, type DeepSpec } from './network/deep.js';
export type { Explanation, LocalModel, Regions } from './network/explain.js';
export { networkFromJSON } from './network/json.js';
export { type GatedLayer, LayerwiseNetwork } from './network/layerwise.js';
export { TwoLayerNetwork } from './network/network.js';
export type { PatchOptions } from './network/patches.js';
export type { Progress, SolverName, TrainOptions, TrainResult } from './options.js';
export {
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
  crossValidateSync,
} from './path/cross-validate.js';
export { type PathOptions, type PathStep, regularizationPath, regularizationPathSync, type ValidationRows } from './path/path.js';
export type { Patterns } from './patterns/patterns.js';
export {
  type ArrangementOptions,
  type DualMaximum,
  type DualMaximumOptions,
  dualMaximum,
  enumeratePatterns,
} from './patterns-api.js';
export type { LossName } from './program/losses.js';
export { GatedReLUStream } from './stream/gated-stream.js';
export type { StreamOptions, StreamScaling } from './stream/options.js';
export { MISSING_MARKERS } from './table/missing.js';
export type { TableRow, TableRows } from './table/rows.js';
export { TableError } from './table/table-error.js';
export { TableModel, type TrainTableOptions, trainTable } from './tabular/train-table.js';
export { type ReluConversion, toRelu } from './to-relu.js';
export { train, trainSync } from './train.js';
export type { Label, MatrixLike, OutsideColumn, VectorLike } from './types.js';
export { type Verification, verifyCertificate } from './verify/verify.js';
