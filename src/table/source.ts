import { joinBytes } from './encoding.js';
import { TableError } from './table-error.js';

/** Where the bytes of a table come from; may be read again from the start. */
export interface Source {
  /** What messages call it; null for bytes without a name. */
  readonly name: string | null;
  readonly size: number | null;
  chunks(): AsyncIterable<Uint8Array>;
  /** Absent where the bytes only come in order. */
  slice?(start: number, end: number): Promise<Uint8Array>;
}

/** Bytes of a piece. */
export const PIECE_BYTES = 1 << 18;

/** Bytes in memory. */
export function bytesSource(bytes: Uint8Array, name: string | null = null): Source {
  return {
    name,
    size: bytes.length,
    async *chunks() {
      for (let start = 0; start < bytes.length; start += PIECE_BYTES) yield bytes.subarray(start, start + PIECE_BYTES);
    },
    slice: async (start, end) => bytes.subarray(start, end),
  };
}

export function blobSource(blob: Blob): Source {
  const slice = async (start: number, end: number) => new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return {
    name: (blob as { name?: string }).name ?? null,
    size: blob.size,
    async *chunks() {
      for (let start = 0; start < blob.size; start += PIECE_BYTES)
        yield await slice(start, Math.min(blob.size, start + PIECE_BYTES));
    },
    slice,
  };
}

/** All bytes of a source. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return joinBytes(pieces.length === 0 ? [new Uint8Array(0)] : pieces);
}

/** The chunks of a web stream. */
export async function* streamChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

/** What a gzip file holds. @throws {@link TableError} where it is cut off or damaged. */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const packed = new ReadableStream<BufferSource>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  try {
    yield* streamChunks(packed.pipeThrough(new DecompressionStream('gzip')));
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw new TableError('is a gzip file that is cut off or damaged');
  }
}

/** The first bytes, at least `size` of them if there are so many, and all chunks with them. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < size) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : joinBytes([head, value]);
  }
  async function* following() {
    if (head.length > 0) yield head;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  const all = following();
  const end = all.return.bind(all);
  // A generator that was never begun has nothing to clean up, but the chunks were begun here.
  all.return = async (value) => {
    await iterator.return?.();
    return end(value);
  };
  return { head, all };
}
