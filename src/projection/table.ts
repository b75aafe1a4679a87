import { CompiledQuery } from 'kysely'
import type { PreparedStatement } from '../database/database.ts'
import { type Position, position } from '../store/position.ts'
import type { Column } from './column.ts'

/** A read model's table as data: property names in camel case, columns of the same names in snake case. */
export interface TableShape {
  readonly id: Column<string>
  readonly [property: string]: Column<unknown>
}

export type RowOf<Shape extends TableShape> = {
  readonly [Property in keyof Shape]: Shape[Property] extends Column<infer Value> ? Value : never
}

/** A row as it stands in its table: with the place in the log of its last change. */
export type StoredRow<Shape extends TableShape, Following> = RowOf<Shape> & {
  readonly position: Position
} & (Following extends 'stream' ? { readonly version: number } : unknown)

/** A b-tree over these columns, in this order; the engine adds one over `position` by itself. */
export type Index<Shape> = readonly (keyof Shape & string)[]

/** What the engine needs to write a row. `version` is used where the table follows one stream. */
export interface Change {
  readonly row: RowOf<TableShape>
  readonly position: Position
  readonly version: number
}

export interface Table {
  /** Qualified, for example read.orders_v1_a. */
  readonly name: string
  /** Makes it, empty, whatever was left of one of its name. */
  readonly definition: readonly string[]
  readonly columns: readonly string[]
  select(ids: readonly string[]): CompiledQuery
  /** `guard` joins to the rows to be written that without which none of them is. */
  upsert(changes: readonly Change[], guard?: string): CompiledQuery
  /** Of an upsert's parameters, from the first on: which are arrays that are worth sending in binary. */
  readonly arrays: PreparedStatement['arrays']
  /** Empties the personal columns of every row that names this person in the property `by`. */
  erase(subject: string, options: { readonly by: string; readonly at: Position }): CompiledQuery
  decode(stored: Readonly<Record<string, unknown>>): Change
}

export interface TableOptions {
  readonly name: string
  readonly version: number
  readonly generation: string
  readonly shape: TableShape
  readonly indexes: readonly (readonly string[])[]
  readonly follows: 'stream' | 'many'
}

export const columnName = (property: string): string => {
  const name = property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
    throw new Error(`"${property}" cannot name a column; use letters and digits in camel case.`)
  }
  return name
}

export const tableName = (of: Pick<TableOptions, 'name' | 'version' | 'generation'>): string =>
  `read.${columnName(of.name)}_v${of.version}_${of.generation}`

/** Turns the names of a stored row back into the read model's, and its values into the row's. */
export const rowDecoder = (shape: TableShape, follows: 'stream' | 'many') => {
  const properties = Object.entries(shape).map(
    ([property, column]) => [property, columnName(property), column] as const,
  )
  return (stored: Readonly<Record<string, unknown>>): Change => {
    const row: Record<string, unknown> = {}
    for (const [property, name, column] of properties) row[property] = column.decode(stored[name])
    return {
      row: { ...row, id: String(row['id']) },
      position: position(BigInt(String(stored['position']))),
      version: follows === 'stream' ? Number(stored['version']) : 0,
    }
  }
}

const definitionOf = ({ shape, indexes, follows }: TableOptions, name: string): string[] => {
  const columns = Object.entries(shape).map(([property, { sqlType, nullable }]) => {
    const constraint = property === 'id' ? ' primary key' : nullable ? '' : ' not null'
    return `"${columnName(property)}" ${sqlType}${constraint}`
  })
  columns.push('"position" bigint not null')
  if (follows === 'stream') columns.push('"version" integer not null')
  const bare = name.slice('read.'.length)
  return [
    `drop table if exists ${name}`,
    `create table ${name} (${columns.join(', ')})`,
    ...[['position'], ...indexes].map((index) => {
      const names = index.map(columnName)
      return `create index "${bare}_${names.join('_')}" on ${name} (${names.map((n) => `"${n}"`).join(', ')})`
    }),
  ]
}

interface Written {
  readonly name: string
  readonly sqlType: string
  readonly encode: (change: Change) => string | null
}

/** How a column's values come in one parameter, and how one of them is taken out of it. */
interface Carried {
  readonly from: (parameter: number) => string
  readonly value: (column: string) => string
  readonly encode: (values: readonly (string | null)[]) => unknown
  readonly array: 'text' | null
}

const carriedAs = (sqlType: string): Carried =>
  sqlType === 'jsonb'
    ? // Of JSON each quote would be escaped once more in an array of text: 15 µs a row of orders, not 9.
      {
        from: (parameter) => `jsonb_array_elements($${parameter}::jsonb)`,
        value: (column) => `nullif(${column}, 'null')`,
        encode: (values) => `[${values.map((value) => value ?? 'null').join(',')}]`,
        array: null,
      }
    : // Whatever the type: an array of text can be sent as it is, one of anything else would be written
      // and read a character at a time, and PGlite takes no text for a boolean.
      {
        from: (parameter) => `unnest($${parameter}::text[])`,
        value: (column) => (sqlType === 'text' ? column : `${column}::${sqlType}`),
        encode: (values) => values,
        array: 'text',
      }

const writtenColumns = ({ shape, follows }: TableOptions): Written[] => [
  ...Object.entries(shape).map(([property, column]) => ({
    name: columnName(property),
    sqlType: column.sqlType.split(' ')[0] ?? column.sqlType,
    encode: ({ row }: Change) => column.encode(row[property]),
  })),
  { name: 'position', sqlType: 'bigint', encode: (change) => String(change.position) },
  ...(follows === 'stream'
    ? [{ name: 'version', sqlType: 'integer', encode: (change: Change) => String(change.version) }]
    : []),
]

const upsertText = (name: string, written: readonly Written[]) => {
  const quoted = written.map((column) => `"${column.name}"`)
  const updates = written
    .filter((column) => column.name !== 'id')
    .map(({ name: column }) =>
      column === 'position'
        ? '"position" = greatest(t."position", excluded."position")'
        : `"${column}" = excluded."${column}"`,
    )
  const carried = written.map((column) => carriedAs(column.sqlType))
  const rows =
    `insert into ${name} as t (${quoted.join(', ')}) ` +
    `select ${carried.map(({ value }, i) => value(`u.${quoted[i]}`)).join(', ')} ` +
    `from rows from (${carried.map(({ from }, i) => from(i + 1)).join(', ')}) as u(${quoted.join(', ')}) `
  const conflict = ` on conflict ("id") do update set ${updates.join(', ')}`
  return (guard: string) => rows + guard + conflict
}

const literal = (value: string | null): string =>
  value === null ? 'null' : `'${value.replaceAll("'", "''")}'`

// Rows that hold nothing personal any more rise in position, too: a table rebuilt after the key is
// gone never held it, and must come out the same.
const eraseText = ({ name, version, generation, shape }: TableOptions, by: string): string => {
  const emptied = Object.entries(shape).filter(([, column]) => column.personal)
  for (const [property, { nullable, erased }] of emptied)
    if (!nullable && typeof erased !== 'string')
      throw new Error(`${name}.${property} is personal; say what is left of it when it is erased.`)
  const sets = emptied.map(
    ([property, { erased }]) => `"${columnName(property)}" = ${literal(erased ?? null)}`,
  )
  return (
    `update ${tableName({ name, version, generation })} ` +
    `set ${[...sets, '"position" = greatest("position", $2::bigint)'].join(', ')} ` +
    `where "${columnName(by)}" = $1`
  )
}

/** Everything the engine says to a table, written once from its shape. */
export const projectionTable = (options: TableOptions): Table => {
  const name = tableName(options)
  const written = writtenColumns(options)
  const columns = written.map((column) => column.name)
  const selected = `select ${columns.map((column) => `"${column}"`).join(', ')} from ${name} where "id" = any($1::text[])`
  const upserted = upsertText(name, written)
  return {
    name,
    columns,
    arrays: written.map(({ sqlType }) => carriedAs(sqlType).array),
    definition: definitionOf(options, name),
    select: (ids) => CompiledQuery.raw(selected, [ids]),
    upsert: (changes, guard = 'where true') =>
      CompiledQuery.raw(
        upserted(guard),
        written.map(({ sqlType, encode }) => carriedAs(sqlType).encode(changes.map(encode))),
      ),
    erase: (subject, { by, at }) =>
      CompiledQuery.raw(eraseText(options, by), [subject, String(at)]),
    decode: rowDecoder(options.shape, options.follows),
  }
}
