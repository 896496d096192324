import type { Architecture } from '../architectures/architecture.js';
import { describeValue } from '../data/describe.js';
import { checkLabels, encodeLabels, indexLabels, oneHotTargets, signTargets } from '../data/labels.js';
import { packWeights, sumOfWeights } from '../data/weights.js';
import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import { decide, probabilities, targetEncoding } from '../network/decision.js';
import type { Table } from '../network/table.js';
import type { LossName } from '../program/losses.js';
import type { Label, MatrixLike } from '../types.js';
import { bestConstants, type WeightedTargets } from './constants.js';
import { Estimator } from './estimator.js';
import { type ClassifierOptions, checkEstimatorOptions, type EstimatorOptions, type ScoreCallOptions } from './options.js';
import type { Reading, Targets } from './task.js';

/**
 * Classification of any labels. Two classes: one output, loss `logistic` by default. More: one output a class and
 * `logistic` one against the rest, which separates into one problem for every class; `softmax` couples them.
 */
export abstract class Classifier<N extends Network = Network> extends Estimator<N> {
  private readonly classWeight: ClassifierOptions['classWeight'];

  /** @param defaults - of this model, where `options` has nothing. */
  constructor(kind: string, architecture: Architecture<N>, options: ClassifierOptions, defaults: EstimatorOptions = {}) {
    checkEstimatorOptions(options, ['logistic', 'squaredHinge', 'softmax', 'squared', 'huber'], true);
    super(kind, architecture, { ...defaults, ...options });
    this.classWeight = options.classWeight;
  }

  /** The labels, in the order of the columns of `predictProba`. */
  get classes(): readonly Label[] {
    return this.fitted('classes').classes ?? [];
  }

  protected lossFor(outputs: number): LossName {
    const { loss = 'logistic' } = this.options;
    // One output is the softmax of two classes with one of them fixed at zero.
    return loss === 'softmax' && outputs === 1 ? 'logistic' : loss;
  }

  protected reading(): Reading<Label> {
    return {
      check: checkLabels,
      weigh: (labels, sampleWeight) => this.weigh(labels, sampleWeight),
      encode: (labels, sampleWeight) => this.encode(labels, sampleWeight),
    };
  }

  private encode(labels: ArrayLike<Label>, sampleWeight: Float64Array | null): Targets {
    const { classes, indices } = encodeLabels(labels);
    if (labels.length >= 10 && classes.length > labels.length / 2)
      throw new ArgumentError(
        'y',
        `of ${classes.length} different labels in ${labels.length} rows`,
        'labels that repeat; a regressor predicts numbers',
      );
    const outputs = classes.length === 2 ? 1 : classes.length;
    const encoded = (members: Int32Array) => {
      if (outputs === 1) return signTargets(members);
      const { data, rows, columns } = oneHotTargets(members, outputs);
      const signs = targetEncoding(this.lossFor(outputs), outputs) === 'signs';
      return { data: signs ? data.map((entry) => 2 * entry - 1) : data, shape: [rows, columns] as const };
    };
    const targets = encoded(indices);
    const { huberDelta = 1 } = this.options;
    const constants = (rows: WeightedTargets) => bestConstants(rows, this.lossFor(outputs), huberDelta);
    return {
      y: targets,
      outputs,
      outputMean: constants({ targets: 'data' in targets ? targets.data : targets, outputs, weights: sampleWeight }),
      outputScale: 1,
      constants,
      classes,
      sampleWeight,
      again: (other, name, rows) => encoded(knownIndices(checkLabels(other, name, rows), classes, name)),
    };
  }

  /** The weight of a row times that of its class. */
  private weigh(labels: ArrayLike<Label>, sampleWeight: Float64Array | null): Float64Array | null {
    const { classWeight } = this;
    if (classWeight === undefined) return sampleWeight;
    const present = Array.from(labels).filter((_, k) => sampleWeight === null || sampleWeight[k] > 0);
    const { classes } = encodeLabels(present);
    // A class without a row of weight has no place in the list, and needs no weight.
    const indices = indexLabels(labels, classes);
    const counts = new Float64Array(classes.length);
    indices.forEach((index, k) => {
      if (index >= 0) counts[index] += sampleWeight ? sampleWeight[k] : 1;
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    const given = (label: Label): unknown =>
      classWeight instanceof Map ? classWeight.get(label) : (classWeight as Readonly<Record<string, number>>)[String(label)];
    const ofClass = classes.map((label, c) => {
      if (classWeight === 'balanced') return total / (classes.length * counts[c]);
      const weight = given(label);
      if (typeof weight !== 'number' || !(weight >= 0) || !Number.isFinite(weight))
        throw new ArgumentError(
          'options.classWeight',
          `${describeValue(weight)} for ${describeValue(label)}`,
          'a finite number >= 0 for every label',
        );
      return weight;
    });
    return Float64Array.from(indices, (index, k) => (index < 0 ? 0 : ofClass[index] * (sampleWeight ? sampleWeight[k] : 1)));
  }

  /** One label for every row. */
  predict(X: MatrixLike): Label[] {
    const scores = this.scoresFor('predict', X);
    const { classes } = this;
    return Array.from(decide(scores, this.network.outputs), (index) => classes[index]);
  }

  /** Rows x classes, in the order of `classes`; how scores become probabilities depends on the loss. */
  predictProba(X: MatrixLike): Table {
    const { network, loss } = this.fitted('predictProba');
    return probabilities(network.predict(X), network.outputs, loss);
  }

  /** Share of rows, by weight, whose label is predicted. */
  score(X: MatrixLike, y: ArrayLike<Label>, { sampleWeight }: ScoreCallOptions = {}): number {
    const scores = this.scoresFor('score', X);
    const { classes, network } = this;
    const decided = decide(scores, network.outputs);
    const wanted = indexLabels(checkLabels(y, 'y', decided.length), classes);
    const weights = packWeights(sampleWeight, 'sampleWeight', decided.length);
    const right = decided.reduce((sum, index, k) => sum + (index === wanted[k] ? (weights ? weights[k] : 1) : 0), 0);
    return right / sumOfWeights(weights, decided.length);
  }
}

/** Class numbers of labels, all of which must be known. */
function knownIndices(labels: readonly Label[], classes: readonly Label[], name: string): Int32Array {
  const indices = indexLabels(labels, classes);
  const stranger = indices.indexOf(-1);
  if (stranger >= 0)
    throw new ArgumentError(`${name}[${stranger}]`, describeValue(labels[stranger]), 'a label that the training rows have');
  return indices;
}
