/**
 * Whether a value can be listened to as an AbortSignal can. By what it must have: a signal of another realm (a worker, a test
 * environment) is no instance of our AbortSignal.
 */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function';
}
