import { describeValue } from '../data/describe.js';
import { isSignal } from '../data/signal.js';
import { ArgumentError } from '../index.js';

/** Options of a call in two parts: what stays on the caller's side, and what is sent. */
interface SplitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
  readonly options: unknown;
}

/** Signal and listener stay on this side. Options that are no object are sent as they are: the function itself refuses them. */
export function splitOptions(given: unknown): SplitOptions {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { options: given };
  const { signal, onProgress, ...options } = given as { signal?: unknown; onProgress?: unknown };
  if (signal !== undefined && !isSignal(signal))
    throw new ArgumentError('options.signal', describeValue(signal), 'an AbortSignal');
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new ArgumentError('options.onProgress', describeValue(onProgress), 'a function');
  return { ...(signal && { signal }), ...(onProgress && { onProgress: onProgress as () => void }), options };
}

export function requireObject<T extends object>(options: T): T {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  throw new ArgumentError('options', describeValue(options), 'an object');
}
