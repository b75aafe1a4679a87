import { query } from './fresh-database.ts'
import type { Asked } from './mixed-load.ts'
import { orderBodies, type Shop } from './seed.ts'

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
const ORDERS = /* GraphQL */ `
  query Orders {
    orders(first: 50) {
      edges {
        node {
          id
          number
          status
          customerName
          total {
            amount
            currencyCode
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`
const IDS = 1_280
/** Of eight requests five read an order, one reads fifty, two place one. */
const CYCLE = ['order', 'order', 'command', 'order', 'orders', 'order', 'order', 'command'] as const

/** What clients ask of a shop at work: orders that are long there, by id; the newest fifty; new ones. */
export const shopLoad = async (databaseUrl: string, shop: Shop): Promise<readonly Asked[]> => {
  const ids = await query<{ readonly stream: string }>(
    databaseUrl,
    `select stream from log.events where type = 'OrderPlaced' order by random() limit ${IDS}`,
  )
  const bodies = orderBodies(shop, { mutation: 'placeOrder', fulfilment: 'MANUAL' })
  const list = JSON.stringify({ query: ORDERS })
  const command = (index: number): Asked => ({
    body: bodies[index % bodies.length] ?? '',
    expected: '"__typename":"OrderAccepted"',
    countsAs: ['commands'],
  })
  const fifty = { body: list, expected: '"node":{"id":"order-', countsAs: ['reads', 'orders'] }
  const one = (index: number): Asked => {
    const id = ids[index % ids.length]?.stream ?? ''
    const body = JSON.stringify({ query: ORDER, variables: { id } })
    return { body, expected: `"order":{"id":"${id}"`, countsAs: ['reads', 'order'] }
  }
  return Array.from({ length: IDS }, (_, index): Asked => {
    const kind = CYCLE[index % CYCLE.length]
    if (kind === 'command') return command(index)
    return kind === 'orders' ? fifty : one(index)
  })
}
