import fc from 'fast-check'
import { CompiledQuery } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { prepareGeneration } from '../../src/projection/checkpoint.ts'
import { projectionTable } from '../../src/projection/table.ts'
import {
  ORDER_ORDERS,
  type OrderFilter,
  type OrderOrderBy,
  orderReader,
} from '../../src/read-model/order-reader.ts'
import { type OrderRow, orders } from '../../src/read-model/orders.ts'
import { productReader, products } from '../../src/read-model/products.ts'
import type { PageRequest } from '../../src/read-model/reader.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { instant, minor, occurrence, orderStream, placed } from './histories.ts'

/** Few values, so that ties are the rule. */
const sample = (n: number): OrderRow => {
  const stream = orderStream(n)
  const event = placed({
    occurredAt: instant(n % 3),
    shippingFee: minor((n * 7) % 4),
    reference: n % 2 === 0 ? 'even' : null,
  })
  const first = occurrence(stream, 1, event)
  const row = orders.project(undefined, first, first)
  if (row === undefined) throw new Error('A placed order has a row.')
  return {
    ...row,
    status: n % 4 === 0 ? 'CONFIRMED' : 'PENDING',
    position: position(BigInt(n + 1)),
    version: 1,
  }
}

const SAMPLES = Array.from({ length: 23 }, (_, n) => sample(n))

const openOrders = async ({ kysely }: Database) => {
  const of = { name: 'orders', version: 1, generation: 'a' }
  const { table: shape, indexes, follows } = orders
  const table = projectionTable({ ...of, shape, indexes, follows })
  await prepareGeneration(kysely, { of, table, served: true })
  await kysely.executeQuery(
    table.upsert(SAMPLES.map((row) => ({ row, position: row.position, version: row.version }))),
  )
  await kysely.executeQuery(CompiledQuery.raw('update read.projections set checkpoint = 42'))
  return orderReader({ kysely, served: () => of })
}

const valueOf = (row: OrderRow, orderBy: OrderOrderBy): string | number => {
  if (orderBy === 'TOTAL') return row.total
  return orderBy === 'PLACED_AT' ? row.placedAt : row.updatedAt
}

const compare = (one: string | number, other: string | number) =>
  one < other ? -1 : one > other ? 1 : 0

const matches = (row: OrderRow, filter: OrderFilter): boolean =>
  (filter.status === undefined || row.status === filter.status) &&
  (filter.reference === undefined || row.reference === filter.reference) &&
  (filter.placedFrom === undefined || row.placedAt >= filter.placedFrom) &&
  (filter.placedTo === undefined || row.placedAt < filter.placedTo)

/** All that a request may choose from, in its order. */
const inOrder = ({
  filter,
  orderBy,
  direction,
}: Pick<PageRequest<OrderFilter, OrderOrderBy>, 'filter' | 'orderBy' | 'direction'>) => {
  const sorted = SAMPLES.filter((row) => matches(row, filter)).toSorted(
    (a, b) => compare(valueOf(a, orderBy), valueOf(b, orderBy)) || compare(a.id, b.id),
  )
  return direction === 'ASC' ? sorted : sorted.toReversed()
}

const filters: fc.Arbitrary<OrderFilter> = fc.record(
  {
    status: fc.constantFrom('PENDING', 'CONFIRMED', 'CANCELLED'),
    reference: fc.constant('even'),
    placedFrom: fc.integer({ min: 0, max: 3 }).map(instant),
    placedTo: fc.integer({ min: 0, max: 3 }).map(instant),
  },
  { requiredKeys: [] },
)

describeOnEachDatabase('pages', (openFresh) => {
  it(
    'hold what the same cut of a sorted array holds, forward and backward',
    { timeout: 60_000 },
    async () => {
      const reader = await openOrders(await openFresh())
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            filter: filters,
            orderBy: fc.constantFrom(...ORDER_ORDERS),
            direction: fc.constantFrom('ASC', 'DESC'),
            from: fc.constantFrom('START', 'END'),
            limit: fc.integer({ min: 0, max: 25 }),
            afterIndex: fc.option(fc.nat(22), { nil: undefined }),
            beforeIndex: fc.option(fc.nat(22), { nil: undefined }),
          }),
          async ({ afterIndex, beforeIndex, ...request }) => {
            const all = inOrder(request)
            const keysetAt = (index: number | undefined) => {
              const row = index === undefined ? undefined : all[index]
              return row && reader.keyset(row, request.orderBy)
            }
            const [after, before] = [keysetAt(afterIndex), keysetAt(beforeIndex)]
            const between = all.slice(
              after === undefined ? 0 : (afterIndex ?? 0) + 1,
              before === undefined ? undefined : beforeIndex,
            )
            const { limit, from } = request
            const expected =
              from === 'START'
                ? between.slice(0, limit)
                : between.slice(Math.max(0, between.length - limit))
            const page = await reader.page({ ...request, after, before })
            expect(page.rows.map((row) => row.id)).toEqual(expected.map((row) => row.id))
            expect(page.more).toBe(between.length > limit)
            expect(page.checkpoint).toBe(42n)
            expect(await reader.count(request.filter)).toBe(all.length)
          },
        ),
        { numRuns: 150 },
      )
    },
  )

  it('give whole rows with the checkpoint they were read at', async () => {
    const reader = await openOrders(await openFresh())
    const [one] = SAMPLES
    expect(await reader.byIds([orderStream(0), orderStream(99)])).toMatchObject({
      checkpoint: 42n,
      rows: [one],
    })
    expect(await reader.byIds([])).toMatchObject({ checkpoint: 42n, rows: [] })
  })

  it('of changes go by position and end where one can go on from', async () => {
    const database = await openFresh()
    const reader = await openOrders(database)
    const changed = await reader.changedSince(position(20n), 2)
    expect(changed.checkpoint).toBe(42n)
    expect(changed.rows.map((row) => row.position)).toEqual([21n, 22n])
    expect((await reader.changedSince(position(23n), 2)).rows).toEqual([])
    await database.kysely.executeQuery(
      CompiledQuery.raw('update read.orders_v1_a set position = 30 where position >= 22'),
    )
    const tied = await reader.changedSince(position(20n), 2)
    expect(tied.rows.map((row) => row.position)).toEqual([21n, 30n, 30n])
  })

  it('refuse a place that no row could have', async () => {
    const reader = await openOrders(await openFresh())
    const accepted = (value: string, orderBy: OrderOrderBy) =>
      reader.acceptsKeyset({ value, id: 'order-1' }, orderBy)
    expect(accepted(instant(0), 'PLACED_AT')).toBe(true)
    expect(accepted('2026-02-30T00:00:00.000Z', 'PLACED_AT')).toBe(false)
    expect(accepted('100', 'TOTAL')).toBe(true)
    expect(accepted('-1', 'TOTAL')).toBe(false)
    expect(accepted('1e9', 'TOTAL')).toBe(false)
  })

  it('of products are found by the beginning of a name, taken literally', async () => {
    const { kysely } = await openFresh()
    const of = { name: 'products', version: 1, generation: 'a' }
    const { table: shape, indexes, follows } = products
    const table = projectionTable({ ...of, shape, indexes, follows })
    await prepareGeneration(kysely, { of, table, served: true })
    const names = ['Émile', 'emil', '100% Chai', '1000 Chai', 'Zaanse']
    const rows = names.map((name, i) => {
      const first = occurrence(`product-${i}`, 1, {
        type: 'ProductRegistered',
        data: { occurredAt: instant(0), reference: null, name, prices: [] },
      } as const)
      const row = products.project(undefined, first, first)
      if (row === undefined) throw new Error('A registered product has a row.')
      return { row, position: position(BigInt(i + 1)), version: 1 }
    })
    await kysely.executeQuery(table.upsert(rows))
    const reader = productReader({ kysely, served: () => of })
    const found = async (nameBegins: string | undefined) => {
      const page = await reader.page({
        filter: { nameBegins },
        orderBy: 'NAME',
        direction: 'ASC',
        from: 'START',
        limit: 10,
      })
      return page.rows.map((row) => row.name)
    }
    expect(await found('EMI')).toEqual(['emil', 'Émile'])
    expect(await found('100%')).toEqual(['100% Chai'])
    expect(await found(undefined)).toEqual(['100% Chai', '1000 Chai', 'emil', 'Émile', 'Zaanse'])
  })
})
