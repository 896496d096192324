import { describeValue } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import { type DeepPenalty, deepPenalties } from '../network/deep-penalty.js';

/** Refuses sizes and penalties that no family of deep networks has. */
export function checkWidths(widths: readonly number[], regularization: DeepPenalty): readonly number[] {
  const expected = 'positive integers, at most two of them above 1, those first, and a last one of 1';
  if (!Array.isArray(widths) || widths.length < 2) throw new ArgumentError('widths', describeValue(widths), expected);
  widths.forEach((width, l) => {
    if (!Number.isSafeInteger(width) || width < 1 || (l >= 2 && width !== 1) || (l === widths.length - 1 && width !== 1))
      throw new ArgumentError('widths', `[${widths.join(', ')}]`, expected);
  });
  if (!deepPenalties.includes(regularization))
    throw new ArgumentError('regularization', describeValue(regularization), `one of ${deepPenalties.join(', ')}`);
  return widths;
}
