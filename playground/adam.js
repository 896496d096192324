// Runs of Adam in a worker of their own, so that the page and the convex fits go on.

let worker = null;

/** Starts runs; `hear` gets { seed, step, objective } again and again, and { done: true } at the end. Ends the runs before. */
export function runAdam(points, beta, rate, seeds, hear) {
  stopAdam();
  const own = new Worker(new URL('./adam-worker.js', import.meta.url), { type: 'module' });
  worker = own;
  own.onmessage = ({ data }) => {
    if (worker === own) hear(data);
  };
  own.onerror = ({ message }) => {
    if (worker === own) hear({ error: message || 'TensorFlow.js could not be loaded' });
  };
  own.postMessage({
    X: points.map(({ x, y }) => [x, y]),
    y: points.map(({ label }) => 2 * label - 1),
    beta,
    rate,
    seeds,
  });
}

export function stopAdam() {
  worker?.terminate();
  worker = null;
}
