import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { takeTurn } from '../../src/projection/turn.ts'
import { customerValues } from '../../src/read-model/customer-values.ts'
import { customers } from '../../src/read-model/customers.ts'
import { orderStatistics } from '../../src/read-model/order-statistics.ts'
import { orders } from '../../src/read-model/orders.ts'
import { products } from '../../src/read-model/products.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { inlineLog } from '../projection/inline-log.ts'
import { record, turnOptions } from '../projection/tally.ts'
import { decodeDomain, histories, stored } from './histories.ts'

const MODELS = [orders, products, customers, orderStatistics, customerValues]

describeOnEachDatabase('read models with inline turns', (openFresh) => {
  it('are the same inline, by their workers and rebuilt', { timeout: 60_000 }, async () => {
    let moves = 0
    const subset = fc.subarray(
      MODELS.map(({ name }) => name),
      { minLength: 1 },
    )
    await fc.assert(
      fc.asyncProperty(histories, subset, async (history, inline) => {
        const database = await openFresh()
        await using kept = await inlineLog({
          database,
          models: MODELS,
          decode: decodeDomain,
          inline,
        })
        const { log, engine } = kept
        for (const { stream, event } of history) await record(log, stream, [stored(event)])
        for (const name of inline) moves += kept.moves.get(name) ?? 0
        engine.start()
        const head = await log.head()
        const names = MODELS.map(({ name }) => name)
        const waited = await engine.wait(names, head, { timeoutMs: 20_000 })
        expect(waited).toEqual({ type: 'reached' })
        for (const model of MODELS) {
          const options = { database, log, model, decode: decodeDomain, generation: 'b' }
          const turn = await turnOptions(options)
          for (let at = LOG_START; ;) {
            const done = await takeTurn(turn, at)
            if (done.type !== 'advanced') break
            at = done.checkpoint
          }
          const rowsOf = async (table: string) =>
            (await sql`select * from ${sql.table(table)} order by id`.execute(database.kysely)).rows
          expect(await rowsOf(engine.table(model.name))).toEqual(await rowsOf(turn.table.name))
        }
      }),
      { numRuns: 8 },
    )
    expect(moves).toBeGreaterThan(0)
  })
})
