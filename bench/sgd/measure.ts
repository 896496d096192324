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

/** Six digits are enough for what is drawn, and keep the file small. */
export const short = (value: number): number => Number(value.toPrecision(6));
