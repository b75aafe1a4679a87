import { describe, expect, it } from 'vitest'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer } from '../harness/server.ts'
import { ledgerOverHttp } from './followed-ledger.ts'

const ENTER = `mutation ($customer: RegisterCustomerInput!, $product: RegisterProductInput!) {
  registerCustomer(input: $customer) { ... on CustomerAccepted { customerId } }
  registerProduct(input: $product) { ... on ProductAccepted { productId } }
}`
const RECEIVE = `mutation ($input: ReceiveStockInput!) { receiveStock(input: $input) { __typename } }`
const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }`
const ORDERS = `{ orders(first: 100) { nodes { status cancelReason } } }`

type Data = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const sender =
  (url: string) =>
  async (query: string, variables: object = {}): Promise<Data> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors }: { data?: Data; errors?: unknown } = JSON.parse(await response.text())
    if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }

describe('a flash sale over GraphQL', () => {
  it.each(['memory', 'postgres'])(
    'sells 20 of 20 to 80 at once on %s, though every card answers late',
    async (engine) => {
      await using clone = engine === 'postgres' ? await cloneTemplate() : undefined
      await using server = await startServer({
        database: clone?.url ?? 'memory',
        logLevel: 'silent',
      })
      const send = sender(server.url)
      const entered = await send(ENTER, {
        customer: { name: 'Ada Lovelace' },
        product: { name: 'The lamp', prices: [{ amount: '19.99', currencyCode: 'USD' }] },
      })
      const productId = entered['registerProduct']?.['productId']
      await send(RECEIVE, { input: { productId, quantity: 20 } })
      const input = {
        customerId: entered['registerCustomer']?.['customerId'],
        currencyCode: 'USD',
        fulfilment: 'AUTOMATIC',
        payment: { token: SANDBOX_TOKENS.losesAnswer },
        lines: [{ productId, quantity: 1 }],
      }
      const placed = await Promise.all(Array.from({ length: 80 }, () => send(PLACE, { input })))
      expect(placed.map(({ placeOrder }) => placeOrder)).toEqual(
        placed.map(() => ({ __typename: 'OrderAccepted' })),
      )
      const ends = async (): Promise<Readonly<Record<string, number>>> => {
        const nodes = (await send(ORDERS))['orders']?.['nodes']
        if (!Array.isArray(nodes)) throw new Error('There are no nodes.')
        const words = nodes.map((node: { status: string; cancelReason: string | null }) =>
          [node.status, node.cancelReason ?? ''].join(' ').trim(),
        )
        return Object.fromEntries(
          [...Map.groupBy(words, String)].map(([word, all]) => [word, all.length]),
        )
      }
      await eventually(async () => (await ends())['PENDING'] === undefined, {
        timeoutMs: 60_000,
        intervalMs: 100,
      })
      expect(await ends()).toEqual({ CONFIRMED: 20, 'CANCELLED OUT_OF_STOCK': 60 })
      const followed = ledgerOverHttp(() => server.url)
      while (await followed.readOn());
      expect([followed.ledger.problems, followed.ledger.atRest()]).toEqual([[], []])
      const status = await server.services.tasks.status()
      for (const { tasks } of status) expect(tasks).toMatchObject({ PARKED: 0 })
    },
    120_000,
  )
})
