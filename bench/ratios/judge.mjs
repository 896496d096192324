/** A ratio below this share of the stored one fails: machines differ by less, regressions that matter by more. */
const lowestShare = 0.5;

/**
 * @param measured - by name: how many times as fast as its twin each kernel or fit was, one list of repeats each.
 * @param stored - by name: the same ratio when it was last recorded.
 * @returns one line for every stored ratio, with the best repeat; names that are not stored, or not measured, fail too.
 */
export function judge(measured, stored) {
  const names = new Set([...Object.keys(stored), ...Object.keys(measured)]);
  return [...names].map((name) => {
    const best = Math.max(0, ...(measured[name] ?? []));
    const expected = stored[name] ?? Number.NaN;
    return { name, best, expected, passed: best >= lowestShare * expected };
  });
}
