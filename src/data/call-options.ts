import { ArgumentError } from '../errors.js';
import { describeValue } from './describe.js';
import { isSignal } from './signal.js';

/** What a call may be given beside its question: how it ends early, and who hears of it. */
interface CallOptions {
  readonly signal?: unknown;
  readonly onProgress?: unknown;
}

/** Refuses signals that cannot be listened to and listeners that cannot be called, before any work. */
export function checkCall({ signal, onProgress }: CallOptions): void {
  if (signal !== undefined && !isSignal(signal))
    throw new ArgumentError('options.signal', describeValue(signal), 'an AbortSignal');
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new ArgumentError('options.onProgress', describeValue(onProgress), 'a function');
}
