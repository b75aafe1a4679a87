import { describe, expect, it } from 'vitest'
import type { OrderEvent } from '../../src/domain/order/events.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import { given } from '../harness/given.ts'
import { CUSTOMER, HOME, NOW, ORDER, STAFF, UNTRACKED, minor, sample, timing } from './sample.ts'

const placed = sample('OrderPlaced')
const automatic: OrderEvent = { ...placed, data: { ...placed.data, fulfilment: 'AUTOMATIC' } }
const reserved = sample('OrderReservationRecorded')
const confirmed = sample('OrderConfirmed')
const held = sample('OrderHeld', 2)
const shipped = sample('OrderShipped')
const delivered = sample('OrderDelivered')
const returned = sample('OrderItemsReturned')
const linesCancelled = sample('OrderLinesCancelled')
const cancelled = sample('OrderCancelled')
const { productId } = reserved.data
const order = given(orderDecider)
const of = { ...timing, orderId: ORDER }
const confirm = { ...of, type: 'ConfirmOrder' } as const
const hold = {
  ...of,
  type: 'HoldOrder',
  reason: 'FRAUD_CHECK',
  note: held.data.note,
  by: STAFF,
} as const
const onHold = { type: 'OrderOnHold', orderId: ORDER, since: NOW, reason: 'FRAUD_CHECK' } as const
const shipSome = (quantity: number, line = 1) =>
  ({ ...of, type: 'ShipOrder', items: [{ line, quantity }], ...UNTRACKED }) as const
const change = (quantity: number, keep = 1) =>
  ({
    ...of,
    type: 'ChangeOrderLines',
    currency: null,
    lines: [{ keep, quantity }],
    shippingFee: null,
    tax: null,
    products: new Map(),
  }) as const
const recordFor = (line: number, quantity: number) =>
  ({ ...of, type: 'RecordReservation', line, productId, quantity }) as const

describe('a held order', () => {
  it('is held once', () => {
    order(placed).when(hold).then(held)
    order(placed, held).when(hold).thenRefused(onHold)
  })
  it('refuses to be confirmed, and to expire', () => {
    order(placed, held).when(confirm).thenRefused(onHold)
    order(automatic, held)
      .when({ ...of, type: 'ExpireOrder' })
      .thenRefused(onHold)
  })
  it('is released', () => {
    order(placed, held)
      .when({ ...of, type: 'ReleaseOrder' })
      .then(sample('OrderReleased'))
    order(placed)
      .when({ ...of, type: 'ReleaseOrder' })
      .thenRefused({ type: 'OrderNotOnHold', orderId: ORDER })
  })
})

describe('a reservation', () => {
  it('is recorded', () => order(automatic).when(recordFor(1, 35)).then(reserved))
  it('is not wanted twice', () =>
    order(automatic, reserved)
      .when(recordFor(1, 35))
      .thenRefused({ type: 'ReservationNotWanted', orderId: ORDER, line: 1, quantity: 35 }))
  it('gives back what the line no longer wants', () => {
    const { data } = sample('OrderLinesChanged')
    const [line] = data.lines
    if (line === undefined) throw new Error('The frozen change must have a line')
    const fewer: OrderEvent = {
      type: 'OrderLinesChanged',
      data: { ...data, lines: [{ ...line, quantity: 30 }], reserve: [] },
    }
    order(automatic, fewer)
      .when(recordFor(1, 35))
      .then({ ...reserved, data: { ...reserved.data, quantity: 30, excess: 5 } })
  })
})

describe('a change of lines', () => {
  it('asks for what is more, at the old prices', () =>
    order(automatic).when(change(40)).then(sample('OrderLinesChanged')))
  it('refuses a line that is not there', () =>
    order(placed).when(change(1, 2)).thenRefused({ type: 'LineUnknown', line: 2 }))
  it('refuses to change nothing', () =>
    order(placed).when(change(35)).thenRefused({ type: 'NothingToChange' }))
  it('refuses a shipped line', () =>
    order(placed, confirmed, shipped)
      .when(change(1))
      .thenRefused({ type: 'LineAlreadyShipped', line: 1, shipped: 35 }))
})

describe('the address of an order', () => {
  const moved = sample('OrderShippingAddressChanged')
  const { details } = moved.data.personal
  if (details === 'FORGOTTEN') throw new Error('The frozen address must be known')
  const move = { ...of, type: 'ChangeShippingAddress', shipTo: details } as const
  it('changes until something has shipped', () => {
    order(placed).when(move).then(moved)
    order(placed, confirmed, held).when(move).then(moved)
    order(placed, confirmed, shipped)
      .when(move)
      .thenRefused({ type: 'OrderAlreadyShipped', orderId: ORDER, shippedAt: NOW })
  })
  it('is not changed to what it is', () =>
    order(placed, moved).when(move).thenRefused({ type: 'NothingToChange' }))
  it('is that of somebody who must not be forgotten', () => {
    const nobody = { subject: CUSTOMER, details: 'FORGOTTEN' } as const
    const forgotten = { type: 'CustomerForgotten', customerId: CUSTOMER } as const
    order({ ...placed, data: { ...placed.data, personal: nobody } })
      .when(move)
      .thenRefused(forgotten)
    order(placed, { ...moved, data: { ...moved.data, personal: nobody } })
      .when(move)
      .thenRefused(forgotten)
  })
  it('is never that of somebody else', () => {
    const other = { subject: 'customer-other' as typeof CUSTOMER, details: HOME }
    const wrong = { ...moved, data: { ...moved.data, personal: other } }
    expect(() => order(placed, wrong).when(move)).toThrow('was sent to customer-other')
  })
})

describe('the items of a confirmed order', () => {
  const back = { ...of, type: 'ReturnItems', reason: 'DAMAGED', restock: false } as const
  const two = [{ line: 1, quantity: 2 }]
  it('never ship beyond the order', () =>
    order(placed, confirmed).when(shipSome(36)).thenRefused({
      type: 'ShipmentExceedsOrder',
      line: 1,
      requested: 36,
      remaining: 35,
    }))
  it('leave in a parcel that can be followed', () => {
    const tracked = sample('OrderShipped', 3)
    const { carrier, trackingNumber } = tracked.data
    order(automatic, reserved, confirmed)
      .when({ ...shipSome(35), carrier, trackingNumber })
      .then(tracked)
  })
  it('arrive in a parcel that left', () =>
    order(placed, confirmed, shipped)
      .when({ ...of, type: 'DeliverOrder', shipment: 2 })
      .thenRefused({ type: 'ShipmentUnknown', shipment: 2 }))
  it('come back', () =>
    order(placed, confirmed, shipped, delivered)
      .when({ ...back, items: two })
      .then(returned))
  it('come back only when delivered, and only once', () => {
    order(placed, confirmed, shipped)
      .when({ ...back, items: two })
      .thenRefused({ type: 'OrderNotDelivered', orderId: ORDER })
    order(placed, confirmed, shipped, delivered, returned)
      .when({ ...back, items: [{ line: 1, quantity: 34 }] })
      .thenRefused({ type: 'ReturnExceedsDelivered', line: 1, requested: 34, remaining: 33 })
  })
  it('are closed where they will not ship', () => {
    const close = { ...of, type: 'CancelOrderLines', reason: 'STAFF', note: null } as const
    order(automatic, reserved, confirmed)
      .when({ ...close, items: [{ line: 1, quantity: 5 }] })
      .then(linesCancelled)
    order(automatic, reserved, confirmed, linesCancelled)
      .when({ ...close, items: [{ line: 1, quantity: 31 }] })
      .thenRefused({ type: 'CancellationExceedsOrder', line: 1, requested: 31, remaining: 30 })
  })
  it('are cancelled with the order when none is left', () =>
    order(placed, confirmed)
      .when({ ...of, type: 'CancelOrderLines', reason: 'CUSTOMER', note: null, items: null })
      .then({ ...cancelled, data: { ...cancelled.data, amount: minor(132_723) } }))
})

describe('remarks', () => {
  const note = sample('OrderNoteAdded')
  it('are noted', () =>
    order(placed)
      .when({ ...of, type: 'AddOrderNote', text: note.data.text, visibility: 'PUBLIC' })
      .then(note))
  it('are tagged and untagged', () => {
    order(placed)
      .when({ ...of, type: 'TagOrder', tags: ['gift'] })
      .then(sample('OrderTagged'))
    order(placed, sample('OrderTagged'))
      .when({ ...of, type: 'UntagOrder', tags: ['gift'] })
      .then(sample('OrderUntagged'))
  })
  it('have a limit', () => {
    const tags = Array.from({ length: 50 }, (_, index) => `tag ${index}`)
    order(placed, { type: 'OrderTagged', data: { occurredAt: NOW, tags } })
      .when({ ...of, type: 'TagOrder', tags: ['gift'] })
      .thenRefused({ type: 'LimitReached', orderId: ORDER, of: 'TAGS', limit: 50 })
  })
})
