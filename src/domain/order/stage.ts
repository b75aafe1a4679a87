import { assertPossible } from '../soundness.ts'
import type { OrderEvent, OrderPlaced } from './events.ts'
import type { OrderStage, OrderState, PlacedOrder } from './order.ts'

const STAGES: Readonly<Record<Exclude<OrderEvent, OrderPlaced>['type'], readonly OrderStage[]>> = {
  OrderLinesChanged: ['PENDING'],
  OrderShippingAddressChanged: ['PENDING', 'CONFIRMED'],
  OrderReservationRecorded: ['PENDING'],
  OrderConfirmed: ['PENDING'],
  OrderHeld: ['PENDING', 'CONFIRMED'],
  OrderReleased: ['PENDING', 'CONFIRMED'],
  OrderShipped: ['CONFIRMED'],
  OrderDelivered: ['CONFIRMED'],
  OrderItemsReturned: ['CONFIRMED'],
  OrderLinesCancelled: ['CONFIRMED'],
  OrderCancelled: ['PENDING', 'CONFIRMED'],
  OrderNoteAdded: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  OrderTagged: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  OrderUntagged: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  PaymentRequested: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  PaymentSucceeded: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  PaymentDeclined: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  PaymentUnresolved: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  PaymentExpired: ['PENDING', 'CONFIRMED', 'CANCELLED'],
}

/** Insists that the event can happen to an order that is so far. */
export function assertStage(
  order: OrderState,
  event: Exclude<OrderEvent, OrderPlaced>,
): asserts order is PlacedOrder {
  const allowed = STAGES[event.type]
  assertPossible(
    allowed.some((status) => status === order.status),
    `${event.type} happened to an order whose status was ${order.status}, not ` +
      `${allowed.join(' or ')}; check what appended it`,
  )
}
