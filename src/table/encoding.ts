import { TableError } from './table-error.js';

const LITTLE = 'utf-16le';
const BIG = 'utf-16be';

/**
 * Bytes that come in pieces -> text: UTF-8, UTF-16 where a byte-order mark or zeros in every other byte say so, Windows-1252 (which
 * Latin-1 is a part of) from the first byte that is no UTF-8. Where the bytes are cut changes nothing.
 */
export class BytesToText {
  /** What a person might not expect, in a sentence; null if nothing. */
  note: string | null = null;
  private decoder: TextDecoder | null = null;
  /** Bytes that do not decide about the encoding, or that end inside a letter. */
  private rest: Uint8Array = new Uint8Array(0);
  private ascii = true;

  /** @throws {@link TableError} for bytes of two encodings. */
  push(bytes: Uint8Array): string {
    return this.take(bytes, false);
  }

  end(): string {
    return this.take(new Uint8Array(0), true);
  }

  private take(bytes: Uint8Array, final: boolean): string {
    const all = this.rest.length > 0 ? joinBytes([this.rest, bytes]) : bytes;
    if (this.decoder === null && all.length < 4 && !final) {
      this.rest = all;
      return '';
    }
    this.rest = new Uint8Array(0);
    this.decoder ??= new TextDecoder(encodingOf(all), { fatal: true, ignoreBOM: true });
    if (this.decoder.encoding !== 'utf-8') return this.decode(all, final);
    const end = final ? all.length : completeEnd(all);
    const whole = all.subarray(0, end);
    this.rest = all.slice(end);
    try {
      const text = this.decoder.decode(whole);
      if (text.length < whole.length) this.ascii = false;
      return text;
    } catch {
      this.checkPlain(whole);
      this.decoder = new TextDecoder('windows-1252');
      this.note = 'is not UTF-8; read as Windows-1252 (if letters come out wrong, save it as UTF-8)';
      return this.decode(whole, final);
    }
  }

  private decode(bytes: Uint8Array, final: boolean): string {
    try {
      return (this.decoder as TextDecoder).decode(bytes, { stream: !final });
    } catch {
      throw new TableError('is not text in UTF-16, as its first bytes say; save it as "CSV UTF-8"');
    }
  }

  /** Letters of UTF-8 before the first byte that is none: then neither encoding is right. */
  private checkPlain(bytes: Uint8Array): void {
    if (this.ascii && bytes.findIndex((byte) => byte >= 0x80) === firstInvalid(bytes)) return;
    throw new TableError('holds letters in UTF-8 and others that are not; save it as "CSV UTF-8"');
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    throw new TableError('is text in UTF-32; save it as "CSV UTF-8"');
  if (a === 0xff && b === 0xfe) return LITTLE;
  if (a === 0xfe && b === 0xff) return BIG;
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return LITTLE;
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return BIG;
  return 'utf-8';
}

/** Before a letter of UTF-8 that the bytes do not complete. */
function completeEnd(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back];
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? length - back : length;
  }
  return length;
}

/** Position of the first byte that is no UTF-8; found by halving, since every beginning of a good text is good or ends inside a letter. */
function firstInvalid(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const good = (end: number) => {
    try {
      decoder.decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    } finally {
      reset(decoder);
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (good(middle)) low = middle;
    else high = middle - 1;
  }
  // A letter that breaks off is bad from its first byte.
  return completeEnd(bytes.subarray(0, low));
}

function reset(decoder: TextDecoder): void {
  try {
    decoder.decode();
  } catch {
    // What was left over is not wanted.
  }
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
