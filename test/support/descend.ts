/**
 * Plain training of a non-convex objective as an independent check: gradient by central differences, backtracking steps.
 * Slow and simple on purpose; problems have a few dozen parameters.
 */
export function descend(objective: (p: Float64Array) => number, start: Float64Array, steps: number): number {
  let p = start.slice();
  let value = objective(p);
  let size = 0.1;
  for (let k = 0; k < steps; k++) {
    const gradient = p.map((entry, i) => {
      const h = 1e-6 * Math.max(1, Math.abs(entry));
      const moved = p.slice();
      moved[i] = entry + h;
      const ahead = objective(moved);
      moved[i] = entry - h;
      return (ahead - objective(moved)) / (2 * h);
    });
    for (;;) {
      const trial = p.map((entry, i) => entry - size * gradient[i]);
      const there = objective(trial);
      if (there < value) {
        p = trial;
        value = there;
        size *= 1.5;
        break;
      }
      size /= 2;
      if (size < 1e-14) return value;
    }
  }
  return value;
}
