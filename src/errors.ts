/** Base of every error that cvxnn throws on purpose; `code` is stable across versions. */
export class CvxnnError extends Error {
  // Written out in every class: the names of classes themselves are shortened in the bundles.
  override readonly name: string = 'CvxnnError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Bad input, found before any work. `argument` is the name the caller used, such as `X` or `options.beta`. */
export class ArgumentError extends CvxnnError {
  override readonly name = 'ArgumentError';
  readonly argument: string;
  readonly received: string;
  readonly expected: string;
  constructor(argument: string, received: string, expected: string) {
    super('argument', `${argument} is ${received}; expected ${expected}`);
    this.argument = argument;
    this.received = received;
    this.expected = expected;
  }
}

/** The constraints of a problem contradict each other: no network satisfies them. The message says why, and what would help. */
export class InfeasibleError extends CvxnnError {
  override readonly name = 'InfeasibleError';
  constructor(message: string) {
    super('infeasible', message);
  }
}

/** A method that needs a trained model was called before `fit`. */
export class NotFittedError extends CvxnnError {
  override readonly name = 'NotFittedError';
  constructor(method: string) {
    super('not-fitted', `${method} needs a fitted model; call fit first`);
  }
}

/** A saved model that cannot be read: truncated, of another version, or altered. `path` is the place inside the JSON. */
export class ModelFormatError extends CvxnnError {
  override readonly name = 'ModelFormatError';
  readonly path: string;
  readonly version: unknown;
  readonly expectedVersion: number | undefined;
  constructor(path: string, problem: string, version?: unknown, expectedVersion?: number) {
    super('model-format', `${path || 'model'} ${problem}`);
    this.path = path;
    this.version = version;
    this.expectedVersion = expectedVersion;
  }
}

/** A certificate that does not prove what it claims: the message is the first reason, in one sentence. */
export class CertificateError extends CvxnnError {
  override readonly name = 'CertificateError';
  constructor(reason: string) {
    super('certificate', reason);
  }
}

/** This runtime cannot run the core: no SIMD, or compiling WebAssembly is forbidden. The message says what to do. */
export class UnsupportedRuntimeError extends CvxnnError {
  override readonly name = 'UnsupportedRuntimeError';
  constructor(message: string, options?: ErrorOptions) {
    super('unsupported-runtime', message, options);
  }
}

/** The problem needs more memory than allowed; thrown before any work. */
export class MemoryLimitError extends CvxnnError {
  override readonly name = 'MemoryLimitError';
  readonly neededBytes: number;
  readonly limitBytes: number;
  constructor(neededBytes: number, limitBytes: number) {
    super(
      'memory-limit',
      `the fit needs about ${Math.ceil(neededBytes / 1048576)} MiB; the limit is ${Math.floor(limitBytes / 1048576)} MiB (options.memoryLimit)`,
    );
    this.neededBytes = neededBytes;
    this.limitBytes = limitBytes;
  }
}

/** The caller's AbortSignal fired. `result` holds the best network so far with its gap, or null if there is none yet. */
export class AbortedError<R = unknown> extends CvxnnError {
  override readonly name = 'AbortError';
  readonly result: R | null;
  constructor(reason: unknown, result: R | null) {
    super('aborted', 'the fit was aborted', { cause: reason });
    this.result = result;
  }
}

/** A broken invariant inside cvxnn. Please report it with the message. */
export class InternalError extends CvxnnError {
  override readonly name = 'InternalError';
  constructor(message: string) {
    super('internal', `${message}. This is a bug in cvxnn: please report it`);
  }
}
