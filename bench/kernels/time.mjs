/** Milliseconds of processor time of this process so far: what neighbours on the machine take does not count. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor seconds of one call: the best of many batches of at least 4 ms, because neighbours also disturb caches. `total` and `warm` in ms. */
export function bestSeconds(run, total, warm = 60) {
  const begin = processorTime();
  do run();
  while (processorTime() - begin < warm);
  let best = Number.POSITIVE_INFINITY;
  const start = processorTime();
  do {
    const batch = processorTime();
    let calls = 0;
    let spent = 0;
    do {
      const together = Math.max(1, calls);
      for (let i = 0; i < together; i++) run();
      calls += together;
      spent = processorTime() - batch;
    } while (spent < 4);
    best = Math.min(best, spent / calls);
  } while (processorTime() - start < total);
  return best / 1000;
}
