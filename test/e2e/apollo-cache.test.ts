import { describe, expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startServer } from '../harness/server.ts'
import { apolloDocument, apolloOrderClient } from './apollo-client.ts'
import { orderChanged, readOrder } from './documents.ts'
import { follow } from './order-client.ts'
import { shop } from './shop.ts'

describe("Apollo's normalised cache", () => {
  it('shows the newest state of an order wherever it is used, from its subscription alone', async () => {
    await using server = await startServer()
    await using client = apolloOrderClient({ ...server, retries: false })
    const { place, confirm, ship, deliver } = await shop(client.execute)
    const { orderId: id, position } = await place()

    const query = apolloDocument(readOrder)
    const variables = { id, readAfter: position }
    const shown: unknown[] = []
    const watching = client.apollo
      .watchQuery({ query, variables })
      .subscribe(({ data }) => void shown.push(data?.order?.version))
    await eventually(() => shown.includes(1))
    using states = follow(client, orderChanged, { id, after: position })
    await confirm(id)
    await ship(id)
    await deliver(id)
    await eventually(() => states.seen.at(-1)?.orderChanged.order.version === 4)

    await eventually(() => shown.at(-1) === 4)
    watching.unsubscribe()
    const { order } = client.apollo.readQuery({ query, variables }) ?? {}
    expect(order).toMatchObject({ version: 4, status: 'COMPLETED', fulfilmentStatus: 'DELIVERED' })
    const cached = Object.keys(client.cache.extract()).filter((key) => key.includes(id))
    expect(cached).toStrictEqual([`Order:${id}`])
  })
})
