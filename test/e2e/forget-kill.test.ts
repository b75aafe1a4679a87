import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { tablesHolding } from '../harness/plain-text.ts'
import { startServerProcess } from '../harness/server.ts'
import { seededDice, startKilledServer } from './killed-server.ts'

const SEED = 20_261_121
const KILLS = 4
const CUSTOMERS_A_KILL = 40
const CALLERS = 10

const ask = async (url: string, query: string, input: object): Promise<string | undefined> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  }).catch(() => undefined)
  return await response?.text().catch(() => undefined)
}

const REGISTER = `mutation ($input: RegisterCustomerInput!) { registerCustomer(input: $input) { __typename } }`
const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }`
const PRODUCT = `mutation ($input: RegisterProductInput!) { registerProduct(input: $input) { __typename } }`
const FORGET = `mutation ($input: ForgetCustomerInput!) { forgetCustomer(input: $input) { __typename } }`

/** Gives each of the callers one item after another. */
const shared = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => {
  const left = items.values()
  const caller = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
}

const columnOf = async ({ kysely }: Database, query: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ subject: string }>`${sql.raw(query)}`.execute(kysely)
  return rows.map(({ subject }) => subject)
}

const caughtUp = async ({ kysely }: Database): Promise<boolean> => {
  const { rows } = await sql<{
    done: boolean
  }>`select bool_and(checkpoint = (select max(position) from log.events)) as done
    from read.projections where served`.execute(kysely)
  return rows[0]?.done === true
}

it('forgets a customer whole or not at all when the server is killed in the middle of it', async () => {
  await using clone = await cloneTemplate()
  await using database = await openDatabase({ engine: 'postgres', url: clone.url })
  const environment = { DATABASE_URL: clone.url }
  await using other = await startServerProcess(environment)
  await using killed = await startKilledServer(environment, [])
  const dice = seededDice(SEED)
  const accepted = new Set<string>()
  const product = `product-${randomUUID()}`
  const prices = [{ amount: '1.00', currencyCode: 'EUR' }]
  await ask(other.url, PRODUCT, { id: product, name: 'Tea', prices })
  const lines = [{ productId: product, quantity: 1 }]
  const order = (customerId: string) => ({ customerId, currencyCode: 'EUR', lines })

  for (let kill = 0; kill < KILLS; kill += 1) {
    const customers = Array.from({ length: CUSTOMERS_A_KILL }, () => `customer-${randomUUID()}`)
    await shared(customers, async (id) => {
      // Named after their id, so that whose name stands somewhere can be told.
      await ask(other.url, REGISTER, { id, name: `Canary ${id.slice(9)}` })
      await ask(killed.url, PLACE, order(id))
    })
    let answers = 0
    const from = Math.ceil(dice() * CUSTOMERS_A_KILL * 0.7)
    const url = await killed.ready()
    const forgotten = shared(customers, async (customerId) => {
      const [answer] = await Promise.all([
        ask(url, FORGET, { customerId }),
        ask(other.url, PLACE, order(customerId)),
      ])
      // Sent once: whoever gets no answer does not ask again.
      if (answer?.includes('CustomerAccepted')) accepted.add(customerId)
      answers += 1
    })
    await killed.killTimes(1, async () => {
      await eventually(() => answers >= from, { intervalMs: 1 })
    })
    await forgotten
  }

  await eventually(() => caughtUp(database), { timeoutMs: 30_000 })
  const erased = await columnOf(
    database,
    `select stream as subject from log.events where type = 'CustomerErased' order by 1`,
  )
  const destroyed = `select subject from log.subject_keys where destroyed_at is not null order by 1`
  expect(await columnOf(database, destroyed)).toEqual(erased)
  expect(erased).toEqual(expect.arrayContaining([...accepted]))
  // Otherwise the kills came too early or too late to show anything.
  expect(erased.length).toBeGreaterThan(KILLS)
  expect(erased.length).toBeLessThan(KILLS * CUSTOMERS_A_KILL)
  for (const id of erased)
    expect(await tablesHolding(database, `Canary ${id.slice(9)}`)).toEqual([])
  expect(await tablesHolding(database, 'Canary')).toContain('read.orders_v2_a')
}, 180_000)
