import type { Architecture } from '../architectures/architecture.js';
import { CERTIFICATE_VERSION, type CertificateFile, type OutputProof } from '../certificate/file.js';
import { writeTree } from '../certificate/multipliers.js';
import type { Scope } from '../core/scope.js';
import { sha256OfNumbers } from '../data/sha256.js';
import type { FitPart, FitState } from '../fit/fit.js';
import { stateData } from '../fit/state.js';
import type { Network } from '../network/base.js';
import { TwoLayerNetwork } from '../network/network.js';
import { type Arrangement, arrangeSteps } from '../patterns/arrangement.js';
import { BranchAndBound, nodesPerPause } from '../patterns/branch-and-bound.js';
import type { Pausing } from '../pausing.js';
import type { Problem, TrainingData } from '../program/training-data.js';
import { claimOf } from '../verify/cones.js';
import { up } from '../verify/interval.js';
import { expressRows, type Rows } from '../verify/rows.js';
import { dualValueDown, objectiveUp } from '../verify/verify.js';
import { inputsOf } from './conclude.js';

/** What the verifier's rounding may need, relative to the constraint. */
const slack = 1e-9;
/** Smallest constraint that is claimed, relative to beta: of rows that are all zero, rounding could not tell less. */
const least = 1e-3;
/** Share of the tolerance that the constraint may exceed beta by where the patterns were listed, and nothing else is known of it. */
const listedShare = 0.25;
/** Dual points keep so far from the edge of their domain, relative to their size. */
const edge = 1e-12;

/**
 * Writes the proof of a fit that ended proven: branch and bound once more for every output, recorded, with multipliers for
 * every cone. Yields now and then.
 *
 * @returns null when the proof cannot be completed.
 */
export function* prove(
  architecture: Architecture,
  problem: Problem,
  state: FitState,
  network: Network,
  tolerance: number,
  scope: Scope,
): Pausing<CertificateFile | null> {
  if (!(network instanceof TwoLayerNetwork)) return null;
  const { X, y, outputs, sampleWeight, bias, loss, beta, absent } = problem;
  const offset = statedOffset(problem);
  const features = inputsOf(problem);
  const n = X.rows;
  const proofs = new Array<OutputProof>(outputs);
  let rows: CertificateFile['rows'] | null = null;
  for (const part of state.parts) {
    const mark = scope.mark();
    try {
      const { data } = stateData(architecture, problem, part.outputs, scope);
      const arrangement = yield* arrangeSteps(data.X, n, X.columns, scope);
      rows ??= rowsOf(arrangement);
      const expressed = expressRows(X.data, X.columns, rows.basis, rows.merged);
      if (!expressed) return null;
      const found = yield* provePart(architecture.slope, problem, part, data, arrangement, expressed, tolerance, scope);
      if (!found) return null;
      part.outputs.forEach((c, i) => {
        proofs[c] = found[i];
      });
    } finally {
      scope.release(mark);
    }
  }
  const targets = Array.from({ length: n }, (_, k) => Array.from({ length: outputs }, (__, c) => y[c * n + k]));
  const weights = sampleWeight ?? new Float64Array(n).fill(1);
  const file = {
    format: 'cvxnn-certificate',
    version: CERTIFICATE_VERSION,
    data: {
      sha256: sha256OfNumbers([n, features.columns, outputs], features.data, targets.flat(), weights, offset ?? []),
      samples: n,
      features: features.columns,
      ...(absent && { absent: Array.from(absent) }),
    },
    problem: {
      loss,
      huberDelta: problem.lossOptions.huberDelta ?? 1,
      beta,
      slope: architecture.slope,
      bias,
      outputs,
      sampleWeight: sampleWeight && Array.from(sampleWeight),
      offset,
    },
    network: {
      weights: Array.from(network.hidden.weights),
      bias: Array.from(network.hidden.bias),
      output: Array.from(network.output.weights),
    },
    rows: rows ?? { basis: null, merged: [] },
    outputs: proofs,
    preparation: null,
  } as const;
  const claim = { objective: objectiveUp(file, X.data, targets, weights), lowerBound: dualValueDown(file, targets, weights) };
  return { ...file, claim };
}

/** One offset for every output where all rows have the same, else rows x outputs. */
function statedOffset({ offset, outputs, X }: Problem): CertificateFile['problem']['offset'] {
  if (!offset) return null;
  const n = X.rows;
  const same = offset.every((entry, at) => entry === offset[at - (at % n)]);
  return Array.from({ length: same ? outputs : n * outputs }, (_, at) => offset[(at % outputs) * n + Math.floor(at / outputs)]);
}

/** Parallel rows as the certificate lists them. */
function rowsOf({ basis, owner, factor }: Arrangement): CertificateFile['rows'] {
  const leaders: number[] = [];
  const merged: number[][] = [];
  owner.forEach((i, k) => {
    if (i < 0) return;
    if (leaders[i] === undefined) leaders[i] = k;
    else merged.push([k, leaders[i], factor[k]]);
  });
  return { basis: basis && Array.from(basis), merged };
}

function* provePart(
  slope: number,
  problem: Problem,
  part: FitPart,
  data: TrainingData,
  arrangement: Arrangement,
  rows: Rows,
  tolerance: number,
  scope: Scope,
): Pausing<OutputProof[] | null> {
  const n = data.samples;
  const lambda = problem.loss === 'softmax' ? balanced(part.lambda, problem.y, n) : part.lambda;
  const goal = part.coverage === 'all' ? data.beta * (1 + listedShare * tolerance) : part.constraint * (1 + slack);
  if (!(goal < Number.POSITIVE_INFINITY)) return null;
  // From the arena's units to the caller's: all powers of two.
  const lambdaScale = data.objectiveScale / data.fitScale;
  const constraintScale = lambdaScale * (data.fitScale / data.blockScale);
  const found: OutputProof[] = [];
  const search = new BranchAndBound(arrangement, slope, scope);
  const together = nodesPerPause(arrangement);
  for (let c = 0; c < data.outputs; c++) {
    const own = lambda.slice(c * n, (c + 1) * n);
    const recorded: Uint8Array[] = [];
    let bound = 0;
    for (const sign of [1, -1] as const) {
      search.start(own, sign, goal, true);
      let outcome = search.advance(together);
      for (; outcome === 'paused'; outcome = search.advance(together)) yield;
      if (outcome === 'violated') return null;
      recorded.push(search.tree());
      bound = Math.max(bound, search.bound);
    }
    const constraint = Math.max(bound * (1 + slack), least * data.beta) * constraintScale;
    const stated = Array.from(own, (entry) => entry * lambdaScale);
    const trees = [];
    for (const [s, sign] of ([1, -1] as const).entries()) {
      const tree = yield* writeTree(claimOf(rows, stated, sign, slope, constraint), recorded[s]);
      if (!tree) return null;
      trees.push(tree);
    }
    found.push({ lambda: stated, scale: 0, constraint, trees });
  }
  const constraint = Math.max(...found.map((output) => output.constraint));
  const best = scope.child(() => data.loss.bestScale(scope.copyIn(lambda), problem.beta / constraint));
  let scale = best * (1 - edge);
  while (!(up(scale * constraint) <= problem.beta)) scale *= 1 - edge;
  return found.map((output) => ({ ...output, scale, constraint }));
}

/** Sums over the classes of a sample are exactly zero: entries are multiples of a power of two, the true class takes the rest. */
function balanced(lambda: Float64Array, y: Float64Array, samples: number): Float64Array {
  const outputs = lambda.length / samples;
  const exact = new Float64Array(lambda.length);
  for (let k = 0; k < samples; k++) {
    let rest = 0;
    let own = k;
    for (let c = 0; c < outputs; c++) {
      const at = c * samples + k;
      if (y[at] === 1) own = at;
      else {
        exact[at] = Math.min(0, Math.round(lambda[at] * grid) / grid);
        rest -= exact[at];
      }
    }
    exact[own] = rest;
  }
  return exact;
}

const grid = 1125899906842624; // 2^50: in the arena lambda is at most 2
