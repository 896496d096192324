// Depth on a task made by a three-layer teacher: two-layer, three-layer and layerwise gated networks, beta by cross-validation.
// npm run build, then: node examples/deep.mjs
import { GatedReLURegressor, LayerwiseRegressor, ReLURegressor, ThreeLayerRegressor } from '../dist/index.mjs';

/** Numbers in (-1, 1), the same everywhere. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
}

const [rows, features] = [300, 4];

/** A three-layer teacher of two directions u and v: 1.5 (|u| - |v|)_+ - (2 |v| - 1.5 |u|)_+, plus noise of a tenth of its spread. */
function teacherTask(seed) {
  const next = generator(seed);
  const vector = (size) => Array.from({ length: features }, () => size * next());
  const directions = [vector(2), vector(2)];
  const X = Array.from({ length: 2 * rows }, () => vector(1.7));
  const y = X.map((x) => {
    const [u, v] = directions.map((w) => Math.abs(x.reduce((sum, entry, i) => sum + entry * w[i], 0)));
    return 1.5 * Math.max(0, u - v) - Math.max(0, 2 * v - 1.5 * u);
  });
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const spread = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  return { X, y: y.map((value) => value + 0.17 * spread * next()) };
}

for (const seed of [1, 2, 3]) {
  const { X, y } = teacherTask(seed);
  const models = {
    'two layers, ReLU': new ReLURegressor(),
    'two layers, gated': new GatedReLURegressor(),
    'three layers, gated': new ThreeLayerRegressor(),
    layerwise: new LayerwiseRegressor(),
  };
  const scores = [];
  for (const [name, model] of Object.entries(models)) {
    const before = process.cpuUsage();
    model.fitSync(X.slice(0, rows), y.slice(0, rows));
    const seconds = process.cpuUsage(before).user / 1e6;
    scores.push(`${name} ${model.score(X.slice(rows), y.slice(rows)).toFixed(3)} (${seconds.toFixed(1)} s)`);
  }
  console.log(`teacher ${seed}, R^2 on held-out rows: ${scores.join(', ')}`);
}
