import { describe, expect, it } from 'vitest';
import { CertificateError, verifyCertificate } from '../../src/index.js';
import { proofOf, table } from './proofs.js';

const { X, y } = table(24, 2, 3);
const options = { beta: 0.1, patterns: 'certified' } as const;
const { proof } = proofOf(X, y, options);
const { proof: plain } = proofOf(X, y, { ...options, bias: false });

/** Which cone of the first tree is the first with a slope of its own. */
const sloped = proof.outputs[0].trees[0].multipliers.findIndex((list) => list.length >= 3);

/** The text of a tree with the first divided cone made a leaf. */
function pruned(cones: string): string {
  const start = cones.search(/[0-9]/);
  let open = 1;
  let end = start;
  for (; open > 0; end++) open += /[0-9]/.test(cones[end]) ? 1 : -1;
  return `${cones.slice(0, start)}.${cones.slice(end)}`;
}

type Json = Record<string, unknown>;

/** A copy of the certificate with one value replaced; `path` leads to it. */
function replaced(path: string, change: (value: never) => unknown): Json {
  const copy = structuredClone(proof) as unknown as Json;
  const steps = path.split('.');
  const last = steps.pop() as string;
  let place = copy;
  for (const step of steps) place = place[step] as Json;
  const value = change(place[last] as never);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

const times = (factor: number) => (x: number) => x * factor;
const to = (value: unknown) => () => value;
const shorter = (list: unknown[] | string) => list.slice(0, -1);
const cones = 'outputs.0.trees.0.cones';
const multipliers = 'outputs.0.trees.0.multipliers';
const slope = `${multipliers}.${sloped}.2`;

const tampered: [string, RegExp, string, (value: never) => unknown][] = [
  ['another version', /version is 3; this release of cvxnn reads versions 1 to 2/, 'version', to(3)],
  ['another format', /format/, 'format', to('cvxnn-network')],
  ['a field left out', /claim is missing/, 'claim', to(undefined)],
  ['a smaller objective', /objective can be .* more than the claimed/, 'claim.objective', times(1 - 1e-9)],
  ['a larger bound', /proves .* only, less than the claimed/, 'claim.lowerBound', times(1 + 1e-12)],
  ['NaN', /claim\.lowerBound is NaN/, 'claim.lowerBound', to(Number.NaN)],
  ['a weight of the network', /objective can be/, 'network.weights.0', (x: number) => x + 1e-3],
  ['a bias of the network', /objective can be/, 'network.bias.0', (x: number) => x - 1e-3],
  ['an output weight', /objective can be/, 'network.output.0', times(-1)],
  ['a weight left out', /network\.weights/, 'network.weights', shorter],
  ['a neuron left out', /network\.weights/, 'network.bias', shorter],
  ['all neurons left out', /objective can be/, 'network', to({ weights: [], bias: [], output: [] })],
  ['a huge weight', /more than the claimed/, 'network.weights.0', to(1e308)],
  ['an entry of lambda', /bound of cone|proves/, 'outputs.0.lambda.3', (x: number) => x + 0.01],
  ['a larger lambda', /bound of cone/, 'outputs.0.lambda', (list: number[]) => list.map(times(1 + 1e-6))],
  ['a huge lambda', /proves/, 'outputs.0.lambda.0', to(1e308)],
  ['a text for a number', /lambda\[0\]/, 'outputs.0.lambda.0', to('1')],
  ['a larger scale', /scale \* constraint of output 0 exceeds beta/, 'outputs.0.scale', times(1 + 1e-9)],
  ['a smaller scale', /proves/, 'outputs.0.scale', times(1 - 1e-6)],
  ['a negative scale', /outputs\[0\]\.scale/, 'outputs.0.scale', to(-1)],
  ['a smaller constraint', /bound of cone/, 'outputs.0.constraint', times(1 - 1e-5)],
  ['a larger constraint', /exceeds beta/, 'outputs.0.constraint', times(1.01)],
  ['a constraint of zero', /below what rounding can tell/, 'outputs.0.constraint', to(0)],
  ['Infinity', /outputs\[0\]\.constraint is Infinity/, 'outputs.0.constraint', to(Number.POSITIVE_INFINITY)],
  ['a smaller beta', /exceeds beta/, 'problem.beta', times(0.5)],
  ['a larger beta', /objective can be/, 'problem.beta', times(2)],
  ['beta of zero', /problem\.beta/, 'problem.beta', to(0)],
  ['the squared hinge', /target of row 0 is none for the loss squaredHinge/, 'problem.loss', to('squaredHinge')],
  ['the logistic loss', /target of row 0 is none for the loss logistic/, 'problem.loss', to('logistic')],
  ['an unknown loss', /problem\.loss/, 'problem.loss', to('hinge')],
  ['Huber', /outside the domain of the dual/, 'problem', (all: Json) => ({ ...all, loss: 'huber', huberDelta: 0.01 })],
  ['another slope', /objective can be|bound of cone/, 'problem.slope', to(0.1)],
  ['a slope of one', /problem\.slope/, 'problem.slope', to(1)],
  ['no bias', /the network has biases, the problem has none/, 'problem.bias', to(false)],
  ['sample weights', /SHA-256 differs/, 'problem.sampleWeight', to(Array(24).fill(2))],
  ['negative sample weights', /sampleWeight/, 'problem.sampleWeight', to(Array(24).fill(-1))],
  ['more outputs', /network\.output/, 'problem.outputs', to(2)],
  ['a tree cut short', /ends early: its cones do not cover space/, cones, shorter],
  ['the other tree cut short', /ends early/, 'outputs.0.trees.1.cones', shorter],
  ['a tree without its first face', /./, cones, (text: string) => text.slice(1)],
  ['an empty tree', /ends early/, cones, to('')],
  ['a cone too many', /goes on after its last cone/, cones, (text: string) => `${text}.`],
  ['a divided cone made a leaf', /bound of cone|goes on/, cones, pruned],
  ['a cut along its own face', /cannot be halved along coordinate 0/, cones, (text: string) => `0${text}`],
  ['a cut along a coordinate that is none', /halved along coordinate 9/, cones, (text: string) => `9${text}`],
  ['cuts for ever', /cannot be halved along coordinate 1/, cones, to('1'.repeat(99))],
  ['a character that means nothing', /cannot be halved/, cones, (text: string) => text.replace('+', 'x')],
  ['leaves without their multipliers', /bound of cone/, cones, (text: string) => text.replaceAll('+', '.')],
  ['multipliers too many', /goes on after its last cone/, multipliers, (list: number[][]) => [...list, [0]]],
  ['multipliers too few', /multipliers of cone \d+ of output 0, lambda are missing/, multipliers, shorter],
  ['a negative multiplier', /negative or missing/, `${multipliers}.0.0`, to(-1)],
  ['no multiplier', /negative or missing/, `${multipliers}.0`, to([])],
  ['a slope above one', /outside \[0, 1\]/, slope, to(1.5)],
  ['a slope below zero', /outside \[0, 1\]/, slope, to(-1e-9)],
  ['a slope left out', /outside \[0, 1\]/, `${multipliers}.${sloped}`, (list: number[]) => list.slice(0, 2)],
  ['the slope of a row that is not open', /not open/, `${multipliers}.${sloped}.1`, to(999)],
  ['a worse slope', /bound of cone/, slope, (x: number) => 1 - Math.round(x)],
  [
    'the trees of both signs exchanged',
    /bound of cone|ends early|goes on/,
    'outputs.0.trees',
    (list: unknown[]) => [...list].reverse(),
  ],
  ['a tree left out', /outputs\[0\]\.trees/, 'outputs.0.trees', shorter],
  ['an output left out', /outputs/, 'outputs', shorter],
  ['another hash', /SHA-256 differs/, 'data.sha256', (text: string) => text.replace(/./, (c) => (c === '0' ? '1' : '0'))],
  ['fewer rows', /lambda/, 'data.samples', to(23)],
  ['rows merged that are not parallel', /bound of cone|rounding can tell/, 'rows.merged', to([[1, 0, 1]])],
  ['a row merged with none', /merged or absent/, 'rows.merged', to([[1, 99, 1]])],
  [
    'rows merged in a circle',
    /merged or absent/,
    'rows.merged',
    to([
      [1, 0, 1],
      [0, 1, 1],
    ]),
  ],
  ['a basis that is too small', /rounding can tell/, 'rows.basis', to([1, 0, 0, 0, 1, 0])],
  ['a basis that shrinks', /rounding can tell/, 'rows.basis', to([0.9, 0, 0, 0, 0.9, 0, 0, 0, 0.9])],
  ['a basis that is askew', /rounding can tell/, 'rows.basis', to([1, 0.5, 0, 0, 1, 0, 0, 0, 1])],
  ['a ragged basis', /rows\.basis/, 'rows.basis', to([1, 0])],
];

describe('a tampered certificate is refused with the reason', () => {
  it('there are more than twenty ways, and without any it is accepted', () => {
    expect(tampered.length).toBeGreaterThan(60);
    expect(sloped).toBeGreaterThanOrEqual(0);
    expect(verifyCertificate(proof, X, y).relativeGap).toBeLessThan(1e-6);
  });

  it.each(tampered)('%s', (_name, reason, path, change) => {
    const file = replaced(path, change);
    expect(() => verifyCertificate(file, X, y)).toThrow(CertificateError);
    expect(() => verifyCertificate(file, X, y)).toThrow(reason);
  });

  const others: [string, number[][], number[]][] = [
    ['a last bit of X', X.map((row, k) => (k === 5 ? [row[0] * (1 + 2.3e-16), row[1]] : row)), y],
    ['a target', X, y.map((entry, k) => (k === 7 ? entry + 1e-15 : entry))],
    ['two rows exchanged', [X[1], X[0], ...X.slice(2)], [y[1], y[0], ...y.slice(2)]],
    ['a row left out', X.slice(1), y.slice(1)],
    ['a column left out', X.map(([first]) => [first]), y],
  ];
  it.each(others)('other data: %s', (_name, rows, targets) => {
    expect(() => verifyCertificate(proof, rows, targets)).toThrow(CertificateError);
  });

  it.each([[null], [[]], ['text'], [7], [undefined], [{}]])('%j', (value) => {
    expect(() => verifyCertificate(value, X, y)).toThrow(CertificateError);
  });

  it('is refused for other problems on the same data', () => {
    expect(() => verifyCertificate({ ...proof, outputs: plain.outputs }, X, y)).toThrow(CertificateError);
    expect(() => verifyCertificate({ ...plain, outputs: proof.outputs }, X, y)).toThrow(CertificateError);
  });
});
