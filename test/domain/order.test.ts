import { expect, it } from 'vitest'
import { ORDER_EVENT_TYPES } from '../../src/domain/order/events.ts'
import type { OrderRefusal } from '../../src/domain/order/refusal.ts'
import { exercised } from '../harness/given.ts'
// They run as one file, because only what runs in one file can be counted together.
import './order-stage-cases.ts'
import './order-progress-cases.ts'
import './order-payment-cases.ts'

it('has shown every event and every refusal of an order', () => {
  const refusals: Record<OrderRefusal['type'], true> = {
    OrderUnknown: true,
    OrderAlreadyPlaced: true,
    OrderAlreadyConfirmed: true,
    OrderAlreadyCancelled: true,
    OrderNotConfirmed: true,
    OrderAlreadyShipped: true,
    OrderNotShipped: true,
    OrderAlreadyDelivered: true,
    OrderNotDelivered: true,
    OrderOnHold: true,
    OrderNotOnHold: true,
    ReservationIncomplete: true,
    ReservationNotWanted: true,
    LimitReached: true,
    LineUnknown: true,
    LineAlreadyShipped: true,
    ShipmentExceedsOrder: true,
    CancellationExceedsOrder: true,
    ReturnExceedsDelivered: true,
    ShipmentUnknown: true,
    CurrencyMismatch: true,
    PaymentUnknown: true,
    PaymentNotUsable: true,
    PaymentAlreadySettled: true,
    PaymentUnderWay: true,
    PaymentTokenMissing: true,
    PaymentNotAuthorized: true,
    AuthorizationExceedsOrder: true,
    CaptureExceedsAuthorized: true,
    RefundExceedsCaptured: true,
    OrderTotalTooLarge: true,
    DiscountTooLarge: true,
    ProductUnknown: true,
    ProductIsDiscontinued: true,
    ProductNotPriced: true,
    PriceChanged: true,
    CustomerUnknown: true,
    CustomerForgotten: true,
    NothingToChange: true,
    OccurredTooEarly: true,
  }
  expect([...exercised.refusals].toSorted()).toEqual(Object.keys(refusals).toSorted())
  expect([...exercised.events].toSorted()).toEqual(ORDER_EVENT_TYPES.toSorted())
})
