import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { CustomerId } from '../../src/domain/identity.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { takeTurn, type TurnOptions } from '../../src/projection/turn.ts'
import { customers } from '../../src/read-model/customers.ts'
import { orders } from '../../src/read-model/orders.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'
import {
  asked,
  confirming,
  orderId,
  placing,
  profile,
  said,
  shop,
  stocked,
  type Shop,
  type Stock,
} from '../command/given-commands.ts'
import { timing } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { turnOptions } from '../projection/tally.ts'
import { decodeDomain } from './histories.ts'

const forgetting = (customerId: CustomerId) =>
  ({ ...timing, type: 'ForgetCustomer', customerId }) as const

const open = (of: {
  readonly log: Log
  readonly database: Database
  readonly model: AnyReadModel<DomainEvent>
  readonly generation: string
}) => turnOptions({ ...of, decode: decodeDomain, pageMax: 3 })

const catchUp = async (options: TurnOptions<DomainEvent>, from: Position): Promise<Position> => {
  const turn = await takeTurn(options, from)
  return turn.type === 'advanced' ? await catchUp(options, turn.checkpoint) : from
}

const rowsOf = async (database: Database, table: string) =>
  (await sql`select * from ${sql.table(table)} order by id`.execute(database.kysely)).rows

const textOf = (rows: readonly unknown[]) =>
  JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))

/** How many rows hold the name. */
const named = async (database: Database, { table }: TurnOptions<DomainEvent>) =>
  (await rowsOf(database, table.name)).filter((row) => textOf([row]).includes(profile.name)).length

const place = async (at: Shop, stock: Stock) => {
  const order = orderId()
  expect(said(await at.commands.placeOrder(placing(order, stock), asked()))).toBe('accepted')
  return order
}

describeOnEachDatabase('forgetting a customer', (openFresh) => {
  it('empties their rows, kept up or rebuilt alike, and leaves those of others', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    const other = await stocked(at)
    const order = await place(at, stock)
    await place(at, other)
    const kept = []
    for (const model of [orders, customers]) {
      const options = await open({ log: at.log, database, model, generation: 'a' })
      kept.push({ model, options, before: await catchUp(options, LOG_START) })
      expect(await named(database, options)).toBe(2)
    }
    const answer = await at.commands.customer(forgetting(stock.customer), asked())
    expect(said(answer)).toBe('accepted')
    await at.commands.order(confirming(order), asked())
    for (const { model, options, before } of kept) {
      await catchUp(options, before)
      const rebuilt = await open({ log: at.log, database, model, generation: 'b' })
      await catchUp(rebuilt, LOG_START)
      expect(await rowsOf(database, options.table.name)).toEqual(
        await rowsOf(database, rebuilt.table.name),
      )
      expect(await named(database, options)).toBe(1)
    }
  })

  it('raises the place of their orders, so that whoever follows rows sees them emptied', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    await place(at, stock)
    const kept = await open({ log: at.log, database, model: orders, generation: 'a' })
    const before = await catchUp(kept, LOG_START)
    await at.commands.customer(forgetting(stock.customer), asked())
    await catchUp(kept, before)
    const head = await at.log.head()
    expect(await rowsOf(database, kept.table.name)).toMatchObject([
      { position: head, version: 1, customer_name: null, customer_email: null, ship_to: null },
    ])
  })

  it('makes what the log holds of them unreadable at once', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    await place(at, stock)
    expect(textOf(await at.log.read(LOG_START, 100))).toContain(profile.name)
    await at.commands.customer(forgetting(stock.customer), asked())
    expect(textOf(await at.log.read(LOG_START, 100))).not.toContain(profile.name)
    const stored = await sql`select data::text from log.events`.execute(database.kysely)
    expect(textOf(stored.rows)).not.toContain(profile.name)
    const { rows } = await sql`select wrapped_key, destroyed_at is null as there
      from log.subject_keys`.execute(database.kysely)
    expect(rows).toEqual([{ wrapped_key: null, there: false }])
    const refused = await at.commands.placeOrder(placing(orderId(), stock), asked())
    expect(said(refused)).toBe('CustomerForgotten')
  })

  it('is replayed when repeated, and reaches who has no key any more', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const { customer } = await stocked(at)
    const options = asked()
    await sql`update log.subject_keys set wrapped_key = null, destroyed_at = now()`.execute(
      database.kysely,
    )
    expect(said(await at.commands.customer(forgetting(customer), options))).toBe('accepted')
    expect(said(await at.commands.customer(forgetting(customer), options))).toBe('replayed')
    expect(said(await at.commands.customer(forgetting(customer), asked()))).toBe(
      'CustomerForgotten',
    )
  })

  it('destroys nothing when it is refused', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    const used = asked({ asks: 'another thing' })
    await at.commands.placeOrder(placing(orderId(), stock), used)
    const forget = forgetting(stock.customer)
    const reused = asked({ id: used.request.key.id })
    expect(said(await at.commands.customer(forget, reused))).toBe('CommandIdReused')
    const stale = asked({ expectedVersion: 7 })
    expect(said(await at.commands.customer(forget, stale))).toBe('VersionConflict')
    await place(at, stock)
  })
})
