import { CompiledQuery } from 'kysely'
import { openDatabase } from '../src/database/open.ts'
import { type DomainEvent, parseStored } from '../src/domain/stored.ts'
import { type Generation, prepareGeneration } from '../src/projection/checkpoint.ts'
import { type Decode, Origins } from '../src/projection/origins.ts'
import { Parks } from '../src/projection/parks.ts'
import { REBUILD_LIMITS } from '../src/projection/rebuild-limits.ts'
import { replay } from '../src/projection/replay.ts'
import { projectionTable, type Table } from '../src/projection/table.ts'
import { orders } from '../src/read-model/orders.ts'
import { eventLog } from '../src/store/event-log.ts'
import type { MasterKey } from '../src/store/master-key.ts'
import { LOG_START } from '../src/store/position.ts'
import type { Round } from './figure.ts'
import { countRows } from './fresh-database.ts'

const ORIGINS_MAX = 10_000

/** Projects the log into a new table of `orders`, at full duty, as often as asked. */
export interface OrderRebuild extends AsyncDisposable {
  /** The whole log; or, to warm up, not much more than so many events of it. */
  rebuild(upTo?: number): Promise<Round>
}

const decode: Decode<DomainEvent> = ({ type, schemaVersion, data }) =>
  parseStored(type, schemaVersion, data)

/** The table of the orders of some generation, the same as the product's but for its name. */
export const ordersTable = (
  generation: string,
): { readonly of: Generation; readonly table: Table } => {
  const { name, version, table: shape, indexes, follows } = orders
  const of = { name, version, generation }
  return { of, table: projectionTable({ ...of, shape, indexes, follows }) }
}

export const orderRebuild = async (url: string, masterKey: MasterKey): Promise<OrderRebuild> => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  const log = opened.use(await eventLog({ database, masterKey }))
  const { kysely } = database
  const { of, table } = ordersTable('bench')
  const rest = opened.move()
  return {
    async rebuild(upTo = Infinity) {
      await kysely.executeQuery(CompiledQuery.raw(`drop table if exists ${table.name}`))
      await kysely.executeQuery(
        CompiledQuery.raw('delete from read.projections where generation = $1', [of.generation]),
      )
      await prepareGeneration(kysely, { of, table, served: false })
      const take = replay({
        database,
        log,
        decode,
        model: orders,
        generation: of,
        table,
        origins: new Origins(log, decode, ORIGINS_MAX),
        parks: new Parks(kysely, of),
        parkedMax: 1,
        onParked: (parked) => {
          throw parked
        },
      })
      const begunAt = performance.now()
      let at = LOG_START
      while (at < upTo) {
        const turn = await take(at, REBUILD_LIMITS.fullPageMax)
        if (turn.type !== 'advanced') break
        at = turn.checkpoint
      }
      const elapsedMs = performance.now() - begunAt
      if (at < upTo && at !== (await log.head()))
        throw new Error(`The rebuild ended at ${at}, before the log.`)
      return {
        perSecond: (Number(at) / elapsedMs) * 1_000,
        p50Ms: elapsedMs,
        p99Ms: elapsedMs,
      }
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

/** That the rebuild and the limit wrote the same orders; what SQL cannot open is left out. */
export const assertSameOrders = async (
  url: string,
  names: readonly [Table, Table],
): Promise<string> => {
  const [ours, limit] = names
  const columns = ours.columns.filter(
    (column) => !/^(customer_name|customer_email|ship_to)$/.test(column),
  )
  const list = columns.map((column) => `"${column}"`).join(', ')
  const differing = await countRows(
    url,
    `(select ${list} from ${ours.name} except select ${list} from ${limit.name}) d`,
  )
  const rows = await countRows(url, ours.name)
  if (differing > 0 || rows !== (await countRows(url, limit.name)))
    throw new Error(
      `Of ${rows} orders ${differing} differ from the limit's; the figures mean nothing.`,
    )
  return `the rebuild and the limit wrote the same ${rows} rows, but for what SQL cannot open.`
}
