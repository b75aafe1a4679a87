import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cuttableSocket } from '../harness/cuttable-socket.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { apolloOrderClient } from './apollo-client.ts'
import { orderChanged, orderEvents, readOrder } from './documents.ts'
import type { OrderChangedSubscription, OrderEventsSubscription } from './generated/graphql.ts'
import { graphqlWsClient } from './graphql-ws-client.ts'
import { follow, type Following } from './order-client.ts'
import { overHttp, shop } from './shop.ts'
import { urqlOrderClient } from './urql-client.ts'

const CLIENTS = [
  { name: 'graphql-ws', clientOf: graphqlWsClient },
  { name: 'Apollo Client', clientOf: apolloOrderClient },
  { name: 'urql', clientOf: urqlOrderClient },
] as const

const WHOLE_STORY = ['OrderPlaced', 'OrderConfirmed', 'OrderShipped', 'OrderDelivered']

const told = (...parts: readonly Following<OrderEventsSubscription>[]) =>
  parts.flatMap(({ seen }) => seen.map(({ orderEvents: event }) => event))
const typesOf = (...parts: readonly Following<OrderEventsSubscription>[]) =>
  told(...parts).map(({ __typename }) => __typename)
const shown = (...parts: readonly Following<OrderChangedSubscription>[]) =>
  parts.flatMap(({ seen }) => seen.map(({ orderChanged: change }) => change))
const versionsOf = (...parts: readonly Following<OrderChangedSubscription>[]) =>
  shown(...parts).map(({ order }) => order.version)

const onlyRise = (versions: readonly number[]) =>
  versions.every((version, place) => version > (versions[place - 1] ?? 0))
const neverFall = (versions: readonly number[]) =>
  versions.every((version, place) => version >= (versions[place - 1] ?? 0))

const DELIVERED = { version: 4, status: 'COMPLETED', fulfilmentStatus: 'DELIVERED' }

describe.each(['PGlite', 'PostgreSQL'])('on %s', (engine) => {
  const opened = new AsyncDisposableStack()
  let server: TestServer
  beforeAll(async () => {
    const clone = engine === 'PGlite' ? undefined : opened.use(await cloneTemplate())
    server = opened.use(await startServer({ database: clone?.url ?? 'memory' }))
  })
  afterAll(() => opened.disposeAsync())

  describe.each(CLIENTS)('a real $name client', ({ clientOf }) => {
    it('places an order, reads it back at once and sees it all the way to delivery', async () => {
      await using client = clientOf({ ...server, retries: false })
      const { place, confirm, ship, deliver } = await shop(client.execute)
      const { orderId: id, position } = await place()

      const { order } = await client.execute(readOrder, { id, readAfter: position })
      expect(order).toMatchObject({ id, version: 1, status: 'PENDING', position })

      using events = follow(client, orderEvents, { id })
      using states = follow(client, orderChanged, { id })
      await eventually(() => events.seen.length > 0 && states.seen.length > 0)
      const last = [await confirm(id), await ship(id), await deliver(id)].at(-1)
      await eventually(() => typesOf(events).includes('OrderDelivered'))
      await eventually(() => versionsOf(states).includes(4))

      expect(typesOf(events)).toStrictEqual(WHOLE_STORY)
      expect(told(events).map(({ version }) => version)).toStrictEqual([1, 2, 3, 4])
      expect(onlyRise(versionsOf(states))).toBe(true)
      expect(shown(states).at(-1)).toMatchObject({ position: last?.position, order: DELIVERED })
      expect([events.lost, states.lost]).toStrictEqual([[], []])
    })

    it('goes on after each cut from the last position it has seen, without gap or repetition', async () => {
      await using line = await cuttableSocket(server.url)
      await using client = clientOf({ ...server, wsUrl: line.wsUrl, retries: false })
      const staff = await shop(overHttp(server.url))
      const { orderId: id, position } = await staff.place()
      await client.execute(readOrder, { id, readAfter: position })

      using events1 = follow(client, orderEvents, { id })
      using states1 = follow(client, orderChanged, { id })
      await eventually(() => events1.seen.length === 1 && states1.seen.length === 1)
      line.cut()
      await eventually(() => events1.lost.length === 1 && states1.lost.length === 1)
      await staff.confirm(id)
      line.mend()

      using events2 = follow(client, orderEvents, { id, after: told(events1).at(-1)?.position })
      using states2 = follow(client, orderChanged, { id, after: shown(states1).at(-1)?.position })
      await eventually(() => events2.seen.length === 1 && states2.seen.length === 1)
      line.cut()
      await eventually(() => events2.lost.length === 1 && states2.lost.length === 1)
      line.mend()

      // Nothing has happened meanwhile: the next that comes must be what happens next.
      using events3 = follow(client, orderEvents, { id, after: told(events2).at(-1)?.position })
      using states3 = follow(client, orderChanged, { id, after: shown(states2).at(-1)?.position })
      using fromNow = follow(client, orderChanged, { id })
      await eventually(() => fromNow.seen.length === 1)
      await staff.ship(id)
      await staff.deliver(id)
      await eventually(() => typesOf(events3).includes('OrderDelivered'))
      await eventually(() => versionsOf(states3).includes(4))

      expect(typesOf(events1, events2, events3)).toStrictEqual(WHOLE_STORY)
      expect(onlyRise(versionsOf(states1, states2, states3))).toBe(true)
      expect(shown(states3).at(-1)?.order).toMatchObject(DELIVERED)
    })

    it('comes back by itself with its old variables: nothing is missed, and no state is older', async () => {
      await using line = await cuttableSocket(server.url)
      await using client = clientOf({ ...server, wsUrl: line.wsUrl, retries: true })
      const staff = await shop(overHttp(server.url))
      const { orderId: id, position: after } = await staff.place()

      using events = follow(client, orderEvents, { id, after })
      using states = follow(client, orderChanged, { id, after })
      await staff.confirm(id)
      await eventually(() => events.seen.length === 1 && states.seen.length === 1)
      line.cut()
      await staff.ship(id)
      line.mend()
      await eventually(() => typesOf(events).includes('OrderShipped'))
      await staff.deliver(id)
      await eventually(() => typesOf(events).includes('OrderDelivered'))
      await eventually(() => versionsOf(states).includes(4))

      // Told again from the same place: whoever skips the positions it knows has each event once.
      expect(typesOf(events)).toStrictEqual(['OrderConfirmed', ...WHOLE_STORY.slice(1)])
      expect(neverFall(versionsOf(states))).toBe(true)
      expect(shown(states).at(-1)?.order).toMatchObject(DELIVERED)
      expect([events.lost, states.lost]).toStrictEqual([[], []])
    })
  })
})
