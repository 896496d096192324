import type { Label } from '../types.js';

/** A network without neurons is never returned without this. */
export function emptyNote(classes: readonly Label[] | null, why = 'its beta was too large for neurons'): string {
  const instead = classes ? 'the shares of the classes in training' : 'the same number';
  return `the network has no neurons and predicts ${instead} for every row: ${why}`;
}
