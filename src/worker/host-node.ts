import { parentPort } from 'node:worker_threads';
import { serve } from './host.js';

serve({
  post: (reply) => parentPort?.postMessage(reply),
  listen: (listener) => void parentPort?.on('message', listener),
});
