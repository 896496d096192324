import type { Scope, Vector } from '../core/scope.js';
import { finish, Pace, type Pausing } from '../pausing.js';
import { bestOnArc } from './gate-arc.js';
import { patternStride } from './patterns.js';
import type { PricingData } from './price.js';

/** A gate g, its pattern D = 1[X g >= 0] and the value |X^T D lambda| of its dual constraint. */
export interface PricedGate {
  readonly value: number;
  readonly bits: Uint8Array;
  readonly gate: Float64Array;
}

/** Rounds of improvement, rounds without any after which the search ends, and starts that are improved. */
const improvements = 12;
const patience = 3;
const survivors = 32;
/** Passes over the rows that the best gate on a circle costs, which sorts them. */
const arcPasses = 80;

/**
 * Gates with a large |X^T D lambda| by local search from the given starts (rows). With u = X^T D lambda/|.|, the best
 * pattern for u would have bit k iff lambda_k x_k^T u >= 0; the gate X^T diag(lambda) X u points there (least squares
 * direction for these labels). The search goes along the circle through a gate and that proposal, or another good gate,
 * to the best pattern on it. Values at least `wanted`, best first.
 */
export function searchGates(...question: Parameters<typeof searchGatesSteps>): PricedGate[] {
  return finish(searchGatesSteps(...question));
}

/** {@link searchGates} with pauses between gates. */
export function* searchGatesSteps(
  data: PricingData,
  lambda: Vector,
  starts: Float64Array,
  wanted: number,
  scope: Scope,
): Pausing<PricedGate[]> {
  const { X, samples: n, columns: d } = data;
  const { kernels } = scope;
  const mark = scope.mark();
  try {
    const most = starts.length / d;
    const scaled = scope.vector(n * d);
    kernels.scaleRows(X.address, lambda.address, scaled.address, n, d);
    const rows = scope.copyOut(scaled);
    const evaluation = new GateEvaluation(data, scaled, most, scope);
    const proposals = scope.vector(most * d);
    const [scores, ahead] = [scope.vector(most * n), scope.vector(most * n)];
    const work = scope.bytes(Math.max(kernels.multiplyTransposedWorkspace(most, n, d), kernels.multiplyWorkspace(most, d, n)));

    let best = evaluation.evaluate(starts).sort((a, b) => b.value - a.value);
    const left = best.slice(survivors);
    best = best.slice(0, survivors);
    const write = (out: Vector, row: (i: number) => Float64Array) => {
      for (let i = 0; i < best.length; i++) scope.view(out).set(row(i), i * d);
    };
    const pace = new Pace();
    let idle = 0;
    for (let round = 0; round < improvements && idle < patience; round++) {
      if (pace.due(6 * best.length * n * d)) yield;
      const count = best.length;
      write(proposals, (i) => best[i].gradient);
      kernels.multiplyTransposed(proposals.address, X.address, scores.address, count, n, d, work);
      kernels.multiply(scores.address, scaled.address, proposals.address, count, d, n, work);
      // Every other round towards another good gate: proposals alone end in the nearest maximum.
      if (round % 2 === 1) write(proposals, (i) => best[(i + round) % count].gate);
      kernels.multiplyTransposed(proposals.address, X.address, ahead.address, count, n, d, work);
      const towards = scope.copyOut(proposals);
      write(proposals, (i) => best[i].gate);
      kernels.multiplyTransposed(proposals.address, X.address, scores.address, count, n, d, work);
      const gates = new Float64Array(count * d);
      for (const [i, { gate }] of best.entries()) {
        if (pace.due(arcPasses * n * d)) yield;
        const from = scope.view(scores).subarray(i * n, (i + 1) * n);
        const to = scope.view(ahead).subarray(i * n, (i + 1) * n);
        const { share, sign } = bestOnArc(from, to, rows, d);
        const combined = gate.map((entry, j) => sign * (share * entry + towards[i * d + j]));
        let square = 0;
        for (const entry of combined) square += entry * entry;
        if (square > 0)
          gates.set(
            combined.map((entry) => entry / Math.sqrt(square)),
            i * d,
          );
      }
      let improved = false;
      evaluation.evaluate(gates).forEach((found, i) => {
        if (!(found.value > best[i].value * (1 + 1e-9))) return;
        best[i] = found;
        improved = true;
      });
      idle = improved ? 0 : idle + 1;
    }
    return [...best, ...left].filter(({ value }) => value > 0 && value >= wanted).sort((a, b) => b.value - a.value);
  } finally {
    scope.release(mark);
  }
}

/** A gate with X^T D lambda. */
interface EvaluatedGate extends PricedGate {
  readonly gradient: Float64Array;
}

/** Patterns, gradients and values of gates, by kernels; room for `most` gates. */
class GateEvaluation {
  private readonly data: PricingData;
  private readonly scaled: Vector;
  private readonly scope: Scope;
  private readonly stride: number;
  private readonly gates: Vector;
  private readonly gradients: Vector;
  private readonly bits: number;
  private readonly work: number;

  constructor(data: PricingData, scaled: Vector, most: number, scope: Scope) {
    const { samples: n, columns: d } = data;
    this.data = data;
    this.scaled = scaled;
    this.scope = scope;
    this.stride = patternStride(n);
    this.gates = scope.vector(most * d);
    this.gradients = scope.vector(most * d);
    this.bits = scope.bytes(most * this.stride);
    const { kernels } = scope;
    this.work = scope.bytes(Math.max(kernels.signPatternsWorkspace(n, d), kernels.binaryMultiplyWorkspace(most, n, d)));
  }

  evaluate(gates: Float64Array): EvaluatedGate[] {
    const { scope, stride, bits, work } = this;
    const { X, samples: n, columns: d } = this.data;
    const { kernels } = scope;
    const count = gates.length / d;
    scope.view(this.gates).set(gates);
    scope.raw(bits, count * stride).fill(0);
    kernels.signPatterns(X.address, this.gates.address, bits, stride, n, count, d, work);
    kernels.binaryMultiply(bits, stride, this.scaled.address, this.gradients.address, count, n, d, work);
    return Array.from({ length: count }, (_, i) => ({
      value: kernels.norm(this.gradients.address + 8 * i * d, d),
      bits: scope.raw(bits + i * stride, stride).slice(),
      gate: gates.slice(i * d, (i + 1) * d),
      gradient: scope.view(this.gradients).slice(i * d, (i + 1) * d),
    }));
  }
}
