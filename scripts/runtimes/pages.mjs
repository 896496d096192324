// The pages that every browser opens, one after the other: each does its work, posts what it found to the server and goes to the next. A
// browser only has to be started with the first address, so that no driver of its own is needed.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installed, scratch } from './scratch.mjs';

const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const policy = (more) => ({ 'content-security-policy': `script-src 'self' ${more}` });

/** In this order; `file` comes first because a page of http may not go to one. `work` is what page.js does there. */
export const pages = [
  { name: 'script tag, file://', work: 'fit', file: true },
  { name: 'script tag, http', work: 'fits' },
  { name: 'ES module', work: 'module' },
  { name: 'module worker', work: 'worker' },
  { name: 'module worker, cross-origin isolated', work: 'isolated', headers: isolation },
  { name: "CSP with 'wasm-unsafe-eval'", work: 'fit', headers: policy("'wasm-unsafe-eval'") },
  { name: 'CSP without', work: 'fit', headers: policy('') },
];

const types = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm' };

/** Runs in the page. */
const script = `const { work, server, number, next } = document.currentScript.dataset;
const inWorker = () => new Promise((resolve, reject) => {
  const worker = new Worker('/worker.mjs', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error('the worker failed: ' + event.message));
});
const works = {
  fit: async () => ({ one: await (await import(server + '/fits.mjs')).oneFit(cvxnn) }),
  fits: async () => (await import('/fits.mjs')).fitHash(cvxnn),
  module: async () => ({ one: await (await import('/fits.mjs')).oneFit(await import('/cvxnn/index.min.mjs')) }),
  worker: inWorker,
  isolated: async () => {
    if (!crossOriginIsolated) throw new Error('the page is not isolated');
    return inWorker();
  },
};
works[work]()
  .catch(({ name, message }) => ({ failure: name + ': ' + message }))
  .then((result) => fetch(server + '/report/' + number, { method: 'POST', mode: 'no-cors', body: JSON.stringify(result) }))
  .then(() => { if (next) location.href = next; });`;

// Imports inside, so that what goes wrong has a message: an error event of a module that does not load has none.
const worker = `const work = async () => {
  const cvxnn = await import('/cvxnn/index.mjs');
  return (await import('/fits.mjs')).fitHash(cvxnn);
};
work().catch(({ name, message }) => ({ failure: name + ': ' + message })).then((result) => postMessage(result));`;

/** Serves the pages. @returns the first address, what every page reported (in order), and how to stop. */
export async function servePages() {
  const reports = pages.map(() => {
    let arrive;
    const arrived = new Promise((resolve) => {
      arrive = resolve;
    });
    return { arrived, arrive };
  });
  const html = (k, origin, library) => {
    const data = { work: pages[k].work, server: origin, number: k, next: k + 1 < pages.length ? `${origin}/page/${k + 1}` : '' };
    const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${value}"`);
    return `<!doctype html><meta charset="utf-8"><title>${k}</title><script src="${library}/index.global.js"></script><script src="${library === '/cvxnn' ? '' : '.'}/page.js" ${attributes.join(' ')}></script>`;
  };
  const server = createServer(async (request, response) => {
    const origin = `http://${request.headers.host}`;
    const [, first, second] = new URL(request.url, origin).pathname.split('/');
    const send = (body, type, headers = {}) =>
      response.writeHead(200, { 'content-type': types[type], 'access-control-allow-origin': '*', ...headers }).end(body);
    if (first === 'page') send(html(Number(second), origin, '/cvxnn'), '.html', pages[Number(second)].headers);
    else if (first === 'page.js') send(script, '.js');
    // A worker of an isolated page must ask for isolation itself.
    else if (first === 'worker.mjs') send(worker, '.mjs', isolation);
    else if (first === 'fits.mjs') send(readFileSync(join(scratch, 'fits.mjs')), '.mjs');
    else if (first === 'cvxnn') send(readFileSync(join(installed, 'dist', second)), extname(second));
    else if (first === 'report') {
      let body = '';
      for await (const part of request.setEncoding('utf8')) body += part;
      response.writeHead(204).end();
      reports[Number(second)].arrive(JSON.parse(body));
    } else response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const start = join(scratch, 'page.html');
  writeFileSync(start, html(0, origin, './node_modules/cvxnn/dist'));
  writeFileSync(join(scratch, 'page.js'), script);
  return {
    start: pathToFileURL(start).href,
    reports: reports.map(({ arrived }) => arrived),
    close: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}
