import type { Network } from '../network/base.js';
import type { TrainResult } from '../options.js';
import type { Choice } from './choice.js';
import { emptyNote, whyEmpty } from './empty-note.js';
import type { Task } from './task.js';

/** What a person might not expect of a fit. */
export function notesOf({ targets, absent }: Task<Network>, choice: Choice, { network, beta }: TrainResult): string[] {
  const { classes } = targets;
  const notes = [...choice.notes];
  if (absent) notes.push(`${absent.length} of the rows have weight 0 and take no part`);
  if (network.neurons > 0) return notes;
  const y = Array.from(targets.y as ArrayLike<number>);
  const constant = y.length > 0 && y.every((target) => target === y[0]);
  return [...notes, emptyNote(classes, whyEmpty(constant, choice.by, beta))];
}
