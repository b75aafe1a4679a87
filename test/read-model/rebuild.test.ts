import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { replay } from '../../src/projection/replay.ts'
import type { Table } from '../../src/projection/table.ts'
import { takeTurn } from '../../src/projection/turn.ts'
import { customerValues } from '../../src/read-model/customer-values.ts'
import { customers } from '../../src/read-model/customers.ts'
import { orderStatistics } from '../../src/read-model/order-statistics.ts'
import { orders } from '../../src/read-model/orders.ts'
import { products } from '../../src/read-model/products.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { openLog, record, turnOptions } from '../projection/tally.ts'
import { decodeDomain, histories, stored } from './histories.ts'

const size = fc.integer({ min: 1, max: 7 })
const sizes = fc.record({ pageMax: size, replayedMax: size, pagesMax: size })

interface Build {
  readonly database: Database
  readonly log: Log
  readonly model: AnyReadModel<DomainEvent>
  readonly generation: string
  readonly pageMax: number
}

/** Projects the whole log into a table of its own and answers what stands there. */
const build = async ({ pageMax, ...rest }: Build): Promise<readonly unknown[]> => {
  const options = await turnOptions({ ...rest, pageMax, decode: decodeDomain })
  let at = LOG_START
  for (;;) {
    const turn = await takeTurn(options, at)
    if (turn.type !== 'advanced') break
    at = turn.checkpoint
  }
  return await rowsOf(rest, options.table)
}

/** The same by a replay that stops after so many pages and is then taken up again. */
const replayed = async (
  { pageMax, ...rest }: Build,
  pagesMax: number,
): Promise<readonly unknown[]> => {
  const made = await turnOptions({ ...rest, pageMax, decode: decodeDomain })
  const options = { ...made, log: rest.log }
  const to = await rest.log.head()
  for (let from = LOG_START; from < to;) {
    const take = replay(options)
    for (let pages = 0; pages < pagesMax && from < to; pages += 1) {
      const turn = await take(from, pageMax)
      if (turn.type !== 'advanced') throw new Error(`A replay beside nobody was ${turn.type}.`)
      from = turn.checkpoint
    }
  }
  return await rowsOf(rest, options.table)
}

const rowsOf = async ({ database }: Pick<Build, 'database'>, table: Table) => {
  const { rows } = await sql`select * from ${sql.table(table.name)} order by id`.execute(
    database.kysely,
  )
  return rows
}

describeOnEachDatabase('read models', (openFresh) => {
  it(
    'are the same rebuilt at once, replayed in parts, and kept up in pages of any size',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(histories, sizes, async (history, { pageMax, replayedMax, pagesMax }) => {
          const database = await openFresh()
          await using log = await openLog(database)
          for (const { stream, event } of history) await record(log, stream, [stored(event)])
          const streams = new Set(history.map(({ stream }) => stream))
          let rows = 0
          for (const model of [orders, products, customers, orderStatistics, customerValues]) {
            const kept = await build({ database, log, model, generation: 'a', pageMax })
            const rebuilt = await build({ database, log, model, generation: 'b', pageMax: 500 })
            expect(kept).toEqual(rebuilt)
            // One generation is built at a time.
            await sql`update read.projections set retired_at = now() where generation = 'b'`.execute(
              database.kysely,
            )
            const parts = { database, log, model, generation: 'c', pageMax: replayedMax }
            expect(await replayed(parts, pagesMax)).toEqual(rebuilt)
            if (model.follows === 'stream') rows += kept.length
          }
          expect(rows).toBe(streams.size)
        }),
        { numRuns: 8 },
      )
    },
  )
})
