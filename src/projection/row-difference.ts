import { isDeepStrictEqual } from 'node:util'
import { type Change, columnName, type TableShape } from './table.ts'

/** How a row is not what the log says. Holds ids and names of columns, never what stands in them. */
export interface RowDifference {
  readonly id: string
  readonly kind: 'missing' | 'extra' | 'differs'
  /** Where it differs; none where the whole row is missing or extra. */
  readonly columns: readonly string[]
}

const isSame = (sqlType: string, stored: string | null, expected: string | null): boolean => {
  if (stored === expected) return true
  if (stored === null || expected === null) return false
  // PostgreSQL keeps the keys of jsonb in an order of its own.
  if (sqlType.startsWith('jsonb'))
    return isDeepStrictEqual(JSON.parse(stored), JSON.parse(expected))
  return sqlType.startsWith('timestamp') && Date.parse(stored) === Date.parse(expected)
}

const differingColumns = (
  shape: TableShape,
  stored: Change,
  expected: Change,
): readonly string[] => {
  const columns = Object.entries(shape)
    .filter(([property, column]) => {
      const [one, other] = [stored.row[property], expected.row[property]]
      return !isSame(column.sqlType, column.encode(one), column.encode(other))
    })
    .map(([property]) => columnName(property))
  if (stored.position !== expected.position) columns.push('position')
  if (stored.version !== expected.version) columns.push('version')
  return columns
}

/** Compares a row as it stands with the row as it must be, one of which may not be there. */
export const rowDifference = (
  model: { readonly table: TableShape; readonly follows: 'stream' | 'many' },
  stored: Change | undefined,
  expected: Change | undefined,
): RowDifference | undefined => {
  const id = stored?.row.id ?? expected?.row.id ?? ''
  if (stored === undefined)
    return expected === undefined ? undefined : { id, kind: 'missing', columns: [] }
  if (expected === undefined) return { id, kind: 'extra', columns: [] }
  // Where rows follow many streams, the table has no version to compare.
  const wanted = model.follows === 'stream' ? expected : { ...expected, version: stored.version }
  const columns = differingColumns(model.table, stored, wanted)
  return columns.length === 0 ? undefined : { id, kind: 'differs', columns }
}
