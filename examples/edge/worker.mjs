// An edge function: POST a small table, get a network at its optimum, with a bound on how far it can be from it.
import { ArgumentError, ReLUClassifier, ReLURegressor } from 'cvxnn';

export const limits = { bytes: 256 * 1024, rows: 500, columns: 20, seconds: 5, iterations: 200 };

export default {
  async fetch(request) {
    if (request.method !== 'POST') {
      const usage = 'POST {"X": [[1, 2], ...], "y": [3, ...]}; optional: "task": "classification", "beta": 0.1';
      return answer(request.method === 'GET' ? 200 : 405, { usage, limits });
    }
    try {
      return answer(200, await trainOn(readTable(await readBody(request))));
    } catch (error) {
      // ArgumentError names what is wrong with the table; anything else is our fault and says nothing to the outside.
      if (error instanceof Refusal || error instanceof ArgumentError) return answer(400, { error: error.message });
      console.error(error);
      return answer(500, { error: 'the table could not be trained on' });
    }
  },
};

class Refusal extends Error {}

/** Reads no more than the limit, whatever the headers say. */
async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limits.bytes) throw new Refusal(`the body has more than ${limits.bytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(await new Blob(chunks).text());
  } catch {
    throw new Refusal('the body is no JSON');
  }
}

/** Shape and size, before any work; entries are checked by the library, which names the first bad one. */
function readTable(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal('the body must be an object with X and y');
  const { X, y, task = 'regression', beta = 'auto', ...rest } = body;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw new Refusal(`unknown field ${JSON.stringify(unknown[0].slice(0, 40))}`);
  if (!Array.isArray(X) || !Array.isArray(X[0])) throw new Refusal('X must be an array of rows');
  if (!Array.isArray(y)) throw new Refusal('y must be an array');
  if (X.length < 10 || X.length > limits.rows) throw new Refusal(`X has ${X.length} rows; 10 to ${limits.rows} are allowed`);
  if (X[0].length > limits.columns) throw new Refusal(`X has ${X[0].length} columns; at most ${limits.columns} are allowed`);
  if (task !== 'regression' && task !== 'classification') throw new Refusal('task must be "regression" or "classification"');
  return { X, y, task, beta };
}

/** Clocks stand still on some edge hosts while code runs, so the steps are limited as well as the seconds. */
async function trainOn({ X, y, task, beta }) {
  const Estimator = task === 'regression' ? ReLURegressor : ReLUClassifier;
  const options = { beta, folds: 3, patterns: 'priced', timeLimit: limits.seconds, maxIterations: limits.iterations };
  const model = await new Estimator(options).fit(X, y);
  const { objective, patternBound: bound, patternGap: gap } = model.certificate;
  return { status: model.status, objective, bound, gap, beta: model.beta, score: model.score(X, y), model: model.toJSON() };
}

function answer(status, value) {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}
