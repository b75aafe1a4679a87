import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { CustomerId } from '../../src/domain/identity.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import { parkingDesk } from '../../src/projection/parking-desk.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { takeTurn, type TurnOptions } from '../../src/projection/turn.ts'
import { customers } from '../../src/read-model/customers.ts'
import { orders } from '../../src/read-model/orders.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'
import { asked, orderId, placing, profile, said, shop, stocked } from '../command/given-commands.ts'
import { timing } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { withoutPlace } from '../projection/fragile.ts'
import { turnOptions } from '../projection/tally.ts'
import { decodeDomain } from './histories.ts'

const SECRET = 'Ann Undisclosed'

const weak = (model: AnyReadModel<DomainEvent>, types: Set<string>): AnyReadModel<DomainEvent> => ({
  ...model,
  project(row, occurrence, origin) {
    const after = model.project(row, occurrence, origin)
    if (types.has(occurrence.event.type)) throw new Error(`${SECRET} and ${profile.name}`)
    return after
  },
})

const catchUp = async (options: TurnOptions<DomainEvent>, from: Position): Promise<Position> => {
  const turn = await takeTurn(options, from)
  return turn.type === 'advanced' ? await catchUp(options, turn.checkpoint) : from
}

const rowsOf = async ({ kysely }: Database, table: string) =>
  (
    await sql<
      Readonly<Record<string, unknown>>
    >`select * from ${sql.table(table)} order by id`.execute(kysely)
  ).rows

/** All that is stored about read models, as text. */
const everything = async (database: Database, tables: readonly string[]) => {
  const texts = []
  for (const table of [...tables, 'read.parked_streams', 'read.skipped_events'])
    texts.push(
      ...(
        await sql<{ text: string }>`select t::text as text from ${sql.table(table)} t`.execute(
          database.kysely,
        )
      ).rows,
    )
  return texts.map(({ text }) => text).join('\n')
}

describeOnEachDatabase('forgetting a customer who is held back', (openFresh) => {
  it('leaves nothing personal in rows and in what is held back, and nothing comes of a retry', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    const forgotten: CustomerId = stock.customer
    const order = orderId()
    expect(said(await at.commands.placeOrder(placing(order, stock), asked()))).toBe('accepted')
    const bad = new Set<string>()
    const kept: { readonly options: TurnOptions<DomainEvent>; at: Position }[] = []
    for (const model of [orders, customers]) {
      const options = await turnOptions<DomainEvent>({
        database,
        log: at.log,
        decode: decodeDomain,
        pageMax: 3,
        model: weak(model, bad),
      })
      kept.push({ options, at: await catchUp(options, LOG_START) })
    }
    bad.add('CustomerProfileUpdated').add('ShippingAddressChanged').add('OrderConfirmed')
    const update = {
      ...timing,
      type: 'UpdateCustomerProfile',
      customerId: forgotten,
      changes: { name: SECRET },
    } as const
    expect(said(await at.commands.customer(update, asked()))).toBe('accepted')
    await at.commands.order({ ...timing, type: 'ConfirmOrder', orderId: order }, asked())
    for (const one of kept) one.at = await catchUp(one.options, one.at)
    const tables = kept.map(({ options }) => options.table.name)
    expect(await everything(database, tables)).toContain(profile.name)
    // What an operator has read before; its key may be kept for a while by who is not told.
    const forget = { ...timing, type: 'ForgetCustomer', customerId: forgotten } as const
    const read = [
      ...(await at.log.readStream(forgotten, { afterVersion: 0, limit: 100 })),
      ...(await at.log.readStream(order, { afterVersion: 0, limit: 100 })),
    ]
    expect(said(await at.commands.customer(forget, asked()))).toBe('accepted')
    for (const one of kept) one.at = await catchUp(one.options, one.at)
    const personal = new RegExp(`${SECRET}|${profile.name}`)
    expect(await everything(database, tables)).not.toMatch(personal)
    const count = await sql`select name, stream from read.parked_streams order by name`.execute(
      database.kysely,
    )
    expect(count.rows).toEqual([
      { name: 'customers', stream: forgotten },
      { name: 'orders', stream: order },
    ])
    bad.clear()
    const desk = parkingDesk({
      database,
      log: {
        ...at.log,
        // As a process opens them that has not heard yet that the key is gone.
        readStream: async (stream, page) => {
          const fresh = await at.log.readStream(stream, page)
          return fresh.map(
            (event) => read.find(({ position: known }) => known === event.position) ?? event,
          )
        },
      },
      readModels: [orders, customers],
      decode: decodeDomain,
      served: (name) => ({ name, version: 2, generation: 'a' }),
    })
    for (const [projection, stream] of [
      ['orders', order],
      ['customers', forgotten],
    ] as const)
      expect(await desk.retry({ projection, stream })).toMatchObject({ type: 'released' })
    expect(await everything(database, tables)).not.toMatch(personal)
  })

  it('is done by a retry that comes later, as a rebuild does it', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    const bad = new Set(['CustomerRegistered', 'OrderPlaced'])
    expect(said(await at.commands.placeOrder(placing(orderId(), stock), asked()))).toBe('accepted')
    const forget = { ...timing, type: 'ForgetCustomer', customerId: stock.customer } as const
    await at.commands.customer(forget, asked())
    for (const model of [orders, customers]) {
      const of = { database, log: at.log, decode: decodeDomain }
      const options = await turnOptions<DomainEvent>({ ...of, model: weak(model, bad) })
      await catchUp(options, LOG_START)
      expect(await rowsOf(database, options.table.name)).toEqual([])
      const served = () => options.generation
      const desk = parkingDesk({ ...of, readModels: [model], served })
      for (const { stream } of await desk.list({ projection: model.name, limit: 100 }))
        await desk.retry({ projection: model.name, stream })
      const rebuilt = await turnOptions<DomainEvent>({ ...of, model, generation: 'b' })
      await catchUp(rebuilt, LOG_START)
      const rows = await rowsOf(database, options.table.name)
      expect(rows).toHaveLength(1)
      expect(withoutPlace(rows)).toEqual(withoutPlace(await rowsOf(database, rebuilt.table.name)))
    }
  })
})
