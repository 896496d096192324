import { UnsupportedRuntimeError } from '../errors.js';
import type { Kernels } from './kernels.js';
import { coreBytes, platformModule } from './source.js';

let compiled: WebAssembly.Module | null = platformModule;
let compiling: Promise<WebAssembly.Module> | null = null;

function explain(cause: unknown): UnsupportedRuntimeError {
  const forbidden = cause instanceof Error && /embedder|Content.Security|unsafe-eval|disallowed/i.test(cause.message);
  return new UnsupportedRuntimeError(
    forbidden
      ? "this runtime forbids compiling WebAssembly from bytes; allow 'wasm-unsafe-eval' in the Content-Security-Policy, or pass a compiled module: initialize({ module })"
      : 'this runtime could not compile the WebAssembly core; it needs WebAssembly with 128-bit SIMD (browsers since 2021-2023, Node since 16)',
    { cause },
  );
}

/** Use a module that the platform compiled (edge platforms), or one at a URL, in place of the inlined bytes. */
export async function initialize(source: { module?: WebAssembly.Module; url?: string | URL } = {}): Promise<void> {
  if (source.module) compiled = source.module;
  else if (source.url) {
    try {
      compiled = await WebAssembly.compileStreaming(fetch(source.url));
    } catch (cause) {
      throw explain(cause);
    }
  } else await compileAsync();
}

async function compileAsync(): Promise<WebAssembly.Module> {
  if (compiled) return compiled;
  compiling ??= WebAssembly.compile(coreBytes());
  try {
    compiled = await compiling;
    return compiled;
  } catch (cause) {
    compiling = null;
    throw explain(cause);
  }
}

function compileSync(): WebAssembly.Module {
  try {
    compiled ??= new WebAssembly.Module(coreBytes());
    return compiled;
  } catch (cause) {
    throw explain(cause);
  }
}

const instantiate = (module: WebAssembly.Module): Kernels => new WebAssembly.Instance(module, {}).exports as unknown as Kernels;

/** A fresh instance: its own memory, dropped with it. */
export async function openKernels(): Promise<Kernels> {
  return instantiate(await compileAsync());
}

export function openKernelsSync(): Kernels {
  return instantiate(compileSync());
}
