/*
 * Many local searches for the dual constraint at once (docs/algorithm.md): from each start along the arcs from w towards
 * g / |g|, g the gradient of |lambda^T phi(Xw)|, as long as it rises, the first half of what price.ts does. Four searches run
 * side by side as one product; one that ends makes room for the next start. Single precision: whoever uses a result evaluates it.
 *
 *   work: | lambda f32, n rounded up to 8 | scores: tiles of all panels | scores ahead | group | w: 4 x d | g: 4 x d | lanes: 4 x 32 bytes |
 *   lane: | start (i32), steps (i32) | sign | value | 0 |
 */
import { dot } from './dense';
import { addProducts, chunkPanels, roundUp, scoreTile, sumFloats } from './panels';

const arcs: i32 = 5;
const rise: f64 = 1e-4;

/** Bytes of `work` for {@link climbArcs}. */
export function climbArcsWorkspace(n: i32, d: i32): i32 {
  return <i32>(roundUp(n, 8) * 36 + <usize>d * 80 + 128 + 64);
}

/** w <- w / |w|; false for zero. */
function normalize(w: usize, d: i32): bool {
  const length = Math.sqrt(dot(w, w, d));
  if (!(length > 0)) return false;
  for (let i = 0; i < d; i++) store<f64>(w + ((<usize>i) << 3), load<f64>(w + ((<usize>i) << 3)) / length);
  return true;
}

/** lambda^T phi(z) of one lane. */
function sumUnits(z: usize, lambda: usize, slope: f32, panels: i32): f64 {
  const down = f32x4.splat(slope);
  let total: f64 = 0;
  while (panels > 0) {
    let sum = f32x4.splat(0);
    for (let k = min(panels, chunkPanels); k > 0; k--) {
      const z0 = v128.load(z);
      const z1 = v128.load(z, 16);
      sum = f32x4.add(sum, f32x4.mul(v128.load(lambda), f32x4.max(z0, f32x4.mul(down, z0))));
      sum = f32x4.add(sum, f32x4.mul(v128.load(lambda, 16), f32x4.max(z1, f32x4.mul(down, z1))));
      z += 128;
      lambda += 32;
    }
    total += sumFloats(sum);
    panels -= chunkPanels;
  }
  return total;
}

/** lambda^T phi((1 - t) z + t y) for t = 1/16, 1/8, .. 1, to 5 doubles. */
function valuesAlong(z: usize, y: usize, lambda: usize, slope: f32, panels: i32, out: usize): void {
  const down = f32x4.splat(slope);
  memory.fill(out, 0, (<usize>arcs) << 3);
  while (panels > 0) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    for (let k = min(panels, chunkPanels); k > 0; k--) {
      for (let half: usize = 0; half < 32; half += 16) {
        const from = v128.load(z + half);
        const to = v128.load(y + half);
        const l = v128.load(lambda + half);
        const way = f32x4.sub(to, from);
        let there = f32x4.add(from, f32x4.mul(way, f32x4.splat(0.0625)));
        s0 = f32x4.add(s0, f32x4.mul(l, f32x4.max(there, f32x4.mul(down, there))));
        there = f32x4.add(from, f32x4.mul(way, f32x4.splat(0.125)));
        s1 = f32x4.add(s1, f32x4.mul(l, f32x4.max(there, f32x4.mul(down, there))));
        there = f32x4.add(from, f32x4.mul(way, f32x4.splat(0.25)));
        s2 = f32x4.add(s2, f32x4.mul(l, f32x4.max(there, f32x4.mul(down, there))));
        there = f32x4.add(from, f32x4.mul(way, f32x4.splat(0.5)));
        s3 = f32x4.add(s3, f32x4.mul(l, f32x4.max(there, f32x4.mul(down, there))));
        s4 = f32x4.add(s4, f32x4.mul(l, f32x4.max(to, f32x4.mul(down, to))));
      }
      z += 128;
      y += 128;
      lambda += 32;
    }
    store<f64>(out, load<f64>(out) + sumFloats(s0));
    store<f64>(out, load<f64>(out, 8) + sumFloats(s1), 8);
    store<f64>(out, load<f64>(out, 16) + sumFloats(s2), 16);
    store<f64>(out, load<f64>(out, 24) + sumFloats(s3), 24);
    store<f64>(out, load<f64>(out, 32) + sumFloats(s4), 32);
    panels -= chunkPanels;
  }
}

/** z <- s z + r y (what z was does not matter where s is 0), then y <- sign lambda phi'(z). */
function moveAndWeigh(z: usize, y: usize, s: f64, r: f64, sign: f64, slope: f64, lambda: usize, panels: i32): void {
  const stay = f32x4.splat(<f32>s);
  const go = f32x4.splat(<f32>r);
  const up = f32x4.splat(<f32>sign);
  const down = f32x4.splat(<f32>(sign * slope));
  for (; panels > 0; panels--) {
    for (let half: usize = 0; half < 32; half += 16) {
      let there = f32x4.mul(go, v128.load(y + half));
      if (s != 0) there = f32x4.add(f32x4.mul(stay, v128.load(z + half)), there);
      v128.store(z + half, there);
      const factor = v128.bitselect(up, down, f32x4.ge(there, f32x4.splat(0)));
      v128.store(y + half, f32x4.mul(factor, v128.load(lambda + half)));
    }
    z += 128;
    y += 128;
    lambda += 32;
  }
}

/** One lane's entries of the group: the direction ahead. */
function packLane(direction: usize, scale: f64, group: usize, d: i32): void {
  for (let i = 0; i < d; i++) store<f32>(group + ((<usize>i) << 4), <f32>(scale * load<f64>(direction + ((<usize>i) << 3))));
}

/**
 * Climbs from `count` starts (rows of `directions`, overwritten by where the searches end, of norm 1), at most `steps` arcs each,
 * |lambda^T phi(Xw)| in the sign that it has at the start. values_i: lambda^T phi(Xw) where search i ends, with its sign.
 */
export function climbArcs(
  rows: usize,
  lambda: usize,
  slope: f64,
  directions: usize,
  values: usize,
  count: i32,
  steps: i32,
  n: i32,
  d: i32,
  work: usize,
): void {
  const panels = (n + 7) >> 3;
  const padded = roundUp(n, 8);
  const scores = work + (((padded << 2) + 15) & ~15);
  const ahead = scores + (padded << 4);
  const group = ahead + (padded << 4);
  const w = group + ((<usize>d) << 4);
  const g = w + ((<usize>d) << 5);
  const lanes = g + ((<usize>d) << 5);
  const found = lanes + 128;
  const bytes = (<usize>d) << 3;
  for (let k = 0; k < <i32>padded; k++) {
    const at = (<usize>k) << 2;
    store<f32>(work + at, k < n ? <f32>load<f64>(lambda + (at << 1)) : 0);
  }
  for (let r = 0; r < 4; r++) store<i32>(lanes + ((<usize>r) << 5), -1);
  let next = 0;
  while (true) {
    let running = 0;
    for (let r = 0; r < 4; r++) {
      const lane = lanes + ((<usize>r) << 5);
      const own = w + <usize>r * bytes;
      if (load<i32>(lane) < 0) {
        packLane(own, 0, group + ((<usize>r) << 2), d);
        while (next < count) {
          memory.copy(own, directions + <usize>next * bytes, bytes);
          const start = next++;
          if (!normalize(own, d)) {
            store<f64>(values + ((<usize>start) << 3), 0);
            continue;
          }
          store<i32>(lane, start);
          store<i32>(lane, -1, 4);
          packLane(own, 1, group + ((<usize>r) << 2), d);
          break;
        }
      }
      if (load<i32>(lane) >= 0) running++;
    }
    if (running == 0) break;
    for (let k = 0; k < panels; k++) scoreTile(group, rows + <usize>(k * d) * 32, d, ahead + ((<usize>k) << 7));
    for (let r = 0; r < 4; r++) {
      const lane = lanes + ((<usize>r) << 5);
      if (load<i32>(lane) < 0) continue;
      const shift = (<usize>r) << 5;
      const own = w + <usize>r * bytes;
      const taken = load<i32>(lane, 4);
      if (taken < 0) {
        const value = sumUnits(ahead + shift, work, <f32>slope, panels);
        const sign: f64 = value < 0 ? -1 : 1;
        store<f64>(lane, sign, 8);
        store<f64>(lane, sign * value, 16);
        moveAndWeigh(scores + shift, ahead + shift, 0, 1, sign, slope, work, panels);
      } else {
        const sign = load<f64>(lane, 8);
        const value = load<f64>(lane, 16);
        const gradient = g + <usize>r * bytes;
        const size = Math.sqrt(dot(gradient, gradient, d));
        const cosine = dot(own, gradient, d) / size;
        valuesAlong(scores + shift, ahead + shift, work, <f32>slope, panels, found);
        let best = value;
        let step: f64 = 0;
        let reach: f64 = 1;
        let t: f64 = 0.0625;
        for (let i = 0; i < arcs; i++) {
          const length = Math.sqrt((1 - t) * (1 - t) + t * t + 2 * t * (1 - t) * cosine);
          const there = (sign * load<f64>(found + ((<usize>i) << 3))) / length;
          if (!(there > best)) break;
          best = there;
          step = t;
          reach = length;
          t *= 2;
        }
        if (!(best > value * (1 + rise))) {
          leave(lane, own, directions, values, d);
          continue;
        }
        const s = (1 - step) / reach;
        const q = step / reach;
        for (let i: usize = 0; i < bytes; i += 8)
          store<f64>(own + i, s * load<f64>(own + i) + (q / size) * load<f64>(gradient + i));
        store<f64>(lane, best, 16);
        moveAndWeigh(scores + shift, ahead + shift, s, q, sign, slope, work, panels);
      }
      store<i32>(lane, taken + 1, 4);
      if (taken + 1 >= steps) leave(lane, own, directions, values, d);
    }
    memory.fill(g, 0, 4 * bytes);
    for (let k = 0; k < panels; k += chunkPanels) {
      const chunk = min(panels - k, chunkPanels);
      for (let i = 0; i < d; i += 2) {
        const x = rows + <usize>(k * d + i) * 32;
        addProducts(ahead + ((<usize>k) << 7), 128, x, d, chunk, g + ((<usize>i) << 3), 4, d - i);
      }
    }
    for (let r = 0; r < 4; r++) {
      const lane = lanes + ((<usize>r) << 5);
      if (load<i32>(lane) < 0) continue;
      const gradient = g + <usize>r * bytes;
      const size = Math.sqrt(dot(gradient, gradient, d));
      if (size > load<f64>(lane, 16) * (1 + 1e-9)) packLane(gradient, 1 / size, group + ((<usize>r) << 2), d);
      else leave(lane, w + <usize>r * bytes, directions, values, d);
    }
  }
}

/** The search of a lane is over. */
function leave(lane: usize, w: usize, directions: usize, values: usize, d: i32): void {
  const start = <usize>load<i32>(lane);
  memory.copy(directions + ((start * <usize>d) << 3), w, (<usize>d) << 3);
  store<f64>(values + (start << 3), load<f64>(lane, 8) * load<f64>(lane, 16));
  store<i32>(lane, -1);
}
