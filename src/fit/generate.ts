import type { Architecture } from '../architectures/architecture.js';
import type { Scope } from '../core/scope.js';
import type { Pause } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { type FitOptions, type FitStep, generateColumns, type WarmStart } from './column-generation.js';
import { blocksAreNeurons } from './first-network.js';
import { generateFromNetwork } from './network-generation.js';
import { searchSpace } from './search-space.js';

/** A fit over patterns that are found while solving, without a proof. */
export function generatePatterns(
  architecture: Architecture,
  data: TrainingData,
  warm: WarmStart | null,
  options: FitOptions,
  scope: Scope,
): Generator<FitStep | Pause, FitStep> {
  // Where columns are offset, a band of scores says nothing of a neuron's place among the rows: searches step in other coordinates.
  const generate = blocksAreNeurons(architecture, data) && !searchSpace(data, scope) ? generateFromNetwork : generateColumns;
  return generate(architecture, data, warm, options, scope);
}
