// Points of two classes in [-1, 1]^2: generated from a seed, drawn, or read from a table.

/** Uniform numbers in [0, 1) from integer arithmetic: the same picture for the same seed everywhere. */
function uniform(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const shapes = {
  xor(random) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    return { x, y, label: x * y > 0 ? 1 : 0 };
  },
  checkerboard(random) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    return { x, y, label: (Math.floor((x + 1) * 2) + Math.floor((y + 1) * 2)) % 2 };
  },
  circles(random, k) {
    const label = k % 2;
    const radius = label ? 0.35 * Math.sqrt(random()) : 0.65 + 0.25 * random();
    const angle = 2 * Math.PI * random();
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), label };
  },
  moons(random, k) {
    const label = k % 2;
    const angle = Math.PI * random();
    return label
      ? { x: 0.6 * Math.cos(angle) - 0.3, y: 0.6 * Math.sin(angle) - 0.15, label }
      : { x: 0.3 - 0.6 * Math.cos(angle), y: 0.15 - 0.6 * Math.sin(angle), label };
  },
  spiral(random, k) {
    const label = k % 2;
    const turn = 0.08 + 0.92 * random();
    const angle = 1.5 * Math.PI * turn + label * Math.PI;
    return { x: 0.95 * turn * Math.cos(angle), y: 0.95 * turn * Math.sin(angle), label };
  },
};

/** The points of a state. */
export function pointsOf({ data, noise, size, seed, points }) {
  if (data === 'drawn') return points;
  const random = uniform(seed);
  /** Sum of uniforms: near enough to a bell. */
  const jitter = () => noise * (random() + random() + random() - 1.5);
  return Array.from({ length: size }, (_, k) => {
    const { x, y, label } = shapes[data](random, k);
    return { x: x + jitter(), y: y + jitter(), label };
  });
}

/**
 * Points from the text of a table: its first two columns of numbers, scaled into [-1, 1], and its last column as class (two
 * values). Says in one sentence what is wrong where it cannot.
 */
export function pointsOfTable(text) {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const separator = [';', '\t', ','].find((mark) => lines[0]?.includes(mark)) ?? ',';
  const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  const isNumber = (cell) => cell !== '' && Number.isFinite(Number(cell));
  const body = rows.length > 0 && rows[0].filter(isNumber).length < 2 ? rows.slice(1) : rows;
  if (body.length < 2) throw new Error('The table needs at least two rows of data.');
  const width = body[0].length;
  const numeric = Array.from({ length: width - 1 }, (_, j) => j).filter((j) => body.every((row) => isNumber(row[j] ?? '')));
  if (numeric.length < 2) throw new Error('The table needs two columns of numbers before its last column.');
  const labels = [...new Set(body.map((row) => row[width - 1]))].sort();
  if (labels.length !== 2) throw new Error(`The last column must name two classes; it has ${labels.length} values.`);
  const scaled = numeric.slice(0, 2).map((j) => {
    const values = body.map((row) => Number(row[j]));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.map((value) => (high > low ? (1.9 * (value - low)) / (high - low) - 0.95 : 0));
  });
  return body.slice(0, 300).map((row, k) => ({ x: scaled[0][k], y: scaled[1][k], label: labels.indexOf(row[width - 1]) }));
}
