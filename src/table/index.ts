// The entry cvxnn/table: reads tables. No WebAssembly, nothing of the library but its errors.
export { ArgumentError, CvxnnError } from '../errors.js';
export type { TableOptions } from './read-options.js';
export { type ReadTableOptions, readTable, type TableBytes, type TableInput } from './read-table.js';
export type { TableRows } from './records.js';
export { TableError } from './table-error.js';
export { TextTable } from './text-table-class.js';
