import type { SchemaElement } from 'hyparquet';
import { cellOf, shortTime } from './records.js';

/** How the values of one Parquet column become texts. */
export interface CellText {
  /** For the reader of the file: dates and times as texts, at their full precision. */
  readonly parsers: Readonly<Record<string, (value: never) => unknown>>;
  /** @throws TableError naming row and column for lists and records. */
  text(value: unknown, row: number): string;
}

export function textsOf(element: SchemaElement): CellText {
  const { converted_type: converted, logical_type: logical, scale = 0 } = element;
  const zone = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC ? '' : 'Z';
  const parsers = {
    timestampFromMilliseconds: (value: bigint | number) => timeText(BigInt(value) * 1_000_000n, zone),
    timestampFromMicroseconds: (value: bigint) => timeText(value * 1000n, zone),
    timestampFromNanoseconds: (value: bigint) => timeText(value, zone),
    dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, -14),
  };
  const plain = (value: unknown, row: number) => cellOf(value, row, element.name, false);
  const of = (read: (value: never) => string): CellText => ({
    parsers,
    text: (value) => (value === null || value === undefined ? '' : read(value as never)),
  });
  if (converted === 'DECIMAL') return of((value: number | bigint | Uint8Array) => decimalText(value, scale));
  if (logical?.type === 'TIME') return of((value: number | bigint) => clockText(BigInt(value) * nanoseconds(logical.unit)));
  if (converted === 'TIME_MILLIS') return of((value: number) => clockText(BigInt(value) * 1_000_000n));
  if (converted === 'TIME_MICROS') return of((value: bigint) => clockText(value * 1000n));
  return { parsers, text: plain };
}

function nanoseconds(unit: 'MILLIS' | 'MICROS' | 'NANOS'): bigint {
  return unit === 'MILLIS' ? 1_000_000n : unit === 'MICROS' ? 1000n : 1n;
}

/** 2020-01-31T12:00:00.5 and the zone, of nanoseconds since 1970. */
function timeText(time: bigint, zone: string): string {
  const second = 1_000_000_000n;
  const part = ((time % second) + second) % second;
  const seconds = new Date(Number((time - part) / 1_000_000n)).toISOString().slice(0, -5);
  return shortTime(`${seconds}.${String(part).padStart(9, '0')}${zone}`);
}

/** 12:00:00.5 of nanoseconds since midnight. */
function clockText(time: bigint): string {
  return timeText(time, '').slice('1970-01-01T'.length);
}

/** All digits of a decimal: an integer, or the bytes of one (two's complement, big end first), over a power of ten. */
function decimalText(value: number | bigint | Uint8Array, scale: number): string {
  const integer = value instanceof Uint8Array ? bytesInteger(value) : BigInt(value);
  const digits = String(integer < 0n ? -integer : integer).padStart(scale + 1, '0');
  const sign = integer < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function bytesInteger(bytes: Uint8Array): bigint {
  let integer = 0n;
  for (const byte of bytes) integer = integer * 256n + BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, integer);
}
