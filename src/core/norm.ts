/** Euclidean length, summed from the first entry to the last; for entries whose squares neither overflow nor vanish. */
export function norm(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}
