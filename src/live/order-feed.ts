import type { OrderRow } from '../read-model/orders.ts'
import { latest, LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import type { Report } from './retry.ts'
import { RowFeed, type RowSnapshot, type RowSource } from './row-feed.ts'
import { type FeedRow, type Place, Slot } from './slot.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'

/** A state of an order, and the place in the log it is as of: the `after` to come back with. */
export interface OrderState<Row = OrderRow> {
  readonly row: Row
  readonly position: Position
}

export interface OrderWatch {
  /** What the subscriber has already; the caller has waited until the projection is that far. */
  readonly after?: Position | undefined
  readonly signal?: AbortSignal | undefined
}

/** The states of single orders: each newer than the one before, the latest always, not every one. */
export interface OrderFeed<Row extends FeedRow = OrderRow> extends AsyncDisposable {
  /**
   * The present state, unless it is no newer than `after`, and then newer ones. Undefined where there
   * is no such order, which is found out by the very read that begins the subscription.
   */
  watch(id: string, options: OrderWatch): Promise<Subscription<OrderState<Row>> | undefined>
  /** Subscribers at present. */
  readonly subscribers: number
}

export interface OrderFeedOptions<Row> {
  readonly source: RowSource<Row>
  /** How far the projection of orders is. */
  readonly projected: Wake
  readonly report: Report
  readonly pageMax?: number
  readonly pollMs?: number
}

/**
 * What a subscriber has of a row who has everything up to a position: the row as it is, unless it has
 * changed since. Where it was repaired at that very position, or the table was mended at a later one,
 * they may have it from before.
 */
const knownOf = (row: FeedRow, after: Position, read: RowSnapshot<FeedRow>): Place => {
  const { checkpoint, repairedAt, mendedAt, generation, repairs } = read
  const has = { position: after, version: row.version }
  const wasRepaired = row.position === after && after === repairedAt
  const wasMended = row.position <= after && after <= mendedAt
  if (!wasRepaired && !wasMended) return { ...has, mended: { generation, repairs } }
  // Told to be as of now: whoever comes back with that, once the log has gone on, is in no doubt.
  return { ...has, position: latest(after, checkpoint), mended: undefined }
}

export const orderFeed = <Row extends FeedRow = OrderRow>(
  options: OrderFeedOptions<Row>,
): OrderFeed<Row> => {
  const { source } = options
  const changes = new RowFeed<Row>({ ...options, name: 'orders' })
  const subscriptions = new Subscriptions()

  async function* states(slot: Slot<Row>, after: () => Place, signal: AbortSignal) {
    let seen = after()
    while (!signal.aborted) {
      const state = await slot.next(seen, signal)
      if (state === undefined) return
      const { row, mended } = state
      const position = latest(seen.position, state.position)
      seen = { position, version: row.version, mended }
      yield { row, position }
    }
  }

  return {
    get subscribers() {
      return subscriptions.count
    },
    async watch(id, { after = LOG_START, signal }) {
      const slot = new Slot<Row>()
      // Attached before the row is read: a change that falls between the two is in the slot.
      changes.attach(id, slot)
      let known: Place = { position: after, version: 0, mended: undefined }
      const subscription = subscriptions.open((ended) => states(slot, () => known, ended), {
        signal,
        release: () => changes.detach(id, slot),
      })
      try {
        let read = await source.byIds([id])
        if (!changes.note(read)) changes.note((read = await source.byIds([id])))
        const { rows, checkpoint, generation, repairs } = read
        for (const row of rows) known = knownOf(row, after, read)
        for (const row of rows) slot.offer({ row, checkpoint, edition: { generation, repairs } })
        if (rows.length > 0) return subscription
      } catch (error) {
        await subscription.return()
        throw error
      }
      await subscription.return()
      return undefined
    },
    async [Symbol.asyncDispose]() {
      await subscriptions[Symbol.asyncDispose]()
      await changes[Symbol.asyncDispose]()
    },
  }
}
