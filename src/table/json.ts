import { count } from '../data/describe.js';
import type { ReadOptions } from './read-options.js';
import { type TableRows, tableOfRows } from './records.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Strings as they are; numbers, which become strings with the same digits; what Python writes for numbers that JSON does not have. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|-?\b(?:NaN|Infinity)\b/g;

/** Whether a text begins as JSON does, and as no line of CSV would. */
export function looksLikeJson(beginning: string): boolean {
  return /^\ufeff?\s*(\{\s*["}]|\[\s*[[{\]"])/.test(beginning);
}

/**
 * Reads JSON: an array of objects or of arrays, one list a column, what pandas writes (`orient` records, split, columns, index,
 * values, table), such a table inside an object, or one object or array a line (NDJSON). Numbers keep their digits.
 *
 * @throws {@link TableError} with the line for what is no JSON, with the row for cells that are none.
 */
export function parseJson(text: string, options: ReadOptions = {}): Table {
  const content = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const whole = parsed(content);
  if (whole !== undefined) return tableOf(whole, options);
  const lines = content.split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) throw new TableError('is empty');
  if (parsed(lines[first]) === undefined) throw syntaxError(content);
  const rows: unknown[] = [];
  lines.forEach((line, k) => {
    if (line.trim() === '') return;
    const value = parsed(line);
    if (typeof value !== 'object' || value === null)
      throw new TableError('is no complete JSON object or array, as the lines before are', { line: k + 1 });
    rows.push(value);
  });
  return tableOf(rows, options);
}

/** The value with texts in place of numbers; undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(TOKENS, (token) => (token.startsWith('"') ? token : token === 'NaN' ? 'null' : `"${token}"`)));
  } catch {
    return undefined;
  }
}

function syntaxError(text: string): TableError {
  let line = 1;
  try {
    JSON.parse(text);
  } catch (error) {
    const position = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    line = text.slice(0, position).split(/\r\n|\r|\n/).length;
  }
  return new TableError('is no complete JSON: it breaks off or goes wrong here', { line });
}

function tableOf(value: unknown, options: ReadOptions): Table {
  if (Array.isArray(value)) return ofList(value, options);
  if (!isObject(value)) throw new TableError('is JSON without rows; expected an array of objects');
  const { columns, data } = value;
  if (Array.isArray(columns) && Array.isArray(data)) return split(columns, data, options);
  if (isObject(value.schema) && 'pandas_version' in value.schema && Array.isArray(data))
    return ofList(withoutKeys(data, value.schema.primaryKey), options);
  const entries = Object.entries(value);
  const lists = entries.filter(([, entry]) => Array.isArray(entry)) as [string, unknown[]][];
  const tables = lists.filter(([, list]) => list.length > 0 && list.every((row) => typeof row === 'object' && row !== null));
  if (tables.length === 1 && tables.length === lists.length) return ofList(tables[0][1], options);
  if (lists.length === entries.length && lists.length > 0) return tableOfRows(value as TableRows, options);
  if (entries.length > 0 && entries.every(([, entry]) => isObject(entry)))
    return byLabels(value as Readonly<Record<string, JsonObject>>, options);
  if (lists.length > 0)
    throw new TableError(`is JSON with ${count(lists.length, 'list')} among other things; expected an array of objects`);
  return tableOfRows([value], options);
}

function ofList(rows: readonly unknown[], options: ReadOptions): Table {
  if (rows.length > 0 && rows.every((row) => typeof row !== 'object' || row === null))
    throw new TableError('is a list of values; expected an array of objects, one for each row');
  const odd = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row) !== Array.isArray(rows[0]));
  if (odd >= 0) throw new TableError('is of another kind than the rows before', { row: odd + 1 });
  return tableOfRows(rows as TableRows, options);
}

/** `orient='split'` of pandas. */
function split(columns: readonly unknown[], data: readonly unknown[], options: ReadOptions): Table {
  const table = ofList([columns, ...data], { ...options, header: true });
  return { ...table, lines: table.lines.map((row) => row - 1) };
}

/** `orient='table'` of pandas has the labels of the rows among the columns. */
function withoutKeys(data: readonly unknown[], keys: unknown): readonly unknown[] {
  if (!Array.isArray(keys)) return data;
  return data.map((row) =>
    isObject(row) ? Object.fromEntries(Object.entries(row).filter(([name]) => !keys.includes(name))) : row,
  );
}

/** `orient='columns'` or `'index'` of pandas: which, the labels of the rows tell, which are numbers, or the names asked for. */
function byLabels(value: Readonly<Record<string, JsonObject>>, options: ReadOptions): Table {
  const outer = Object.keys(value);
  const inner = [...new Set(outer.flatMap((key) => Object.keys(value[key])))];
  const asked = (keys: readonly string[]) => (options.names ?? []).some((name) => keys.includes(name));
  const counted = (keys: readonly string[]) => keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
  const byColumn = asked(outer) !== asked(inner) ? asked(outer) : counted(inner) !== counted(outer) ? counted(inner) : null;
  if (byColumn === null)
    throw new TableError('may have its columns outside or inside; write one object for each row (in pandas orient="records")');
  const labels = byColumn ? inner : outer;
  const rows = byColumn
    ? inner.map((label) => Object.fromEntries(outer.map((name) => [name, value[name][label]])))
    : outer.map((label) => value[label]);
  const table = tableOfRows(rows, options);
  if (counted(labels)) return table;
  return { ...table, notes: [...table.notes, `the labels of the rows (${JSON.stringify(labels[0])}, ...) are left out`] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
