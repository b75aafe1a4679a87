import { v7 as uuidV7 } from 'uuid'
import { application } from '../src/server/compose.ts'
import { processLogger } from '../src/server/logger.ts'
import { query } from './fresh-database.ts'
import { mutate, placeOrder, seed } from './seed.ts'

const ORDER = /* GraphQL */ `
  query Order($id: ID!) {
    order(id: $id) {
      id
      number
      status
      total {
        amount
      }
    }
  }
`
const IDS = 1_000
const CHUNK = 250_000
const PROJECTED_MS = 10_000

export interface OrdersToRead extends AsyncDisposable {
  /** Asks for one of them by its id, over HTTP. */
  readOne(): Promise<void>
}

/** The whole server on a table of so many orders: one is placed, the others are its copies. */
export const ordersToRead = async (
  url: string,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<OrdersToRead> => {
  await using opened = new AsyncDisposableStack()
  const app = opened.use(
    await application({
      database: { engine: 'postgres', url },
      masterKey: { from: 'chance' },
      logger: processLogger('warn'),
    }),
  )
  const listening = await app.listen({ host: '127.0.0.1', port: 0 })
  opened.defer(() => listening.drain())
  const to = { url: `${listening.url}/graphql`, signal }
  const shop = await seed(to.url, signal)
  const id = `order-${uuidV7()}`
  await mutate(to, placeOrder('placeOrder'), firstOrder(id, shop))
  const table = await projected(url)
  for (let from = 1; from < count; from += CHUNK)
    await query(
      url,
      `insert into ${table} select (jsonb_populate_record(o, jsonb_build_object('id', 'order-' || uuidv7()))).*
       from ${table} o, generate_series(${from}, ${Math.min(count, from + CHUNK) - 1}) where o.id = '${id}'`,
    )
  await query(url, `analyze ${table}`)
  const ids = await query<{ readonly id: string }>(
    url,
    `select id from ${table} order by random() limit ${IDS}`,
  )
  let next = 0
  const rest = opened.move()
  return {
    async readOne() {
      const { id: wanted } = ids[next++ % ids.length] ?? { id }
      const response = await fetch(to.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: ORDER, variables: { id: wanted } }),
        signal,
      })
      const text = await response.text()
      if (!text.includes(wanted)) throw new Error(`The order was not answered: ${text}`)
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const firstOrder = (id: string, shop: Awaited<ReturnType<typeof seed>>) => ({
  id,
  customerId: shop.customers[0],
  currencyCode: 'USD',
  fulfilment: 'MANUAL',
  lines: [
    { productId: shop.products[0], quantity: 1 },
    { productId: shop.products[1], quantity: 2 },
  ],
})

/** The table of the orders, once the first stands in it. */
const projected = async (url: string): Promise<string> => {
  const deadline = performance.now() + PROJECTED_MS
  while (performance.now() < deadline) {
    const [row] = await query<{ readonly name: string }>(
      url,
      `select format('read.orders_v%s_%s', version, generation) as name from read.projections
       where name = 'orders' and served and checkpoint = (select max(position) from log.events)`,
    )
    if (row !== undefined) return row.name
  }
  throw new Error(`The first order was not projected within ${PROJECTED_MS} ms.`)
}
