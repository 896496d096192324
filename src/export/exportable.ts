import { describeValue } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';

/** By what it must have: networks of `cvxnn/predict` are of another bundle's class. */
export function checkExportable(network: Partial<Network> | null | undefined): void {
  if (typeof network?.operations !== 'function')
    throw new ArgumentError('network', describeValue(network), 'a network, such as the one of a result of train');
}
