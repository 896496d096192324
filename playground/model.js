// The path of certified networks for some points, trained in a worker, one value of beta after another.
import { betaMax, relu } from './dist/index.mjs';
import { spawn } from './dist/worker.mjs';
import { pathLength } from './state.js';

const ratio = 1e-3;
/** Fits end here at the latest: what is not proven by then is shown with its gap. */
const secondsPerFit = 8;

const pool = spawn();
let stop = null;

/**
 * Trains the path; `show` hears every finished step: { index, beta, network, certificate, seconds }. A new call ends the one
 * before, whose steps are heard no more.
 */
export async function trainPath(points, show) {
  stop?.abort();
  const own = new AbortController();
  stop = own;
  const X = points.map(({ x, y }) => [x, y]);
  const y = points.map(({ label }) => 2 * label - 1);
  const options = { loss: 'logistic', tolerance: 1e-6, timeLimit: secondsPerFit };
  try {
    const most = (await betaMax(relu(), X, y, { loss: 'logistic' })).beta;
    if (!(most > 0)) return;
    let warmStart;
    for (let index = 0; index < pathLength && !own.signal.aborted; index++) {
      const beta = 0.95 * most * ratio ** (index / (pathLength - 1));
      const start = performance.now();
      const result = await pool.train(relu(), X, y, { ...options, beta, warmStart, signal: own.signal });
      warmStart = result;
      const { network, certificate } = result;
      if (!own.signal.aborted) show({ index, beta, network, certificate, seconds: (performance.now() - start) / 1000 });
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
}

/** Ends whatever trains. */
export const stopPath = () => stop?.abort();
