import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Checkpoint, Generation } from '../projection/checkpoint.ts'
import type { Follows, ReadModel } from '../projection/read-model.ts'
import { GenerationGone, isGenerationGone } from '../projection/generation-gone.ts'
import {
  columnName,
  rowDecoder,
  type StoredRow,
  tableName,
  type TableShape,
} from '../projection/table.ts'
import { heldAmong, type LookFor, type Snapshot, snapshot, type Stored } from './snapshot.ts'

export interface ReadSource {
  readonly kysely: Kysely<Tables>
  /** Looked up for each read: a rebuild changes the table that serves. */
  readonly served: (name: string) => Generation
  /** Finds out what serves after all, where what was looked up is no more. */
  readonly lookAgain?: (name: string) => Promise<void>
}

/** A row's place in an order, as text; the id breaks ties. */
export interface Keyset {
  readonly value: string
  readonly id: string
}

export interface PageRequest<Filter, Order extends string> {
  readonly filter: Filter
  readonly orderBy: Order
  readonly direction: 'ASC' | 'DESC'
  /** Only what comes after this place, in the order asked for. */
  readonly after?: Keyset | undefined
  /** Only what comes before this place, in the order asked for. */
  readonly before?: Keyset | undefined
  /** Which end of what lies between `after` and `before` to take `limit` rows from. */
  readonly from: 'START' | 'END'
  readonly limit: number
}

/** Rows in the order asked for; `more` lie beyond the limit, on the side away from `from`. */
export interface Page<Row> extends Snapshot<Row> {
  readonly more: boolean
}

export interface Reader<Row, Filter, Order extends string> {
  byIds(ids: readonly string[], lookFor?: LookFor): Promise<Snapshot<Row>>
  page(request: PageRequest<Filter, Order>, lookFor?: LookFor): Promise<Page<Row>>
  count(filter: Filter): Promise<number>
  /**
   * Rows whose last change lies past a position, by position. At least `limit` where there are so
   * many; more where several rows share the last position, so that it is a place to go on from.
   */
  changedSince(after: Checkpoint, limit: number): Promise<Snapshot<Row>>
  keyset(row: Row, orderBy: Order): Keyset
  /** Whether a place that came from outside can be one of this order. */
  acceptsKeyset(keyset: Keyset, orderBy: Order): boolean
}

export type Condition = RawBuilder<SqlBool>

export interface Sorting<Shape> {
  /** A column that is never null. */
  readonly by: keyof Shape & string
  readonly accepts: (value: string) => boolean
}

export interface ReaderOptions<Shape extends TableShape, Filter, Order extends string> {
  readonly sortings: Readonly<Record<Order, Sorting<Shape>>>
  readonly conditions: (filter: Filter) => readonly Condition[]
}

interface Selection {
  readonly rows: (table: RawBuilder<unknown>) => RawBuilder<unknown>
  readonly order: RawBuilder<unknown>
}

const where = (conditions: readonly Condition[]) =>
  conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`

/** The queries every read model answers; the read model adds its filters and orders. */
export const reader = <
  Event,
  Shape extends TableShape,
  Following extends Follows,
  Filter,
  Order extends string,
>(
  model: ReadModel<Event, Shape, Following>,
  { kysely, served, lookAgain }: ReadSource,
  { sortings, conditions }: ReaderOptions<Shape, Filter, Order>,
): Reader<StoredRow<Shape, Following>, Filter, Order> => {
  type Row = StoredRow<Shape, Following>
  const decode = rowDecoder(model.table, model.follows)
  const added = model.follows === 'stream' ? ['position', 'version'] : ['position']
  const names = [...Object.keys(model.table).map(columnName), ...added]
  const columns = sql.join(names.map((name) => sql.id(name)))
  const tableOf = (of: Generation) => sql.table(tableName(of))

  const rowOf = (stored: Stored): Row => {
    const { row, ...place } = decode(stored)
    // The decoder is driven by the shape that Row is inferred from.
    return { ...row, ...place } as object as Row
  }

  /** Once more where the generation was dropped meanwhile, as it is when this process was asleep. */
  const orAgain = async <Answer>(ask: (of: Generation) => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask(served(model.name))
    } catch (error) {
      if (lookAgain === undefined || !isGenerationGone(error)) throw error
      await lookAgain(model.name)
      return await ask(served(model.name))
    }
  }

  const readOnce = async (
    of: Generation,
    { rows, order }: Selection,
    held: RawBuilder<unknown>,
  ): Promise<readonly [Stored, ...Stored[]]> => {
    const found = await sql<Stored>`
      select p.checkpoint as served_checkpoint, p.parked as served_parked,
        p.repairs as served_repairs, p.repaired_at as served_repaired_at,
        p.generation as served_generation, p.mended_at as served_mended_at${held}, r.*
      from read.projections p left join lateral (${rows(tableOf(of))}) r on true
      where p.name = ${of.name} and p.version = ${of.version} and p.generation = ${of.generation}
      order by ${order}`.execute(kysely)
    const [first, ...others] = found.rows
    if (first === undefined) throw new GenerationGone(of)
    return [first, ...others]
  }

  const readFrom = async (
    of: Generation,
    selection: Selection,
    lookFor?: LookFor,
  ): Promise<Snapshot<Row>> => {
    let found = await readOnce(of, selection, sql``)
    // Rarely so: who is held back must be read in one statement with the rows that lack their events.
    if (found[0].served_parked > 0 && lookFor !== undefined)
      found = await readOnce(of, selection, heldAmong(await lookFor()))
    return snapshot(found, rowOf)
  }

  const read = (selection: Selection, lookFor?: LookFor): Promise<Snapshot<Row>> =>
    orAgain((of) => readFrom(of, selection, lookFor))

  const sorted = (orderBy: Order, ascending: boolean) => {
    const column = sql.id(columnName(sortings[orderBy].by))
    const way = ascending ? sql`asc` : sql`desc`
    return sql`${column} ${way}, id ${way}`
  }

  const beyond = (orderBy: Order, keyset: Keyset, ascending: boolean): Condition => {
    const property = sortings[orderBy].by
    const value = castText(model.table, property, keyset.value)
    const sign = ascending ? sql`>` : sql`<`
    return sql<SqlBool>`(${sql.id(columnName(property))}, id) ${sign} (${value}, ${keyset.id})`
  }

  return {
    byIds: (ids, lookFor) =>
      read(
        {
          rows: (table) => sql`select ${columns} from ${table} where id = any(${[...ids]}::text[])`,
          order: sql`id`,
        },
        lookFor,
      ),
    async page({ filter, orderBy, direction, after, before, from, limit }, lookFor) {
      const ascending = direction === 'ASC'
      // Taking from the end is taking from the start of the opposite order.
      const taken = sorted(orderBy, from === 'START' ? ascending : !ascending)
      const wanted = [
        ...conditions(filter),
        ...(after === undefined ? [] : [beyond(orderBy, after, ascending)]),
        ...(before === undefined ? [] : [beyond(orderBy, before, !ascending)]),
      ]
      const found = await read(
        {
          rows: (table) =>
            sql`select ${columns} from ${table} ${where(wanted)} order by ${taken} limit ${limit + 1}`,
          order: taken,
        },
        lookFor,
      )
      const page = found.rows.slice(0, limit)
      return {
        ...found,
        rows: from === 'START' ? page : page.toReversed(),
        more: found.rows.length > limit,
      }
    },
    async count(filter) {
      const counted = await orAgain((of) =>
        sql<{ readonly count: bigint }>`
          select count(*) as count from ${tableOf(of)} ${where(conditions(filter))}
        `.execute(kysely),
      )
      return Number(counted.rows[0]?.count ?? 0n)
    },
    changedSince: (after, limit) =>
      read({
        rows: (table) => sql`select ${columns} from ${table} where position > ${after}
          order by position fetch first (${limit}) rows with ties`,
        order: sql`position, id`,
      }),
    keyset(row, orderBy) {
      const { by } = sortings[orderBy]
      const id = String(row.id)
      const value = model.table[by]?.encode(row[by])
      if (typeof value !== 'string') {
        throw new TypeError(`${model.name} cannot be ordered by ${by}: it is null in ${id}.`)
      }
      return { value, id }
    },
    acceptsKeyset: ({ value }, orderBy) => sortings[orderBy].accepts(value),
  }
}

/** A value in its text form, as a parameter of its column's type. */
const castText = (shape: TableShape, property: string, value: string): RawBuilder<unknown> => {
  const type = shape[property]?.sqlType
  if (type === undefined) throw new Error(`There is no column "${property}" to order by.`)
  return sql`${value}::text::${sql.raw(type.split(' ')[0] ?? type)}`
}
