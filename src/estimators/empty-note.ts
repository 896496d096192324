import type { Label } from '../types.js';
import type { Choice } from './choice.js';

/** A network without neurons is never returned without this. */
export function emptyNote(classes: readonly Label[] | null, why = 'its beta was too large for neurons'): string {
  const instead = classes ? 'the shares of the classes in training' : 'the same number';
  return `the network has no neurons and predicts ${instead} for every row: ${why}`;
}

/** @param constant - whether all targets are equal. */
export function whyEmpty(constant: boolean, by: Choice['by'], beta: number): string {
  if (constant) return 'every target is the same';
  if (by === 'folds') return 'on held-out rows no beta did better than that, so the columns tell nothing that folds can see';
  return `beta ${beta} is too large for neurons`;
}
