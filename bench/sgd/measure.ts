/** Result and seconds of user CPU. */
export function seconds<T>(work: () => T): [T, number] {
  const before = process.cpuUsage();
  const result = work();
  return [result, process.cpuUsage(before).user / 1e6];
}

export async function secondsOf<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage();
  const result = await work();
  return [result, process.cpuUsage(before).user / 1e6];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1];
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Root of the mean square around the mean. */
export function spread(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) * (value - center))));
}

/** Six digits are enough for what is drawn, and keep the file small. */
export const short = (value: number): number => Number(value.toPrecision(6));
