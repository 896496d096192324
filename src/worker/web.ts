import { createPool, type SpawnOptions, type WorkerPool } from './client.js';

export type { SpawnOptions, WorkerPool } from './client.js';

/**
 * Starts the API in Web Workers: a page stays responsive while a network trains.
 *
 * @param options - `threads`: calls that run at the same time; default 1.
 * @returns The functions of `cvxnn`, run in workers; `close()` ends them.
 * @throws {@link ArgumentError} for a bad option.
 */
export function spawn(options: SpawnOptions = {}): WorkerPool {
  return createPool((receive, fail) => {
    const worker = new Worker(new URL('./worker-host.mjs', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => receive(data);
    worker.onerror = ({ message }) => {
      worker.terminate();
      fail(message || 'its script could not be loaded');
    };
    worker.onmessageerror = () => fail('a message could not be read');
    return { post: (request) => worker.postMessage(request), terminate: () => worker.terminate() };
  }, options);
}
