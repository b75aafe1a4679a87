import { expect } from 'vitest'
import type { GatewayServer } from '../harness/gateway-server.ts'
import type { ListPaidQuery } from './generated/graphql.ts'
import { dataOf } from './post.ts'
import { listPaid } from './sale-documents.ts'

export type SoldOrder = ListPaidQuery['orders']['nodes'][number]

export const ordersOf = async (url: string): Promise<readonly SoldOrder[]> => {
  const all: SoldOrder[] = []
  let after: string | null | undefined
  do {
    const { orders } = await dataOf(url, listPaid, { after: after ?? null })
    all.push(...orders.nodes)
    after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : undefined
  } while (after != null)
  return all
}

export const isSettled = ({ status, payments }: SoldOrder): boolean =>
  status !== 'PENDING' &&
  payments.every(({ state }) => state === 'SUCCEEDED' || state === 'DECLINED')

/** Every movement that the gateway made is one that an order knows, of the same amount; and back. */
export const expectEqualBooks = (gateway: GatewayServer, orders: readonly SoldOrder[]): void => {
  const theirs = gateway.books().flatMap(({ call, result }) => {
    if (result.type !== 'succeeded') return []
    const { minor, currency } = call.amount
    return [`${call.kind} ${result.reference} ${(minor / 100).toFixed(2)} ${currency}`]
  })
  const ours = orders.flatMap(({ payments }) =>
    payments
      .filter(({ state }) => state === 'SUCCEEDED')
      .map(({ kind, reference, amount: { amount, currencyCode } }) =>
        [kind, reference, amount, currencyCode].join(' '),
      ),
  )
  expect(ours.toSorted()).toEqual(theirs.toSorted())
}
