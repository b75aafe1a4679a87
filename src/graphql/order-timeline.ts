import { builder } from './builder.ts'
import { pageBounds, PageInfoType, type PageArguments } from './connection.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import { OrderEventInterface, orderEventShape, type OrderEventShape } from './order-event.ts'
import { OrderFields } from './order-fields.ts'

interface TimelineShape {
  readonly events: readonly OrderEventShape[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly version: number
}

const OrderEventEdge = builder.objectRef<OrderEventShape>('OrderEventEdge').implement({
  description: 'An event in a timeline.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Where it stands, for `after` and `before`.',
      resolve: ({ version }) => String(version),
    }),
    node: t.field({
      type: OrderEventInterface,
      description: 'The event.',
      resolve: (event) => event,
    }),
  }),
})

const OrderEventConnection = builder.objectRef<TimelineShape>('OrderEventConnection').implement({
  description: "A page of an order's timeline, oldest first.",
  fields: (t) => ({
    edges: t.field({
      type: [OrderEventEdge],
      description: 'The events with their cursors.',
      resolve: ({ events }) => [...events],
    }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'Where the page stands in the timeline.',
      resolve: ({ events, hasNextPage, hasPreviousPage }) => ({
        hasNextPage,
        hasPreviousPage,
        startCursor: events.at(0)?.version.toString() ?? null,
        endCursor: events.at(-1)?.version.toString() ?? null,
      }),
    }),
    totalCount: t.int({
      description: 'How many events there are, over all pages: the version of the order.',
      resolve: ({ version }) => version,
    }),
  }),
})

const versionOf = (cursor: string | undefined, argument: string): number | undefined => {
  if (cursor === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(cursor)) return Number(cursor)
  throw badInput(`\`${argument}\` must be a cursor of this timeline.`, [argument])
}

/** The timeline ends at the version of the order it was asked of, so that an answer agrees with itself. */
const timeline = async (
  { services }: GraphqlContext,
  order: { readonly id: string; readonly version: number },
  page: PageArguments,
): Promise<TimelineShape> => {
  const { limit, from, after, before } = pageBounds(page)
  const afterVersion = Math.min(versionOf(after, 'after') ?? 0, order.version)
  const beforeVersion = Math.min(versionOf(before, 'before') ?? Infinity, order.version + 1)
  const forward = from === 'START'
  const { events, hasMore } = forward
    ? await services.timelines.page(order.id, {
        afterVersion,
        upToVersion: beforeVersion - 1,
        limit,
      })
    : await services.timelines.pageBefore(order.id, { afterVersion, beforeVersion, limit })
  return {
    events: events.map(orderEventShape),
    hasNextPage: forward ? hasMore : before !== undefined,
    hasPreviousPage: forward ? after !== undefined : hasMore,
    version: order.version,
  }
}

builder.interfaceField(OrderFields, 'events', (t) =>
  t.field({
    type: OrderEventConnection,
    description: 'Everything that happened to the order up to the version shown, oldest first.',
    args: {
      first: t.arg.int({
        description: 'At most this many from the start; 20 when left out, 100 at most.',
      }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
      last: t.arg.int({ description: 'At most this many from the end; 100 at most.' }),
      before: t.arg.string({ description: 'Only what comes before this cursor.' }),
    },
    resolve: ({ id, version, recordedVersion }, page, context) =>
      timeline(context, { id, version: recordedVersion ?? version }, page),
  }),
)
