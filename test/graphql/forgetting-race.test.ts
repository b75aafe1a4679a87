import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { position } from '../../src/store/position.ts'
import { seededDice } from '../e2e/killed-server.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { tablesHolding } from '../harness/plain-text.ts'
import { beginner, CANARY, following, race, type Following, type Race } from './forgetting-race.ts'
import { textOf, type Part } from './service.ts'
import { shop, type Input, type Shop } from './shop.ts'

const CUSTOMERS = 60
const AT_ONCE = 6
const SEED = 20_261_121

const AFTER = '@readAfter(position: $p, timeoutMs: 10000)'
const PERSON = 'customerName customerEmail shipTo { street }'
const READ_ORDER = `query ($p: Position, $id: ID!) ${AFTER} { order(id: $id) {
  ${PERSON} at(version: 1) { ${PERSON} } customer { name email }
  events(first: 50) { edges { node { __typename ... on OrderPlaced { customerName shipTo { street } } } } } } }`
const READ_CUSTOMER = `query ($p: Position, $id: ID!) ${AFTER} {
  customer(id: $id) { name contact email phone address { street } forgotten } }`
const READ_LISTS = `query ($p: Position, $begins: String!) ${AFTER} {
  customers(first: 100, filter: { nameBegins: $begins }) { edges { node { id } } }
  orders(first: 100) { edges { node { ${PERSON} } } }
  tasks(first: 100) { name target error } }`
const READ_LOG = `query ($after: String) { eventLog(first: 100, after: $after) {
  nodes { data } pageInfo { hasNextPage endCursor } } }`

const expectNothingPlain = async (service: Shop, { orders, customers }: Race) => {
  const told = async (query: string, variables: Input) => {
    const answer = await service.ask(query, variables)
    expect(answer.errors).toBeUndefined()
    expect(answer.text.toLowerCase()).not.toContain(CANARY)
    return answer.data
  }
  const p = service.services.positions.token(position(await service.head()))
  const lists = await told(READ_LISTS, { p, begins: 'Canar' })
  expect(lists['customers']).toEqual({ edges: [] })
  for (const id of orders) await told(READ_ORDER, { p, id })
  for (const id of customers) {
    const { customer } = await told(READ_CUSTOMER, { p, id })
    expect(customer).toMatchObject({ name: null, forgotten: true })
  }
  let after: string | null = null
  do {
    const log: Part | undefined = (await told(READ_LOG, { after }))['eventLog']
    const info: Part | undefined = log?.['pageInfo']
    after = textOf(info?.['hasNextPage']) === 'true' ? textOf(info?.['endCursor']) : null
  } while (after !== null)
}

const expectSoundLog = async ({ kysely }: Database) => {
  const { rows } = await sql<Record<string, bigint>>`select
    (select count(*) from log.events where type = 'CustomerErased') as erased,
    (select count(*) from log.subject_keys where destroyed_at is not null) as destroyed,
    (select count(*) from log.events late join log.events erased
      on erased.stream = late.data #>> '{personal,subject}' and erased.type = 'CustomerErased'
      where late.position > erased.position) as late`.execute(kysely)
  const each = BigInt(CUSTOMERS)
  expect(rows).toEqual([{ erased: each, destroyed: each, late: 0n }])
}

const processes = async (engine: string, stack: AsyncDisposableStack) => {
  if (engine === 'pglite') return [stack.use(await shop())] as const
  const clone = stack.use(await cloneTemplate())
  return [stack.use(await shop(clone)), stack.use(await shop(clone))] as const
}

describe.each(['pglite', 'postgres'])('customers who order while forgotten, on %s', (engine) => {
  it('stand nowhere in plain afterwards, and are told so', { timeout: 240_000 }, async () => {
    await using stack = new AsyncDisposableStack()
    const services = await processes(engine, stack)
    const [service] = services
    const among: Race = {
      services,
      product: await service.product(),
      dice: seededDice(SEED),
      tally: new Map(),
      orders: new Set(),
      customers: new Set(),
    }
    const other = await service.customer({ name: 'Survivor' })
    await service.order({ customerId: other })
    const followings: Following[] = []
    for (let done = 0; done < CUSTOMERS; done += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, index) => done + index)
      const begun = await Promise.all(numbers.map((n) => beginner(among, n)))
      for (const { first } of begun.slice(0, 1))
        for (const each of services) followings.push(stack.use(await following(each, first)))
      await Promise.all(begun.map((one) => race(among, one)))
    }

    const { tally } = among
    expect(tally.get('forgetCustomer CustomerAccepted')).toBe(CUSTOMERS)
    expect(tally.get('forgetCustomer CustomerForgotten')).toBe(CUSTOMERS)
    // Otherwise nothing met, and nothing was shown.
    for (const met of ['placeOrder', 'updateCustomerProfile'])
      expect(tally.get(`${met} CustomerForgotten`)).toBeGreaterThan(0)
    expect(tally.get('placeOrder OrderAccepted')).toBeGreaterThan(0)

    for (const { last } of followings)
      await eventually(() => textOf(last()?.['customerName']) === 'null')
    // Also from processes that had the keys: long before they would ask for them by themselves.
    for (const each of services)
      await eventually(() => expectNothingPlain(each, among), { timeoutMs: 20_000 })
    const { database } = service.application
    await expectSoundLog(database)
    expect(await tablesHolding(database, CANARY)).toEqual([])
    expect(await tablesHolding(database, 'Survivor')).toEqual([
      'read.customers_v2_a',
      'read.orders_v2_a',
    ])
    for (const { last } of followings)
      expect(last()).toMatchObject({ customerName: null, customerEmail: null, shipTo: null })
  })
})
