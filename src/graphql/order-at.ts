import type { OrderId } from '../domain/identity.ts'
import type { Instant } from '../domain/instant.ts'
import { below } from './below.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import { orderEventShape, type OrderEventShape } from './order-event.ts'
import { foldOrder, OrderSnapshot, type SnapshotShape } from './order-snapshot.ts'
import { OrderType } from './order.ts'

const PAGE_EVENTS_MAX = 500

interface Moment {
  readonly version: number
  /** Events recorded later did not happen yet; null when only the version counts. */
  readonly time: Instant | null
}

const momentOf = (version: number | null | undefined, time: Instant | null | undefined): Moment => {
  if (version == null && time != null) return { version: Number.MAX_SAFE_INTEGER, time }
  if (version == null || time != null)
    throw badInput('Exactly one of `version` and `time` must be given.', ['version'])
  if (version < 0) throw badInput(`\`version\` must be 0 or more; seen: ${version}.`, ['version'])
  return { version, time: null }
}

/** Null where the order did not exist yet, and where it never had so many events. */
const snapshotAt = async (
  { services }: GraphqlContext,
  id: OrderId,
  { version, time }: Moment,
): Promise<SnapshotShape | null> => {
  let row: ReturnType<typeof foldOrder>
  let last: OrderEventShape | undefined
  // Ends with the stream: every page but the last is full, and versions only rise.
  for (let more = true; more;) {
    const bounds = {
      afterVersion: last?.version ?? 0,
      upToVersion: version,
      limit: PAGE_EVENTS_MAX,
    }
    const page = await services.timelines.page(id, bounds)
    const events = page.events
      .map(orderEventShape)
      .filter(({ recordedAt }) => time === null || recordedAt <= time)
    row = foldOrder(
      id,
      events.map(({ event }) => event),
      row,
    )
    last = events.at(-1) ?? last
    more = page.hasMore && events.length === page.events.length
  }
  if (row === undefined || last === undefined) return null
  if (time === null && last.version !== version) return null
  const place = { version: last.version, position: last.position }
  const partsOf = below(id, last.version)
  return { ...row, ...place, partsOf, snapshotId: partsOf }
}

builder.objectField(OrderType, 'at', (t) =>
  t.field({
    type: OrderSnapshot,
    nullable: true,
    description:
      'The order as it was: after its event with this version, or after the last one that was recorded by this time. Null when it did not exist yet or has no such version. Exactly one of the two is given.',
    args: {
      version: t.arg.int({ description: 'The version to go back to.' }),
      time: t.arg({
        type: 'DateTime',
        description: 'The time to go back to, by `recordedAt` of its events.',
      }),
    },
    resolve: (order, { version, time }, context) =>
      snapshotAt(context, order.id, momentOf(version, time)),
  }),
)
