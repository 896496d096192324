import { DeepNetwork } from './deep.js';
import type { DeepPenalty } from './deep-penalty.js';

/** One sub-network that feeds one output. */
export interface Subnetwork {
  /** Rows of every layer, those of the first with the bias as last entry where there is one. */
  readonly layers: readonly Float64Array[];
  readonly gates: readonly Float64Array[] | null;
  readonly output: number;
  readonly weight: number;
}

/** What sub-networks have in common; `columns` counts the bias. */
export interface SubnetworkShape {
  readonly columns: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly widths: readonly number[];
  readonly penalty: DeepPenalty;
  readonly gated: boolean;
}

/** Sub-networks side by side. */
export function subnetworksToNetwork(
  parts: readonly Subnetwork[],
  { columns, outputs, bias, widths, penalty, gated }: SubnetworkShape,
): DeepNetwork {
  const inputs = bias ? columns - 1 : columns;
  const stack = (of: (part: Subnetwork) => readonly Float64Array[]) => {
    const [first, ...later] = widths.map((_, l) => parts.flatMap((part) => Array.from(of(part)[l])));
    return {
      weights: [first.filter((_, at) => at % columns < inputs), ...later],
      bias: bias ? first.filter((_, at) => at % columns === inputs) : undefined,
    };
  };
  return new DeepNetwork({
    inputs,
    outputs,
    widths,
    penalty,
    layers: stack(({ layers }) => layers),
    gates: gated ? stack(({ gates }) => gates ?? []) : null,
    output: {
      weights: parts.flatMap(({ output, weight }) => Array.from({ length: outputs }, (_, c) => (c === output ? weight : 0))),
    },
  });
}

/** Networks of one output each side by side: output c is the output of network c. */
export function joinDeep(networks: readonly DeepNetwork[]): DeepNetwork {
  const [{ inputs, widths, penalty, gates }] = networks;
  const outputs = networks.length;
  const stack = (of: (network: DeepNetwork) => DeepNetwork['layers']) => ({
    weights: widths.map((_, l) => networks.flatMap((network) => Array.from(of(network).weights[l]))),
    bias: networks.flatMap((network) => Array.from(of(network).bias)),
  });
  return new DeepNetwork({
    inputs,
    outputs,
    widths,
    penalty,
    layers: stack(({ layers }) => layers),
    gates: gates && stack((network) => network.gates ?? network.layers),
    output: {
      weights: networks.flatMap((network, c) =>
        Array.from(network.output.weights).flatMap((weight) => Array.from({ length: outputs }, (_, k) => (k === c ? weight : 0))),
      ),
    },
  });
}
