import * as library from '../index.js';
import { decode, encode, type Method, methods, type Reply, type Request } from './wire.js';

/** The side of a message channel that a worker has. */
export interface Port {
  post(reply: Reply): void;
  listen(listener: (request: Request) => void): void;
}

type Options = { signal?: AbortSignal; onProgress?: (progress: unknown) => void };

/** Answers requests until the worker ends. A fit visits the event loop between steps, so an abort reaches it. */
export function serve(port: Port): void {
  const running = new Map<number, AbortController>();
  port.listen((request) => {
    if ('abort' in request) {
      running.get(request.id)?.abort();
      return;
    }
    const { id, method, values, listens } = request;
    const controller = new AbortController();
    running.set(id, controller);
    const onProgress = (progress: unknown): void => port.post({ id, progress });
    const extra: Options = { signal: controller.signal, ...(listens ? { onProgress } : {}) };
    answer(method, values, extra)
      .then((value) => port.post({ id, value: encode(value) }))
      .catch((error: unknown) => port.post({ id, error: encode(error) }))
      // What cannot be cloned must not leave the caller without an answer.
      .catch((error: unknown) => port.post({ id, error: encode(new library.InternalError(String(error))) }))
      .finally(() => running.delete(id));
  });
}

async function answer(method: Method, values: unknown, extra: Options): Promise<unknown> {
  const parameters = decode(values) as unknown[];
  const place = methods[method];
  const listens = method !== 'dualMaximum' && method !== 'enumeratePatterns';
  const { signal, onProgress } = extra;
  const given = listens && onProgress ? { signal, onProgress } : { signal };
  // What is no object is for the function itself to refuse.
  if (isOptions(parameters[place])) parameters[place] = { ...(parameters[place] as object | undefined), ...given };
  if (method !== 'fit') {
    const functions = library as unknown as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
    return functions[method](...parameters);
  }
  const [name, options, X, y, call] = parameters as [string, object, never, never, object];
  const Estimator = (library as unknown as Record<string, new (options: object) => library.ReLURegressor>)[name];
  return asJson(new Estimator(options).fit(X, y, call));
}

function isOptions(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** An estimator crosses as what `toJSON` gives, also inside an AbortedError. */
async function asJson(fit: Promise<library.ReLURegressor>): Promise<unknown> {
  try {
    return (await fit).toJSON();
  } catch (error) {
    if (error instanceof library.AbortedError && error.result)
      throw new library.AbortedError(error.cause, (error.result as library.ReLURegressor).toJSON());
    throw error;
  }
}
