export { ArgumentError, CvxnnError, ModelFormatError } from './errors.js';
export type { Table } from './network/table.js';
export { type LoadedTableModel, loadModel } from './saved/load-model.js';
export { type LoadedClassifier, type LoadedRegressor, loadNetwork, type PredictingNetwork } from './saved/load-network.js';
export type { PredictOptions, PredictRows } from './saved/table-predictor.js';
export type { TableRow, TableRows } from './table/rows.js';
export { TableError } from './table/table-error.js';
export type { Label, MatrixLike, OutsideColumn, VectorLike } from './types.js';
