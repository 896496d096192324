/** Euclidean length, summed from the first entry to the last; for entries whose squares neither overflow nor vanish. */
export function norm(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}

/** Euclidean length of any vector: without overflow or underflow, at the price of a second pass. */
export function safeNorm(vector: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = 0; i < vector.length; i++) {
    const ratio = vector[i] / largest;
    sum += ratio * ratio;
  }
  return largest * Math.sqrt(sum);
}
