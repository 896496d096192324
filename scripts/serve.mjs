// A few files over HTTP on this machine, for pages under test: browsers refuse modules and crypto.subtle from file:.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.css': 'text/css',
};

/**
 * @param files - request path -> text, or a folder's path for everything below that path.
 * @returns the origin, and how to stop.
 */
export async function serve(files, headers = {}) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const send = (body, name) => {
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream', ...headers });
      body(response);
    };
    if (path in files) return send((out) => out.end(files[path]), path === '/' ? 'index.html' : path);
    for (const [prefix, folder] of Object.entries(files)) {
      const file = join(folder, path.slice(prefix.length));
      if (prefix.endsWith('/') && prefix !== '/' && path.startsWith(prefix) && file.startsWith(folder) && existsSync(file)) {
        return send((out) => createReadStream(file).pipe(out), path);
      }
    }
    response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}
