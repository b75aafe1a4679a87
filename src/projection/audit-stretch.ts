import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { latest, type Position } from '../store/position.ts'
import { type Generation, servedGeneration } from './checkpoint.ts'
import { checkpointOf } from './checkpoint-of.ts'
import { type HeldBack, heldBack } from './held-back.ts'
import { type Change, rowDecoder, tableName, type TableShape } from './table.ts'

export interface StretchOptions {
  readonly kysely: Kysely<Tables>
  readonly model: {
    readonly name: string
    readonly version: number
    readonly table: TableShape
    readonly follows: 'stream' | 'many'
  }
  /** Whose rows; those of what serves where it is left out. */
  readonly of?: Generation
  readonly after?: string | undefined
  /** None but these; all where it is left out. */
  readonly only?: ReadonlySet<string>
  readonly rowsMax: number
  readonly bytesMax: number
  readonly rowPageMax: number
  readonly rowPageBytesMax: number
}

/** Rows of a table that follow one another by their ids, and what else there was at that moment. */
export interface Stretch {
  readonly generation: Generation
  readonly checkpoint: Position
  readonly rows: ReadonlyMap<string, Change>
  /** The last id that was read, where there are more; the end of the table otherwise. */
  readonly upTo: string | undefined
  readonly held: HeldBack
}

const notThere = ({ name, version }: Pick<Generation, 'name' | 'version'>): Error =>
  new Error(
    `No table serves ${name} version ${version} in this database; start a server of this version ` +
      'once, which makes it, and audit again.',
  )

const standing = async (
  transaction: Kysely<Tables>,
  { model, of }: StretchOptions,
): Promise<Pick<Stretch, 'generation' | 'checkpoint'>> => {
  if (of !== undefined) return { generation: of, checkpoint: await checkpointOf(transaction, of) }
  const served = await servedGeneration(transaction, model)
  if (served === undefined) throw notThere(model)
  const generation = { name: model.name, version: model.version, generation: served.generation }
  return { generation, checkpoint: served.checkpoint }
}

/** Rows and checkpoint as of one moment, however long they take to read and the projection moves on. */
export const readStretch = async (options: StretchOptions): Promise<Stretch> =>
  await options.kysely
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const { generation, checkpoint } = await standing(transaction, options)
      const held = await heldBack(transaction, generation)
      const read = await readRows(transaction, options, tableName(generation))
      return { generation, checkpoint, held, ...read }
    })

/** As many rows as there may be, and no more than so many bytes of them, but one at least. */
const pageText = (table: string, isPicked: boolean): string =>
  `select * from (
    select t.*, octet_length(t::text) as stretch_bytes, (sum(octet_length(t::text))
      over (order by t.id rows unbounded preceding))::bigint as stretch_up_to_here
    from (select * from ${table} where id > $1${isPicked ? ' and id = any($4)' : ''} order by id limit $2) t
  ) u where stretch_up_to_here - stretch_bytes < $3 order by id`

/** The first page finds out how large rows are. */
const FIRST_PAGE_ROWS = 100

type PageRow = Readonly<Record<string, unknown>> & { readonly stretch_bytes: number }

const readRows = async (
  transaction: Kysely<Tables>,
  { model, after = '', only, ...limits }: StretchOptions,
  table: string,
): Promise<Pick<Stretch, 'rows' | 'upTo'>> => {
  const { rowsMax, bytesMax, rowPageMax, rowPageBytesMax } = limits
  const decode = rowDecoder(model.table, model.follows)
  const text = pageText(table, only !== undefined)
  const rows = new Map<string, Change>()
  let [last, bytes, next] = [after, 0, FIRST_PAGE_ROWS]
  while (rows.size < rowsMax && bytes < bytesMax) {
    const limit = Math.min(rowPageMax, rowsMax - rows.size, next)
    const bytesLimit = Math.min(rowPageBytesMax, bytesMax - bytes)
    const picked = only === undefined ? [] : [[...only]]
    const page = await transaction.executeQuery<PageRow>(
      CompiledQuery.raw(text, [last, limit, bytesLimit, ...picked]),
    )
    const before = bytes
    for (const stored of page.rows) {
      const change = decode(stored)
      rows.set(change.row.id, change)
      last = change.row.id
      bytes += stored.stretch_bytes
    }
    const isCut = page.rows.length < limit && bytes - before >= bytesLimit
    if (page.rows.length < limit && !isCut) return { rows, upTo: undefined }
    // What a page leaves out for its bytes was measured for nothing.
    next = 2 * page.rows.length
  }
  return { rows, upTo: last }
}

/** A repair writes rows at a later place than their events have: none may seem to have been seen. */
export const raised = (
  expected: Change,
  stored: Change | undefined,
  { repairedAt }: HeldBack,
): Change => {
  if (stored === undefined || stored.position > repairedAt) return expected
  return { ...expected, position: latest(expected.position, stored.position) }
}
