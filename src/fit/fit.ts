import type { Architecture } from '../architectures/architecture.js';
import type { PatternCoverage } from '../certificate/certificate.js';
import type { Scope } from '../core/scope.js';
import { PatternSet } from '../patterns/pattern-set.js';
import type { Patterns } from '../patterns/patterns.js';
import { isPause, type Pause, type Pausing } from '../pausing.js';
import type { Problem, TrainingData } from '../program/training-data.js';
import { type CertifiedStep, generateCertified, proofNodes } from './certified.js';
import { choosePatterns, noPatterns, type PatternChoice, patternSource } from './choose-patterns.js';
import { type FitOptions, type FitStep, fitPatterns, type WarmStart } from './column-generation.js';
import { generateDirections } from './direction-generation.js';
import { blocksAreNeurons, firstNetwork } from './first-network.js';
import { generatePatterns } from './generate.js';
import type { Origin } from './origin.js';
import { searchSpaceSteps } from './search-space.js';
import { stateData } from './state.js';

/** The fits of one training: one for all outputs, or one for every output when outputs separate. */
export interface FitState {
  readonly parts: readonly FitPart[];
  /** Of a fit that has ended. */
  readonly origin?: Origin;
}

/** One program solved, or its zero network where its turn has not come. Blocks in the caller's units. */
export interface FitPart {
  readonly outputs: readonly number[];
  readonly patterns: Patterns;
  readonly coverage: PatternCoverage;
  readonly v: Float64Array;
  /** In the units of the arena. */
  readonly lambda: Float64Array;
  /** In the caller's units, over the patterns held. */
  readonly objective: number;
  readonly bound: number;
  /** Upper bound, proven over all patterns, of the dual constraint at `lambda`, in the units of the arena; else infinite. */
  readonly constraint: number;
  readonly iterations: number;
  readonly rounds: number;
  /** Nodes of branch and bound, or rounds, ended it. */
  readonly exhausted: boolean;
}

/** Outputs that are solved together. */
export function outputGroups(architecture: Architecture, problem: Pick<Problem, 'outputs' | 'loss'>): number[][] {
  const all = Array.from({ length: problem.outputs }, (_, c) => c);
  return architecture.separatesOutputs && problem.loss !== 'softmax' ? all.map((c) => [c]) : [all];
}

/** Solves a problem: yields the best state after every solver step. */
export function* fit(
  architecture: Architecture,
  problem: Problem,
  choice: PatternChoice,
  warm: readonly (WarmStart | null)[] | null,
  options: FitOptions,
  scope: Scope,
): Generator<FitState | Pause, FitState> {
  const groups = outputGroups(architecture, problem);
  const parts: FitPart[] = [];
  for (const [index, outputs] of groups.entries()) {
    const mark = scope.mark();
    const { data } = stateData(architecture, problem, outputs, scope);
    let rest: readonly FitPart[] | null = null;
    const own = { ...options, several: groups.length > 1 };
    const steps = fitGroup(architecture, data, choice, warm?.[index] ?? null, own, scope);
    for (let next = steps.next(); ; next = steps.next()) {
      if (isPause(next.value)) {
        yield next.value;
        continue;
      }
      const part = toPart(next.value, outputs, data);
      if (next.done) {
        parts.push(part);
        break;
      }
      rest ??= groups.slice(index + 1).map((later) => untouched(architecture, problem, later, part, scope));
      yield { parts: [...parts, part, ...rest] };
    }
    scope.release(mark);
  }
  return { parts };
}

interface GroupStep {
  readonly step: FitStep;
  readonly exhausted: boolean;
  readonly coverage: PatternCoverage;
  readonly constraint: number;
}

function* fitGroup(
  architecture: Architecture,
  data: TrainingData,
  choice: PatternChoice,
  warm: WarmStart | null,
  options: FitOptions,
  scope: Scope,
): Generator<GroupStep | Pause, GroupStep> {
  yield 'patterns';
  const chosen = yield* choosePatterns(architecture, data, choice, options.seed, scope);
  const toArena = (start: WarmStart): WarmStart => ({ ...start, v: start.v.map((entry) => entry / data.blockScale) });
  const start = warm ? toArena(warm) : null;
  const search = architecture.searchDirections?.(data, scope);
  let steps: Generator<FitStep | CertifiedStep | Pause, FitStep | CertifiedStep>;
  if (search) steps = generateDirections(architecture, search, data, start, options, scope);
  else if (chosen) {
    const same =
      start && samePatterns(start.patterns, chosen.patterns)
        ? start.v
        : yield* firstBlocks(architecture, data, chosen.patterns, options.seed, scope);
    steps = fitPatterns(architecture, data, chosen.patterns, same, options, scope);
  } else {
    const nodes = proofNodes(architecture, data, choice, options);
    steps =
      nodes === null
        ? generatePatterns(architecture, data, start, options, scope)
        : generateCertified(architecture, data, start, options, nodes, scope);
  }
  const coverage = chosen?.coverage ?? 'priced';
  for (let next = steps.next(); ; next = steps.next()) {
    const { value } = next;
    if (isPause(value)) {
      yield value;
      continue;
    }
    const known = 'certified' in value ? value : { constraint: Number.POSITIVE_INFINITY, certified: false };
    const step: GroupStep = {
      step: value,
      exhausted: 'exhausted' in value && value.exhausted === true,
      coverage: known.certified ? 'certified' : coverage,
      constraint: known.constraint,
    };
    if (next.done) return step;
    yield step;
  }
}

/** Where columns are offset, the solver starts from a network that descent finds; elsewhere it needs none. */
function* firstBlocks(
  architecture: Architecture,
  data: TrainingData,
  patterns: Patterns,
  seed: number,
  scope: Scope,
): Pausing<Float64Array | null> {
  if (!blocksAreNeurons(architecture, data) || !(yield* searchSpaceSteps(data, scope))) return null;
  const first = yield* firstNetwork(architecture, data, seed, scope);
  if (!first) return null;
  const set = PatternSet.from(patterns);
  const { columns } = data;
  const { count } = first.patterns;
  const v = new Float64Array((first.v.length / count) * patterns.count);
  const places = Array.from({ length: count }, (_, i) =>
    set.indexOf(first.patterns.bits.subarray(i * first.patterns.stride, (i + 1) * first.patterns.stride)),
  );
  for (let group = 0; group < first.v.length / (count * columns); group++) {
    places.forEach((to, i) => {
      const from = (group * count + i) * columns;
      if (to >= 0) v.set(first.v.subarray(from, from + columns), (group * patterns.count + to) * columns);
    });
  }
  return v;
}

function samePatterns(a: Patterns, b: Patterns): boolean {
  return a.count === b.count && a.bits.length === b.bits.length && a.bits.every((byte, at) => byte === b.bits[at]);
}

function toPart({ step, exhausted, coverage, constraint }: GroupStep, outputs: readonly number[], data: TrainingData): FitPart {
  return {
    outputs,
    patterns: step.patterns,
    coverage,
    v: step.v.map((entry) => entry * data.blockScale),
    lambda: step.lambda,
    objective: step.objective * data.objectiveScale,
    bound: step.bound * data.objectiveScale,
    constraint,
    iterations: step.iteration,
    rounds: step.round,
    exhausted,
  };
}

/** The zero network, over one pattern, where time was up before there was another. */
export function zeroState(architecture: Architecture, problem: Problem, seed: number, scope: Scope): FitState {
  const parts = outputGroups(architecture, problem).map((outputs): FitPart => {
    const mark = scope.mark();
    const { data } = stateData(architecture, problem, outputs, scope);
    const patterns =
      architecture.patterns === 'none' ? noPatterns(data.samples) : patternSource(architecture, data, scope).sample(1, seed);
    const { offsets } = architecture.program(data, patterns, scope).features;
    const zero = scope.zeros(data.samples * data.outputs);
    const part: FitPart = {
      outputs,
      patterns,
      coverage: 'sampled',
      v: new Float64Array(offsets[offsets.length - 1]),
      lambda: new Float64Array(zero.length),
      objective: data.loss.value(zero) * data.objectiveScale,
      bound: 0,
      constraint: Number.POSITIVE_INFINITY,
      iterations: 0,
      rounds: 0,
      exhausted: false,
    };
    scope.release(mark);
    return part;
  });
  return { parts };
}

/** Zero network of outputs whose turn has not come, with the bound 0 that every loss has. */
function untouched(
  architecture: Architecture,
  problem: Problem,
  outputs: readonly number[],
  like: FitPart,
  scope: Scope,
): FitPart {
  return scope.child(() => {
    const { data } = stateData(architecture, problem, outputs, scope);
    const fitted = scope.zeros(data.samples * data.outputs);
    return {
      ...like,
      outputs,
      v: new Float64Array(like.v.length),
      lambda: new Float64Array(fitted.length),
      objective: data.loss.value(fitted) * data.objectiveScale,
      bound: 0,
      constraint: 0,
      iterations: 0,
      rounds: 0,
      exhausted: false,
    };
  });
}
