import type { FittedState } from './state.js';

/** What a person should know of a fitted model: one sentence each. */
export function notesOf({ network, classes }: Pick<FittedState, 'network' | 'classes'>): readonly string[] {
  if (network.neurons > 0) return [];
  const instead = classes ? 'the shares of the classes in training' : 'the same number';
  return [
    `the network has no neurons: at this beta the columns tell nothing of the target, and every row is predicted ${instead}`,
  ];
}
