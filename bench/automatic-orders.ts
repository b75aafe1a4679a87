import { setTimeout as delay } from 'node:timers/promises'
import { query } from './fresh-database.ts'
import { mutate, orderBodies, type Shop } from './seed.ts'

const CONFIRMED_TIMEOUT_MS = 120_000
const POLL_MS = 100
/** More than a round can sell. */
const STOCK = 1_000_000

const RECEIVE_STOCK = /* GraphQL */ `
  mutation ReceiveStock($input: ReceiveStockInput!) {
    receiveStock(input: $input) {
      __typename
    }
  }
`

interface Progress {
  readonly placed: number
  readonly confirmed: number
  readonly elapsedMs: number
}

const progressSince = async (databaseUrl: string, position: string): Promise<Progress> => {
  const [row] = await query<Progress>(
    databaseUrl,
    `select count(*) filter (where type = 'OrderPlaced')::int as placed,
      count(*) filter (where type = 'OrderConfirmed')::int as confirmed,
      coalesce(extract(epoch from max(recorded_at) filter (where type = 'OrderConfirmed')
        - min(recorded_at)) * 1000, 0)::float8 as "elapsedMs"
      from log.events where position > ${position}`,
  )
  return row ?? { placed: 0, confirmed: 0, elapsedMs: 0 }
}

/**
 * Places AUTOMATIC orders for a while, and waits until the last of them has its stock reserved, its
 * payment authorized and is confirmed: the log's own times, from the first order to that event.
 */
export const automaticOrders = async (options: {
  readonly url: string
  readonly databaseUrl: string
  readonly shop: Shop
  readonly place: (bodies: readonly string[]) => Promise<unknown>
  readonly signal: AbortSignal
}): Promise<string> => {
  const { url, databaseUrl, shop, place, signal } = options
  for (const productId of shop.products)
    await mutate({ url, signal }, RECEIVE_STOCK, { productId, quantity: STOCK })
  const [head] = await query<{ readonly position: string }>(
    databaseUrl,
    'select position::text from log.log_head',
  )
  const start = head?.position ?? '0'
  const payment = { token: 'sandbox-ok' }
  await place(orderBodies(shop, { mutation: 'placeOrder', fulfilment: 'AUTOMATIC', payment }))
  const deadline = performance.now() + CONFIRMED_TIMEOUT_MS
  let progress = await progressSince(databaseUrl, start)
  while (progress.confirmed < progress.placed && performance.now() < deadline) {
    await delay(POLL_MS, undefined, { signal })
    progress = await progressSince(databaseUrl, start)
  }
  const { placed, confirmed, elapsedMs } = progress
  const each = Math.round((confirmed / elapsedMs) * 1_000)
  return `AUTOMATIC orders: ${confirmed} of ${placed} confirmed, the last ${(elapsedMs / 1_000).toFixed(1)} s after the first was placed: ${each}/s.`
}
