import { type Certificate, relativeGap } from '../certificate/certificate.js';
import type { CertificateFile } from '../certificate/file.js';
import { fail, readArray, readChoice, readNumber, readObject, requireVersion } from '../data/read-json.js';
import { ModelFormatError } from '../errors.js';
import type { Network } from '../network/base.js';
import { type LossName, lossNames } from '../network/decision.js';
import { networkFromJSON } from '../network/json.js';
import type { Seen } from '../network/ranges.js';
import { readSeen, seenToJSON } from '../network/ranges-json.js';
import type { TrainResult } from '../options.js';
import type { Label } from '../types.js';
import { emptyNote } from './empty-note.js';

/** What a fitted estimator knows. */
export interface FittedState<N extends Network = Network> extends Seen {
  readonly network: N;
  readonly certificate: Certificate;
  readonly status: TrainResult['status'];
  readonly beta: number;
  readonly loss: LossName;
  /** Null for regressors. */
  readonly classes: readonly Label[] | null;
  /** Decisions of the fit that a person might not expect. */
  readonly notes: readonly string[];
  /** Not part of the saved model: a file of its own. */
  readonly proof: CertificateFile | null;
}

/** A constructor, as `instanceof` takes it. */
export type NetworkClass<N extends Network> = abstract new (...parameters: never[]) => N;

const format = 'cvxnn-estimator';
/** 2 added `notes`, `ranges` and `bounds`: a reader of the first would not bound what the model bounds. */
const version = 2;
const oldest = 1;

export function stateToJSON(
  kind: string,
  { network, certificate, status, beta, loss, classes, notes, ranges, bounds }: FittedState,
): Record<string, unknown> {
  const model = { kind, loss, classes, beta, status, certificate };
  // What was read from the first version is written as the first version: it does not say what training saw.
  if (ranges === null) return { format, version: oldest, ...model, network: network.toJSON() };
  return { format, version, ...model, notes, ...seenToJSON({ ranges, bounds }), network: network.toJSON() };
}

/**
 * @param type - class of the networks that this kind of estimator has.
 * @throws {@link ModelFormatError} with the place of the first defect.
 */
export function stateFromJSON<N extends Network>(json: unknown, kind: string, type: NetworkClass<N>): FittedState<N> {
  const document = readObject(json, '');
  const found = requireVersion(document, '', format, version, oldest);
  if (document.kind !== kind) fail('kind', document.kind, JSON.stringify(kind));
  const network = networkFromJSON(document.network, 'network');
  if (!(network instanceof type)) throw new ModelFormatError('network.type', `is '${network.type}', no network of a ${kind}`);
  const classes = document.classes === null ? null : readLabels(document.classes);
  const wanted = network.outputs === 1 ? 2 : network.outputs;
  if (classes !== null && new Set(classes).size !== wanted) fail('classes', classes, `${wanted} different labels`);
  if ((classes === null) === kind.endsWith('-classifier')) fail('classes', classes, classes ? 'null' : 'an array of labels');
  const beta = readNumber(document.beta, 'beta');
  if (!(beta > 0)) fail('beta', beta, 'a number above 0');
  return {
    network,
    certificate: readCertificate(document.certificate),
    status: readChoice(document.status, 'status', ['optimal', 'iteration-limit', 'time-limit', 'stalled'] as const),
    beta,
    loss: readChoice(document.loss, 'loss', lossNames),
    classes,
    notes: found >= 2 ? readTexts(document.notes) : network.neurons > 0 ? [] : [emptyNote(classes)],
    ...readSeen(document, found, network.inputs),
    proof: null,
  };
}

function readTexts(value: unknown): string[] {
  return readArray(value, 'notes').map((text, k) => (typeof text === 'string' ? text : fail(`notes[${k}]`, text, 'a text')));
}

function readLabels(value: unknown): Label[] {
  if (!Array.isArray(value)) return fail('classes', value, 'an array of labels, or null');
  return value.map((label: unknown, k) => {
    if (typeof label === 'string' || typeof label === 'boolean' || Number.isFinite(label)) return label as Label;
    return fail(`classes[${k}]`, label, 'a string, a number or a boolean');
  });
}

function readCertificate(value: unknown): Certificate {
  const json = readObject(value, 'certificate');
  const number = (name: string) => readNumber(json[name], `certificate.${name}`);
  const objective = number('objective');
  const patternBound = boundBelow(number('patternBound'), objective, 'patternBound');
  const lowerBound = json.lowerBound === null ? null : boundBelow(number('lowerBound'), objective, 'lowerBound');
  const gap = lowerBound === null ? null : objective - lowerBound;
  const { provenGlobal } = json;
  if (typeof provenGlobal !== 'boolean' || (provenGlobal && lowerBound === null))
    fail('certificate.provenGlobal', provenGlobal, lowerBound === null ? 'false without a lower bound' : 'true or false');
  const derived = {
    gap,
    relativeGap: gap === null ? null : relativeGap(gap, objective),
    patternGap: relativeGap(objective - patternBound, objective),
  };
  for (const [name, value] of Object.entries(derived))
    if (json[name] !== value) fail(`certificate.${name}`, json[name], `${value}, as objective and bound say`);
  const patterns = readChoice(json.patterns, 'certificate.patterns', ['all', 'certified', 'priced', 'sampled'] as const);
  const { patternGap, ...proven } = derived;
  return { objective, lowerBound, ...proven, provenGlobal, patterns, patternBound, patternGap };
}

function boundBelow(bound: number, objective: number, name: string): number {
  return bound <= objective ? bound : fail(`certificate.${name}`, bound, `at most the objective ${objective}`);
}
