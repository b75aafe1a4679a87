import { expect, it } from 'vitest'
import { orderFeed, type OrderState } from '../../src/live/order-feed.ts'
import type { RowSnapshot } from '../../src/live/row-feed.ts'
import type { FeedRow } from '../../src/live/slot.ts'
import type { Subscription } from '../../src/live/subscriptions.ts'
import { Signal } from '../../src/projection/signal.ts'
import { LOG_START, type Position, position } from '../../src/store/position.ts'
import { eventually } from '../harness/eventually.ts'
import { take } from './order-log.ts'

interface Row extends FeedRow {
  readonly coins: number
}

interface Table {
  readonly generation: string
  readonly checkpoint: bigint
  readonly row: { readonly position: bigint; readonly version: number; readonly coins: number }
}

/** One row in whichever table serves, with a hand on every read. */
const oneRow = (first: Table) => {
  const projected = new Signal()
  let serves = first
  let reads = 0
  const read = ({ generation, checkpoint, row }: Table): RowSnapshot<Row> => ({
    generation,
    checkpoint: position(checkpoint),
    rows: [{ ...row, id: 'jar-1', position: position(row.position) }],
    repairs: 0n,
    repairedAt: LOG_START,
    mendedAt: LOG_START,
  })
  const source = {
    byIds: async (_ids: readonly string[]) => read(serves),
    async changedSince(after: Position) {
      reads += 1
      const snapshot = read(serves)
      return { ...snapshot, rows: snapshot.rows.filter((row) => row.position > after) }
    },
  }
  return {
    projected,
    source,
    read,
    get reads() {
      return reads
    },
    serve: (table: Table) => (serves = table),
  }
}

const report = (error: unknown) => {
  throw error
}

const coins = (states: readonly OrderState<Row>[]) => states.map(({ row }) => row.coins)

const isThere = (states: Subscription<OrderState<Row>> | undefined) => {
  if (states === undefined) throw new Error('There was no such row.')
  return states
}

it('shows no older state of a rebuilt table that has yet to reach what was read of the old one', async () => {
  const erased = { position: 165n, version: 4, coins: 0 }
  const at = oneRow({ generation: 'a', checkpoint: 165n, row: erased })
  const { source, projected } = at
  // What was told is less than what others have projected, and the feed has read, meanwhile.
  projected.signal(position(160n))
  await using feed = orderFeed<Row>({ source, projected, report, pollMs: 5 })
  const states = isThere(await feed.watch('jar-1', {}))
  expect(coins(await take(states, 1))).toEqual([0])
  at.serve({ generation: 'b', checkpoint: 160n, row: { position: 100n, version: 4, coins: 9 } })
  const before = at.reads
  const pending = take(states, 1)
  await eventually(() => at.reads > before + 3)
  at.serve({ generation: 'b', checkpoint: 170n, row: { ...erased, coins: -1 } })
  projected.signal(position(170n))
  expect(coins(await pending)).toEqual([-1])
})

it('reads a row again where its first read was overtaken by a rebuilt table', async () => {
  const row = { position: 100n, version: 4, coins: 1 }
  const old = { generation: 'a', checkpoint: 160n, row }
  const at = oneRow(old)
  const { source, projected } = at
  projected.signal(position(160n))
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  let isFirst = false
  const slow = {
    ...source,
    async byIds(ids: readonly string[]) {
      if (!isFirst) return await source.byIds(ids)
      isFirst = false
      await answered
      return at.read(old)
    },
  }
  await using feed = orderFeed<Row>({ source: slow, projected, report, pollMs: 5 })
  const witness = isThere(await feed.watch('jar-1', {}))
  await take(witness, 1)
  at.serve({ generation: 'b', checkpoint: 160n, row: { ...row, coins: 2 } })
  expect(coins(await take(witness, 1))).toEqual([2])
  // Asked while the old one served, answered after all others were told of the new one.
  isFirst = true
  const watching = feed.watch('jar-1', {})
  answer()
  expect(coins(await take(isThere(await watching), 1))).toEqual([2])
})
