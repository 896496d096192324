import { ArgumentError } from '../errors.js';
import type { Label, Matrix } from '../types.js';
import { describeValue, isArrayLike } from './describe.js';
import { requireLength } from './matrix.js';

/** Labels as class numbers: the label of sample k is `classes[indices[k]]`. */
export interface EncodedLabels {
  /** Each label once, in the order of {@link compareLabels}. */
  readonly classes: readonly Label[];
  readonly indices: Int32Array;
}

/**
 * Numbers the classes of a label vector.
 *
 * @param labels - Any mixture of strings, finite numbers and booleans. 1, '1' and true are three labels; 0 and -0 one.
 * @param name - The caller's name for it, default `y`.
 * @param length - Required length, if any.
 * @returns Classes in the order of {@link compareLabels}, whatever the order of the samples.
 * @throws {@link ArgumentError} for other values, a wrong length, or fewer than two classes.
 */
export function encodeLabels(labels: unknown, name = 'y', length?: number): EncodedLabels {
  const checked = checkLabels(labels, name, length);
  const classes = Array.from(new Set(checked)).sort(compareLabels);
  if (classes.length === 1) {
    throw new ArgumentError(name, `of a single class (${JSON.stringify(classes[0])})`, 'labels of at least two classes');
  }
  return { classes, indices: indexLabels(checked, classes) };
}

/** Class number of every label, -1 for labels that are not among `classes`. */
export function indexLabels(labels: ArrayLike<Label>, classes: readonly Label[]): Int32Array {
  const numbers = new Map(classes.map((label, index) => [label, index]));
  return Int32Array.from(labels, (label) => numbers.get(label) ?? -1);
}

/** The labels, after refusing anything that cannot be one. */
export function checkLabels(labels: unknown, name: string, length?: number): Label[] {
  if (!isArrayLike(labels)) throw new ArgumentError(name, describeValue(labels), 'an array of labels');
  requireLength(labels, name, length, 'one for every row of X');
  return Array.from(labels, (label, k) => {
    if (typeof label === 'string' || typeof label === 'boolean') return label;
    // A Map and a Set take 0 and -0 for one key, but would keep the first; 0 whichever came first.
    if (typeof label === 'number' && Number.isFinite(label)) return label === 0 ? 0 : label;
    throw new ArgumentError(`${name}[${k}]`, describeValue(label), 'a string, a finite number or a boolean');
  });
}

/**
 * Order of classes: false, true, then numbers by value, then strings by UTF-16 code unit. No locale takes part, so the
 * order is the same on every machine.
 */
export function compareLabels(a: Label, b: Label): number {
  const kind = kindOrder(a) - kindOrder(b);
  if (kind !== 0) return kind;
  return a < b ? -1 : a > b ? 1 : 0;
}

function kindOrder(label: Label): number {
  return typeof label === 'boolean' ? 0 : typeof label === 'number' ? 1 : 2;
}

/** Targets of a two-class problem: -1 for class 0, +1 for class 1. */
export function signTargets(indices: Int32Array): Float64Array {
  return Float64Array.from(indices, (index) => (index === 1 ? 1 : -1));
}

/** n x C, row-major: 1 in the column of the sample's class, 0 elsewhere. */
export function oneHotTargets(indices: Int32Array, classes: number): Matrix {
  const data = new Float64Array(indices.length * classes);
  for (let k = 0; k < indices.length; k++) data[k * classes + indices[k]] = 1;
  return { data, rows: indices.length, columns: classes };
}
