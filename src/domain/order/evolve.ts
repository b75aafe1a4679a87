import type { CurrencyCode } from '../currency.ts'
import type { CustomerId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import { assertPossible } from '../soundness.ts'
import type {
  CancellationReason,
  FulfilmentMode,
  OrderCancelled,
  OrderDelivered,
  OrderEvent,
  OrderPlaced,
  OrderShipped,
  ShippedItem,
} from './events.ts'
import type { OrderTotals } from './pricing.ts'
import { orderTotals } from './pricing.ts'
import type { LineCounts } from './status.ts'

export type OrderLineState = LineCounts & { readonly line: number }

export type Shipment = {
  readonly shipment: number
  readonly items: readonly ShippedItem[]
  readonly shippedAt: Instant
  readonly deliveredAt: Instant | null
}

type PlacedFacts = {
  readonly placedAt: Instant
  readonly customerId: CustomerId
  readonly fulfilment: FulfilmentMode
  readonly currency: CurrencyCode
  readonly totals: OrderTotals
  readonly lines: readonly OrderLineState[]
}

export type PendingOrder = PlacedFacts & { readonly status: 'PENDING' }
export type ConfirmedOrder = PlacedFacts & {
  readonly status: 'CONFIRMED'
  readonly confirmedAt: Instant
  readonly shipments: readonly Shipment[]
}
export type CancelledOrder = PlacedFacts & {
  readonly status: 'CANCELLED'
  readonly cancelledAt: Instant
  readonly reason: CancellationReason
}

export type OrderState =
  { readonly status: 'NONE' } | PendingOrder | ConfirmedOrder | CancelledOrder

export const remainingOf = (line: OrderLineState): number =>
  line.ordered - line.cancelled - line.shipped

const place = (data: OrderPlaced['data']): PendingOrder => {
  const totals = orderTotals(data.lines, data.shippingFee, data.tax)
  assertPossible(
    totals !== undefined && data.lines.length > 0,
    `An order was placed whose ${data.lines.length} lines have no sound total; check what appended it`,
  )
  return {
    status: 'PENDING',
    placedAt: data.occurredAt,
    customerId: data.customerId,
    fulfilment: data.fulfilment,
    currency: data.currency,
    totals,
    lines: data.lines.map(({ line, quantity }) => ({
      line,
      ordered: quantity,
      cancelled: 0,
      shipped: 0,
      delivered: 0,
      returned: 0,
    })),
  }
}

/** Adds the items to one of the lines' counts, and insists that there is a line for each of them. */
const countItems = (
  lines: readonly OrderLineState[],
  items: readonly ShippedItem[],
  count: 'shipped' | 'delivered',
): readonly OrderLineState[] => {
  const counted = [...lines]
  for (const { line, quantity } of items) {
    const before = counted[line - 1]
    const free =
      before === undefined
        ? 0
        : count === 'shipped'
          ? remainingOf(before)
          : before.shipped - before.delivered
    assertPossible(
      before !== undefined && quantity > 0 && quantity <= free,
      `${quantity} items of line ${line} were ${count} where ${free} could be; check what appended it`,
    )
    counted[line - 1] = { ...before, [count]: before[count] + quantity }
  }
  return counted
}

const ship = (state: ConfirmedOrder, data: OrderShipped['data']): ConfirmedOrder => {
  assertPossible(
    data.shipment === state.shipments.length + 1 && data.items.length > 0,
    `Shipment ${data.shipment} with ${data.items.length} kinds of items followed ` +
      `${state.shipments.length} shipments; check what appended it`,
  )
  const { shipment, items, occurredAt } = data
  return {
    ...state,
    lines: countItems(state.lines, items, 'shipped'),
    shipments: [...state.shipments, { shipment, items, shippedAt: occurredAt, deliveredAt: null }],
  }
}

const deliver = (state: ConfirmedOrder, data: OrderDelivered['data']): ConfirmedOrder => {
  const shipment = state.shipments[data.shipment - 1]
  assertPossible(
    shipment !== undefined && shipment.deliveredAt === null,
    `Shipment ${data.shipment} was delivered twice or without leaving; check what appended it`,
  )
  return {
    ...state,
    lines: countItems(state.lines, data.items, 'delivered'),
    shipments: state.shipments.with(data.shipment - 1, {
      ...shipment,
      deliveredAt: data.occurredAt,
    }),
  }
}

const cancel = (
  state: PendingOrder | ConfirmedOrder,
  data: OrderCancelled['data'],
): CancelledOrder => {
  assertPossible(
    state.lines.every((line) => line.shipped === 0),
    'An order was cancelled after some of it had shipped; check what appended it',
  )
  const { placedAt, customerId, fulfilment, currency, totals } = state
  const lines = state.lines.map((line) => ({ ...line, cancelled: line.ordered }))
  const { occurredAt: cancelledAt, reason } = data
  const facts = { placedAt, customerId, fulfilment, currency, totals, lines }
  return { ...facts, status: 'CANCELLED', cancelledAt, reason }
}

function assertStatus<Status extends OrderState['status']>(
  state: OrderState,
  event: OrderEvent,
  allowed: readonly Status[],
): asserts state is Extract<OrderState, { status: Status }> {
  assertPossible(
    allowed.some((status) => status === state.status),
    `${event.type} happened to an order whose status was ${state.status}, not ` +
      `${allowed.join(' or ')}; check what appended it`,
  )
}

export const evolveOrder = (state: OrderState, event: OrderEvent): OrderState => {
  switch (event.type) {
    case 'OrderPlaced':
      assertStatus(state, event, ['NONE'])
      return place(event.data)
    case 'OrderConfirmed':
      assertStatus(state, event, ['PENDING'])
      return {
        ...state,
        status: 'CONFIRMED',
        confirmedAt: event.data.occurredAt,
        shipments: [],
      }
    case 'OrderShipped':
      assertStatus(state, event, ['CONFIRMED'])
      return ship(state, event.data)
    case 'OrderDelivered':
      assertStatus(state, event, ['CONFIRMED'])
      return deliver(state, event.data)
    case 'OrderCancelled':
      assertStatus(state, event, ['PENDING', 'CONFIRMED'])
      return cancel(state, event.data)
  }
}
