import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Position } from '../store/position.ts'
import { type Generation, servedGeneration } from './checkpoint.ts'
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
  readonly after: string | undefined
  readonly rowsMax: number
  readonly rowPageMax: number
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

/** Rows and checkpoint as of one moment, however long they take to read and the projection moves on. */
export const readStretch = async (options: StretchOptions): Promise<Stretch> =>
  await options.kysely
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const { model } = options
      const served = await servedGeneration(transaction, model)
      if (served === undefined) throw notThere(model)
      const generation = { name: model.name, version: model.version, generation: served.generation }
      const held = await heldBack(transaction, generation)
      const read = await readRows(transaction, options, tableName(generation))
      return { generation, checkpoint: served.checkpoint, held, ...read }
    })

const readRows = async (
  transaction: Kysely<Tables>,
  { model, after = '', rowsMax, rowPageMax }: StretchOptions,
  table: string,
): Promise<Pick<Stretch, 'rows' | 'upTo'>> => {
  const decode = rowDecoder(model.table, model.follows)
  const text = `select * from ${table} where id > $1 order by id limit $2`
  const rows = new Map<string, Change>()
  let last = after
  while (rows.size < rowsMax) {
    const limit = Math.min(rowPageMax, rowsMax - rows.size)
    const page = await transaction.executeQuery<Readonly<Record<string, unknown>>>(
      CompiledQuery.raw(text, [last, limit]),
    )
    for (const stored of page.rows) {
      const change = decode(stored)
      rows.set(change.row.id, change)
      last = change.row.id
    }
    if (page.rows.length < limit) return { rows, upTo: undefined }
  }
  return { rows, upTo: last }
}
