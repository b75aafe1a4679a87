import { expect, it } from 'vitest'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServerProcess } from '../harness/server.ts'
import { orderChanged, orderEvents, readOrder } from './documents.ts'
import { graphqlWsClient } from './graphql-ws-client.ts'
import { follow } from './order-client.ts'
import { dataOf } from './post.ts'
import { overHttp, shop } from './shop.ts'

const ROUNDS = 200

it('serves what was written on one server from the other: never stale, and followed live', async () => {
  await using clone = await cloneTemplate()
  const environment = { DATABASE_URL: clone.url }
  await using one = await startServerProcess(environment)
  await using other = await startServerProcess(environment)
  const { place, confirm, ship, deliver } = await shop(overHttp(one.url))

  for (let round = 0; round < ROUNDS; round += 1) {
    const { orderId: id, position } = await place()
    const { order } = await dataOf(other.url, readOrder, { id, readAfter: position })
    expect(order).toMatchObject({ id, version: 1, position })
    if (round % 4 > 0) continue
    const confirmed = await confirm(id)
    const newer = await dataOf(other.url, readOrder, { id, readAfter: confirmed.position })
    expect(newer.order).toMatchObject({ version: 2, status: 'CONFIRMED' })
  }

  await using client = graphqlWsClient({ ...other, retries: false })
  const { orderId: id, position: after } = await place()
  using events = follow(client, orderEvents, { id, after })
  using states = follow(client, orderChanged, { id, after })
  await confirm(id)
  await ship(id)
  await deliver(id)
  await eventually(() => states.seen.at(-1)?.orderChanged.order.version === 4)
  await eventually(() => events.seen.length === 3)
  expect(events.seen.map(({ orderEvents: event }) => event.__typename)).toStrictEqual([
    'OrderConfirmed',
    'OrderShipped',
    'OrderDelivered',
  ])
  expect([events.lost, states.lost]).toStrictEqual([[], []])
}, 90_000)
