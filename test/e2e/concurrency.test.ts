import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import {
  cancelOrder,
  changeProductPrice,
  confirmOrder,
  deliverOrder,
  listOrders,
  placeOrder,
  readHistory,
  shipOrder,
} from './documents.ts'
import { type Answer, dataOf, post } from './post.ts'
import { overHttp, shop } from './shop.ts'

interface Outcome {
  readonly __typename: string
  readonly version?: number
  readonly position?: string
  readonly code?: string
}

/** The outcome of a mutation's only field, from an answer without faults. */
const outcomeOf = ({ status, data, errors }: Answer<object>): Outcome => {
  expect({ status, errors }).toStrictEqual({ status: 200, errors: undefined })
  const [outcome] = Object.values(data ?? {})
  return outcome
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n)
const ascending = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ version }) => version ?? []).sort((one, other) => one - other)

describe.each(['PGlite', 'PostgreSQL'])('on %s', (engine) => {
  const opened = new AsyncDisposableStack()
  let server: TestServer
  beforeAll(async () => {
    const clone = engine === 'PGlite' ? undefined : opened.use(await cloneTemplate())
    server = opened.use(await startServer({ database: clone?.url ?? 'memory' }))
  })
  afterAll(() => opened.disposeAsync())

  it('accepts or refuses each of 200 concurrent commands on one order, its versions dense', async () => {
    const { url } = server
    const { place } = await shop(overHttp(url))
    const { orderId } = await place()
    const commands = from(0, 200).map((n) => {
      const input = n % 3 === 0 ? { orderId, expectedVersion: 1 + (n % 4) } : { orderId }
      switch (n % 5) {
        case 0:
          return post(url, confirmOrder, { input })
        case 1:
          return post(url, shipOrder, { input })
        case 2:
          return post(url, deliverOrder, { input })
        case 3:
          return post(url, confirmOrder, { input: { orderId } })
        default:
          return post(url, cancelOrder, { input: { ...input, reason: 'CUSTOMER' } })
      }
    })
    const outcomes = (await Promise.all(commands)).map(outcomeOf)
    const accepted = outcomes.filter(({ __typename }) => __typename === 'OrderAccepted')
    const refused = outcomes.filter(({ code }) => code !== undefined)
    expect(accepted.length + refused.length).toBe(200)
    expect(ascending(accepted)).toStrictEqual(from(2, accepted.length))

    const readAfter = accepted.at(-1)?.position
    const { order } = await dataOf(url, readHistory, { id: orderId, readAfter })
    const versions = order?.events.edges.map(({ node }) => node.version)
    expect(versions).toStrictEqual(from(1, accepted.length + 1))
    expect(server.logged).toStrictEqual([])
  })

  it('accepts all of 100 concurrent commands on one product, one version each', async () => {
    const { url } = server
    const { productId } = await shop(overHttp(url))
    const commands = from(1, 100).map(async (n) => {
      const price = { amount: `${n}.25`, currencyCode: 'EUR' }
      const input = { productId, price, commandId: randomUUID() }
      return eventually(async () => {
        const answer = await post(url, changeProductPrice, { input })
        // On a busy machine nothing may have been written, and the client is asked to come again.
        if (answer.errors?.[0]?.extensions?.code === 'OVERLOADED') throw new Error('overloaded')
        return outcomeOf(answer)
      })
    })
    const outcomes = await Promise.all(commands)
    expect(new Set(outcomes.map(({ __typename }) => __typename))).toStrictEqual(
      new Set(['ProductAccepted']),
    )
    expect(ascending(outcomes)).toStrictEqual(from(2, 100))
  })

  it('gives a command sent 50 times at once one effect and 50 equal receipts', async () => {
    const { url } = server
    const { order } = await shop(overHttp(url))
    const reference = randomUUID()
    const input = { ...order, reference, commandId: randomUUID() }
    const answers = await Promise.all(from(0, 50).map(() => post(url, placeOrder, { input })))
    const receipts = answers.map((answer) => {
      const { __typename, replayed: _, ...receipt } = { replayed: false, ...outcomeOf(answer) }
      return JSON.stringify({ __typename, ...receipt })
    })
    expect([...new Set(receipts)]).toStrictEqual([receipts[0]])
    expect(outcomeOf(answers[0] ?? { status: 0 })).toMatchObject({
      __typename: 'OrderAccepted',
      commandId: input.commandId,
      version: 1,
    })

    const readAfter = answers[0]?.extensions?.position
    const { orders } = await dataOf(url, listOrders, { first: 100, readAfter })
    expect(orders.nodes.filter((node) => node.reference === reference)).toHaveLength(1)
  })
})
