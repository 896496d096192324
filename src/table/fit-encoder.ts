import { cellNumber } from './cells.js';
import { featureColumns } from './columns.js';
import { datePart, datePartNames, type Feature } from './features.js';
import { type Decision, type Meaning, type MeaningOptions, meaningOf } from './meaning.js';
import { MissingMarkers, trimmed } from './missing.js';
import { type ColumnStudy, type Marks, TableStudy } from './study.js';
import { TableEncoder } from './table.js';
import { TableError } from './table-error.js';
import type { TargetSpec } from './target-spec.js';
import type { Table } from './text-table.js';

/** What is chosen about the features of a table. */
export interface FitOptions extends MeaningOptions {
  readonly target: TargetSpec;
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** What the whole table shows about decimal marks; default: what these rows show. */
  readonly marks?: Marks;
}

/**
 * Learns columns, levels and means from the given rows.
 *
 * @returns The encoder, and one sentence for every decision that a person might not expect.
 * @throws {@link TableError} for unknown columns, missing cells under `error`, a text among numbers, text columns with too many
 * levels or a different one in each row, or if nothing is left.
 */
export function fitEncoder(table: Table, rows: Int32Array, options: FitOptions): { encoder: TableEncoder; notes: string[] } {
  const { target, missing, ignore = [], categorical = [] } = options;
  const markers = new MissingMarkers(table.na);
  const study = new TableStudy(table.columns, featureColumns(table, target.column, ignore), markers, categorical).add(
    table,
    rows,
  );
  const decided = decideAll(study, options.marks ?? study.marks, rows.length, options);
  const notes: string[] = [];
  const features = decided.flatMap(({ column, meaning, note }): Feature[] => {
    const feature = measure(table, rows, column, meaning, markers, options);
    if (feature === null && meaning.kind !== 'left-out') notes.push(`column "${column.name}" is constant and is left out`);
    else if (note !== null) notes.push(note);
    if (feature?.kind === 'date')
      notes.push(`column "${column.name}": dates become ${feature.parts.map(({ part }) => part).join(', ')}`);
    return feature === null ? [] : [feature];
  });
  if (features.length === 0) throw new TableError(['has no column left to learn from', ...notes].join('; '));
  const na = markers.given === null ? {} : { na: markers.given };
  return { encoder: new TableEncoder({ header: table.header, columns: table.columns, target, missing, features, ...na }), notes };
}

/** Columns that every row needs a value of. */
export const neededKinds: readonly Meaning['kind'][] = ['number', 'category', 'date'];

/** @throws {@link TableError} naming all columns that cannot be used. */
export function decideAll(
  study: TableStudy,
  marks: Marks,
  rows: number,
  options: MeaningOptions,
): readonly (Decision & { readonly column: ColumnStudy })[] {
  const decided = study.columns.map((column) => ({ column, ...meaningOf(column, marks, rows, options) }));
  const unusable = decided.filter(({ meaning }) => meaning.kind === 'unusable');
  if (unusable.length === 0) return decided;
  const [{ column, meaning }, ...others] = unusable;
  const rest = others.length > 0 ? ` (likewise ${others.map((other) => `"${other.column.name}"`).join(', ')})` : '';
  const size = column.levels === null ? '' : `, or --max-levels ${column.levels.size} to make indicators of them`;
  const advice = `names and free text cannot be used; remove the column or pass --ignore "${column.name}"${size}${rest}`;
  throw new TableError(`${(meaning as Meaning & { kind: 'unusable' }).problem}: ${advice}`, { column: column.name });
}

/** The feature with its means over the rows; null for a column that is left out, or turns out constant. */
function measure(
  table: Table,
  rows: Int32Array,
  { name: column, position }: ColumnStudy,
  meaning: Meaning,
  markers: MissingMarkers,
  { keepConstant = false }: FitOptions,
): Feature | null {
  if (meaning.kind === 'left-out' || meaning.kind === 'unusable') return null;
  if (meaning.kind === 'category') return { column, ...meaning };
  if (meaning.kind === 'present') return { column, ...meaning };
  const cells = function* () {
    for (const row of rows) {
      const cell = trimmed(table.rows[row][position]);
      if (!markers.has(cell)) yield { cell, row };
    }
  };
  if (meaning.kind === 'number') {
    const { format } = meaning;
    const mean = new Mean();
    for (const { cell, row } of cells()) mean.add(cellNumber(cell, table, row, column, format));
    return mean.constant && !keepConstant ? null : { column, kind: 'number', mean: mean.value, ...(format && { format }) };
  }
  const { order, hasTime } = meaning;
  const days = Array.from(cells(), ({ cell }) => datePart(cell, order, 0)?.('days') as number);
  const origin = Math.floor(days.reduce((first, day) => Math.min(first, day)));
  const parts = datePartNames
    .filter((part) => part !== 'hour' || hasTime)
    .flatMap((part) => {
      const mean = new Mean();
      for (const { cell } of cells()) mean.add((datePart(cell, order, origin) as (name: typeof part) => number)(part));
      return mean.constant ? [] : [{ part, mean: mean.value }];
    });
  return parts.length === 0 ? null : { column, kind: 'date', order, origin, parts };
}

/** Mean as the first value plus the mean deviation from it: exact where all are the same. */
class Mean {
  constant = true;
  private first = 0;
  private count = 0;
  private deviations = 0;

  add(value: number): void {
    if (this.count++ === 0) this.first = value;
    if (value !== this.first) this.constant = false;
    this.deviations += value - this.first;
  }

  get value(): number {
    return this.first + this.deviations / this.count;
  }
}
