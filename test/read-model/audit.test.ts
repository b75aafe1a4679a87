import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { CustomerId } from '../../src/domain/identity.ts'
import { audit, isClean } from '../../src/projection/audit.ts'
import { takeTurn, type TurnOptions } from '../../src/projection/turn.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import { customers } from '../../src/read-model/customers.ts'
import { orders } from '../../src/read-model/orders.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'
import {
  asked,
  confirming,
  orderId,
  placing,
  said,
  type Shop,
  shop,
  type Stock,
  stocked,
} from '../command/given-commands.ts'
import { timing } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { expectCleanAudit } from '../projection/clean-audit.ts'
import { turnOptions } from '../projection/tally.ts'
import { decodeDomain } from './histories.ts'

const readModels = [orders, customers]

const given = (database: Database, { log }: Shop) => ({
  kysely: database.kysely,
  log,
  decode: decodeDomain,
  readModels,
})

const place = async (at: Shop, stock: Stock) => {
  const order = orderId()
  expect(said(await at.commands.placeOrder(placing(order, stock), asked()))).toBe('accepted')
  return order
}

const forget = async (at: Shop, customerId: CustomerId) => {
  const command = { ...timing, type: 'ForgetCustomer', customerId } as const
  expect(said(await at.commands.customer(command, asked()))).toBe('accepted')
}

const catchUp = async (options: TurnOptions<DomainEvent>, from: Position): Promise<Position> => {
  const turn = await takeTurn(options, from)
  return turn.type === 'advanced' ? await catchUp(options, turn.checkpoint) : from
}

const project = async (database: Database, { log }: Shop, from: Position = LOG_START) => {
  let at = from
  for (const model of readModels) {
    const options = await turnOptions({ database, log, model, decode: decodeDomain, pageMax: 3 })
    at = await catchUp(options, from)
  }
  return at
}

describeOnEachDatabase('an audit of the read models', (openFresh) => {
  it('compares what is left of somebody forgotten, and finds it equal', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const [stock, other] = [await stocked(at), await stocked(at)]
    const order = await place(at, stock)
    await place(at, other)
    const before = await project(database, at)
    await expectCleanAudit(given(database, at))
    await forget(at, stock.customer)
    await at.commands.order(confirming(order), asked())
    await project(database, at, before)
    const [ofOrders, ofCustomers] = await expectCleanAudit(given(database, at))
    expect(ofOrders).toMatchObject({ rows: 2, unsettled: 0 })
    expect(ofCustomers).toMatchObject({ rows: 2, unsettled: 0 })
  })

  it('leaves out whom the projection has yet to forget, and says so', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const [stock, other] = [await stocked(at), await stocked(at)]
    await place(at, stock)
    await place(at, other)
    await project(database, at)
    await forget(at, stock.customer)
    for (const model of readModels) {
      const found = await audit({ ...given(database, at), model })
      expect(found).toMatchObject({ differing: 0, rows: 2, unsettled: 1 })
      expect(isClean(found)).toBe(true)
    }
  })

  it('finds a name that was not emptied, and does not tell it', async () => {
    const database = await openFresh()
    await using at = await shop(database)
    const stock = await stocked(at)
    const order = await place(at, stock)
    await forget(at, stock.customer)
    await project(database, at)
    const name = 'Somebody Else'
    const table = sql.table(`read.orders_v${orders.version}_a`)
    await sql`update ${table} set customer_name = ${name}`.execute(database.kysely)
    const found = await audit({ ...given(database, at), model: orders })
    expect(found.differences).toEqual([{ id: order, kind: 'differs', columns: ['customer_name'] }])
  })
})
