import type { KyselyPlugin } from 'kysely'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { newEvent, productEvent } from '../../src/command/aggregate-event.ts'
import { states, type StatesSetting } from '../../src/command/states.ts'
import type { Database } from '../../src/database/database.ts'
import { fold } from '../../src/domain/decider.ts'
import type { ProductEvent } from '../../src/domain/product/events.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import type { Log } from '../../src/store/log.ts'
import { appendCommand } from '../store/append-command.ts'

export const productStates = (log: Log, setting?: StatesSetting) =>
  states(log, { ...productDecider, parse: productEvent }, setting)

/** The state as a fold of the whole stream has it: what every load must come to. */
export const foldedWhole = async (log: Log, stream: string) => {
  const history = await log.load(stream)
  const state = fold(productDecider.evolve, productDecider.initial, history.map(productEvent))
  return { state, version: history.length, position: history.at(-1)?.position }
}

export const append = async (log: Log, stream: string, events: readonly ProductEvent[]) => {
  const [first, ...others] = events.map(newEvent)
  if (first === undefined) return
  const expectedVersion = (await log.load(stream)).length
  const command = appendCommand({ stream, expectedVersion, events: [first, ...others] })
  expect((await log.append(command)).type).toBe('appended')
}

/** How many events each query for tails brings, and how many statements of any kind there are. */
export const watched = (database: Database) => {
  const count = { statements: 0, tails: 0, rows: 0 }
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      count.statements += 1
      return result
    },
  }
  const query: Database['query'] = async <Row>(
    ...[statement, values]: Parameters<Database['query']>
  ) => {
    const rows = await database.query<Row>(statement, values)
    count.statements += 1
    if (statement.name === 'readback_tails') {
      count.tails += 1
      count.rows += rows.length
    }
    return rows
  }
  return { count, database: { ...database, query, kysely: database.kysely.withPlugin(plugin) } }
}

export const snapshotVersion = async (database: Database, stream: string) => {
  const { rows } = await sql<{ readonly version: number }>`select version from log.snapshots
    where stream = ${stream}`.execute(database.kysely)
  return rows[0]?.version
}

/** A restore as the database sees it: the end of the log is gone. */
export const loseAfter = async (database: Database, position: bigint) => {
  for (const statement of [
    sql`alter table log.events disable trigger events_are_immutable`,
    sql`delete from log.events where position > ${position}`,
    sql`alter table log.events enable trigger events_are_immutable`,
  ])
    await statement.execute(database.kysely)
}
