// The whole state of the page in one record, which is the part of the address after #: every picture is a link.

export const dataSets = ['xor', 'spiral', 'circles', 'moons', 'checkerboard', 'drawn'];
export const rates = [0.003, 0.01, 0.03, 0.1, 0.3];
/** Values of beta on the path, largest first. */
export const pathLength = 24;

export const initialState = Object.freeze({ data: 'xor', noise: 0.1, size: 100, seed: 1, step: 14, rate: 0.03, points: [] });

const clamp = (value, least, most, otherwise) => (Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise);

/** Points as text: x, y in hundredths and the class, so that links stay short. */
const encodePoints = (points) =>
  points.map(({ x, y, label }) => `${Math.round(100 * x)}_${Math.round(100 * y)}_${label}`).join('.');

function decodePoints(text) {
  return text
    .split('.')
    .map((point) => point.split('_').map(Number))
    .filter((numbers) => numbers.length === 3 && numbers.every(Number.isFinite))
    .map(([x, y, label]) => ({ x: clamp(x / 100, -10, 10, 0), y: clamp(y / 100, -10, 10, 0), label: label > 0 ? 1 : 0 }))
    .slice(0, 300);
}

/** What differs from the beginning, as the part of an address after #. */
export function toHash(state) {
  const fields = new URLSearchParams();
  for (const key of ['data', 'noise', 'size', 'seed', 'step', 'rate'])
    if (state[key] !== initialState[key]) fields.set(key, String(state[key]));
  if (state.data === 'drawn') fields.set('points', encodePoints(state.points));
  return fields.toString();
}

/** Any text gives a state: what is missing or senseless has its initial value. */
export function fromHash(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (key, least, most) =>
    fields.has(key) ? clamp(Number(fields.get(key)), least, most, initialState[key]) : initialState[key];
  const points = decodePoints(fields.get('points') ?? '');
  const data = dataSets.includes(fields.get('data')) ? fields.get('data') : initialState.data;
  return {
    data,
    noise: number('noise', 0, 0.5),
    size: Math.round(number('size', 20, 200)),
    seed: Math.round(number('seed', 0, 1e6)),
    step: Math.round(number('step', 0, pathLength - 1)),
    rate: rates.includes(Number(fields.get('rate'))) ? Number(fields.get('rate')) : initialState.rate,
    points,
  };
}
