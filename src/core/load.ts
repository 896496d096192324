import { ArgumentError, UnsupportedRuntimeError } from '../errors.js';
import type { Kernels } from './kernels.js';
import { coreBytes, platformModule } from './source.js';
import { explainRefusal } from './unsupported.js';

let compiled: WebAssembly.Module | null = platformModule;
let compiling: Promise<WebAssembly.Module> | null = null;

/** Where {@link initialize} gets the core from; at most one of the two. */
export interface CoreSource {
  /** `core.wasm` as the platform compiled it: `import module from 'cvxnn/core.wasm'` where that gives a module. */
  readonly module?: WebAssembly.Module;
  /** Address of `core.wasm`, fetched and compiled in place of the inlined bytes. */
  readonly url?: string | URL;
}

/**
 * Compiles the core now, or takes it from elsewhere. Optional: without it the first fit compiles the inlined bytes.
 *
 * @param source - A module of the platform or an address; nothing for the inlined bytes.
 * @throws {@link ArgumentError} if `module` is not the core of this version, or if nothing of that kind is at `url`.
 * @throws {@link UnsupportedRuntimeError} where there is no WebAssembly, no SIMD, or where compiling is forbidden; the message says what to do.
 */
export async function initialize(source: CoreSource = {}): Promise<void> {
  if (typeof source !== 'object' || source === null || Array.isArray(source))
    throw new ArgumentError('source', source === null ? 'null' : 'no object', 'an object with module or url');
  for (const name of Object.keys(source))
    if (name !== 'module' && name !== 'url') throw new ArgumentError(`source.${name}`, 'unknown', 'one of module, url');
  const { module, url } = source;
  if (module !== undefined && url !== undefined) throw new ArgumentError('source', 'a module and a url', 'one of the two');
  if (module !== undefined) compiled = requireCore(module, 'source.module');
  else if (url !== undefined) compiled = await compileAt(url);
  else await compileAsync();
}

/** By its tag: a module of another realm is no instance of our WebAssembly.Module. */
function requireCore(module: WebAssembly.Module, argument: string): WebAssembly.Module {
  if (Object.prototype.toString.call(module) !== '[object WebAssembly.Module]')
    throw new ArgumentError(argument, 'not a WebAssembly.Module', 'core.wasm, compiled');
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'heapBase'))
    throw new ArgumentError(argument, 'a module without the kernels', 'core.wasm of this version, compiled');
  return module;
}

async function compileAt(url: string | URL): Promise<WebAssembly.Module> {
  const bytes = await download(url);
  // The four bytes that begin every module: a page "not found" that says 200 is told from a runtime that cannot compile.
  if (new TextDecoder().decode(bytes.slice(0, 4)) !== '\0asm')
    throw new ArgumentError('source.url', `${url}, which holds no WebAssembly`, 'the address of core.wasm');
  return requireCore(await compileBytes(bytes), 'source.url');
}

async function download(url: string | URL): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw Object.assign(new ArgumentError('source.url', `${url}, which cannot be fetched`, 'the address of core.wasm'), {
      cause,
    });
  }
  if (!response.ok) throw new ArgumentError('source.url', `${url}, which answers ${response.status}`, 'the address of core.wasm');
  return response.arrayBuffer();
}

async function compileBytes(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new UnsupportedRuntimeError(explainRefusal(cause), { cause });
  }
}

async function compileAsync(): Promise<WebAssembly.Module> {
  if (compiled) return compiled;
  compiling ??= compileBytes(coreBytes());
  try {
    compiled = await compiling;
    return compiled;
  } catch (error) {
    compiling = null;
    throw error;
  }
}

function compileSync(): WebAssembly.Module {
  try {
    compiled ??= new WebAssembly.Module(coreBytes());
    return compiled;
  } catch (cause) {
    throw new UnsupportedRuntimeError(explainRefusal(cause), { cause });
  }
}

/** WebKit compiles under any Content-Security-Policy and refuses only here. */
function instantiate(module: WebAssembly.Module): Kernels {
  try {
    return new WebAssembly.Instance(module, {}).exports as unknown as Kernels;
  } catch (cause) {
    throw new UnsupportedRuntimeError(explainRefusal(cause), { cause });
  }
}

/** A fresh instance: its own memory, dropped with it. */
export async function openKernels(): Promise<Kernels> {
  return instantiate(await compileAsync());
}

export function openKernelsSync(): Kernels {
  return instantiate(compileSync());
}
