import { InternalError, MemoryLimitError } from '../errors.js';
import type { Kernels } from './kernels.js';

/** Doubles inside WebAssembly. A handle, never a view: views die when memory grows. */
export interface Vector {
  readonly address: number;
  readonly length: number;
}

const pageBytes = 65536;
const maximumBytes = 65536 * pageBytes;

/**
 * The arena of one WebAssembly instance: allocation by moving a pointer, release by nesting (`child`). One instance
 * serves one fit and is dropped afterwards, because WebAssembly memory never shrinks.
 */
export class Scope {
  readonly kernels: Kernels;
  readonly memoryLimit: number;
  private top: number;

  constructor(kernels: Kernels, memoryLimit = 0x80000000) {
    this.kernels = kernels;
    this.memoryLimit = Math.min(memoryLimit, maximumBytes);
    this.top = kernels.heapBase();
  }

  /** Bytes in use. */
  get used(): number {
    return this.top;
  }

  /** Address of `bytes` uninitialized bytes, 16-byte aligned and followed by 16 spare bytes. */
  bytes(bytes: number): number {
    if (!(bytes >= 0) || !Number.isInteger(bytes)) throw new InternalError(`allocation of ${bytes} bytes`);
    const address = this.top;
    const end = address + ((bytes + 31) & ~15);
    const next = bytes > 0x40000000 ? address + Math.ceil((bytes + 31) / 16) * 16 : end;
    if (next > this.memoryLimit) throw new MemoryLimitError(next, this.memoryLimit);
    const memory = this.kernels.memory;
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) {
      // Grow by at least a quarter: growing often would copy often.
      const wanted = Math.min(Math.max(missing, memory.buffer.byteLength >> 2), this.memoryLimit - memory.buffer.byteLength);
      try {
        memory.grow(Math.ceil(Math.max(wanted, missing) / pageBytes));
      } catch {
        throw new MemoryLimitError(next, memory.buffer.byteLength);
      }
    }
    this.top = next;
    return address;
  }

  /** Uninitialized doubles. */
  vector(length: number): Vector {
    return { address: this.bytes(length * 8), length };
  }

  /** Doubles, all zero. */
  zeros(length: number): Vector {
    const vector = this.vector(length);
    this.view(vector).fill(0);
    return vector;
  }

  copyIn(source: ArrayLike<number>): Vector {
    const vector = this.vector(source.length);
    this.view(vector).set(source);
    return vector;
  }

  /** 32-bit integers, copied in; the address of the first. */
  copyInIntegers(source: ArrayLike<number>): number {
    const address = this.bytes(source.length * 4);
    this.integers(address, source.length).set(source);
    return address;
  }

  /** Bytes, copied in; the address of the first. */
  copyInBytes(source: Uint8Array): number {
    const address = this.bytes(source.length);
    this.raw(address, source.length).set(source);
    return address;
  }

  /** A copy that the caller owns. */
  copyOut(source: Vector): Float64Array {
    return this.view(source).slice();
  }

  /** A view that lives until the next allocation: use it in one statement or a loop without allocations. */
  view(vector: Vector): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, vector.address, vector.length);
  }

  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.kernels.memory.buffer, address, length);
  }

  raw(address: number, length: number): Uint8Array {
    return new Uint8Array(this.kernels.memory.buffer, address, length);
  }

  /** What `body` allocates is released when it returns or throws. */
  child<T>(body: (scope: Scope) => T): T {
    const mark = this.top;
    try {
      return body(this);
    } finally {
      this.top = mark;
    }
  }

  /** For loops that allocate in generators, where `child` cannot nest: remember with `mark`, release with `release`. */
  mark(): number {
    return this.top;
  }

  release(mark: number): void {
    this.top = mark;
  }
}

/** Part of a vector. */
export function slice(vector: Vector, start: number, length: number): Vector {
  return { address: vector.address + start * 8, length };
}
