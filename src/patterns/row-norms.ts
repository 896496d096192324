/** 1 / |row|, 0 for zero rows. */
export function inverseRowNorms(data: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, k) => {
    let sum = 0;
    for (let j = k * columns; j < (k + 1) * columns; j++) sum += data[j] * data[j];
    return sum > 0 ? 1 / Math.sqrt(sum) : 0;
  });
}
