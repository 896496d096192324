import { Worker } from 'node:worker_threads';
import { createPool, type SpawnOptions, type WorkerPool } from './client.js';

export type { SpawnOptions, WorkerPool } from './client.js';

/**
 * Starts the API in Node's worker threads: a service stays responsive while a network trains. An idle pool does not keep the
 * process alive.
 *
 * @param options - `threads`: calls that run at the same time; default 1.
 * @returns The functions of `cvxnn`, run in workers; `close()` ends them.
 * @throws {@link ArgumentError} for a bad option.
 */
export function spawn(options: SpawnOptions = {}): WorkerPool {
  return createPool((receive, fail) => {
    // Options of the process (--input-type, --import) are not for the worker.
    const worker = new Worker(new URL('./worker-host.node.mjs', import.meta.url), { execArgv: [] });
    let open = 0;
    worker.on('message', (reply) => {
      if (!('progress' in reply) && --open === 0) worker.unref();
      receive(reply);
    });
    worker.on('error', ({ message }) => fail(message));
    worker.on('messageerror', ({ message }) => fail(message));
    worker.on('exit', (code) => fail(`exit code ${code}`));
    return {
      post(request) {
        // Sent first: what cannot be cloned is no open call.
        worker.postMessage(request);
        if ('method' in request && open++ === 0) worker.ref();
      },
      terminate() {
        worker.removeAllListeners();
        void worker.terminate();
      },
    };
  }, options);
}
