// Do all consumers agree, and did each do what it had to?

/** What a page without the permission must say. */
const refusal = /^UnsupportedRuntimeError: .*'wasm-unsafe-eval'/;

/**
 * @param results - per consumer `runtime` and one of: `hash`, `fits` and `each` (short hash of each fit by name); `one` (the first fit as
 * text); `failure` (what a page caught); `error` (the consumer did not run); `skipped`.
 * @returns what is wrong, one sentence each; none if all is well.
 */
export function compareResults(results) {
  const problems = [];
  const full = results.filter(({ hash }) => hash);
  const [first] = full;
  const single = results.find(({ one }) => one);
  for (const result of results) {
    const { runtime, hash, each, one, failure, error, skipped } = result;
    if (error) problems.push(`${runtime}: ${error}`);
    else if (skipped) continue;
    else if (runtime.endsWith('CSP without')) {
      if (!refusal.test(failure ?? ''))
        problems.push(`${runtime}: expected the error of a strict policy, got ${JSON.stringify(result)}`);
    } else if (failure) problems.push(`${runtime}: ${failure}`);
    else if (hash && hash !== first.hash) {
      const parted = Object.keys(first.each).filter((name) => each[name] !== first.each[name]);
      problems.push(`${runtime} differs from ${first.runtime} in: ${parted.join(', ')}`);
    } else if (one && one !== single.one) problems.push(`${runtime} differs from ${single.runtime} in the first fit`);
    else if (!hash && !one) problems.push(`${runtime}: no result`);
  }
  return problems;
}
