import type { Network } from '../network/base.js';
import type { TrainResult } from '../options.js';
import type { Choice } from './choice.js';
import { emptyNote } from './empty-note.js';
import type { Task } from './task.js';

/** What a person might not expect of a fit. */
export function notesOf({ targets, absent }: Task<Network>, choice: Choice, { network, beta }: TrainResult): string[] {
  const { classes } = targets;
  const notes = [...choice.notes];
  if (absent) notes.push(`${absent.length} of the rows have weight 0 and take no part`);
  if (network.neurons > 0) return notes;
  const why = whyEmpty(Array.from(targets.y as ArrayLike<number>), choice, beta);
  return [...notes, emptyNote(classes, why)];
}

function whyEmpty(y: readonly unknown[], { by }: Choice, beta: number): string {
  if (y.length > 0 && y.every((target) => target === y[0])) return 'every target is the same';
  if (by === 'folds') return 'on held-out rows no beta did better than that, so the columns tell nothing that folds can see';
  return `beta ${beta} is too large for neurons`;
}
