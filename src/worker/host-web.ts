import { serve } from './host.js';

serve({
  post: (reply) => self.postMessage(reply),
  listen: (listener) => self.addEventListener('message', ({ data }) => listener(data)),
});
