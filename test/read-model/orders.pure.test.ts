import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../src/domain/stored.ts'
import type { RowOf } from '../../src/projection/table.ts'
import { type orderShape, orders } from '../../src/read-model/orders.ts'
import {
  cancelled,
  confirmed,
  customerStream,
  delivered,
  instant,
  occurrence,
  orderStream,
  placed,
  shipped,
} from './histories.ts'

const stream = orderStream(1)

const after = (...events: readonly DomainEvent[]): RowOf<typeof orderShape> => {
  let row: RowOf<typeof orderShape> | undefined
  const [first] = events
  if (first === undefined) throw new Error('A history has a first event.')
  const origin = occurrence(stream, 1, first)
  for (const [i, event] of events.entries()) {
    row = orders.project(row, occurrence(stream, i + 1, event), origin)
  }
  if (row === undefined) throw new Error('An order always has a row.')
  return row
}

describe('the orders read model', () => {
  it('shows a placed order with its totals and the customer as they were', () => {
    expect(after(placed())).toMatchObject({
      id: stream,
      number: '00000-00001',
      reference: '10248',
      customerId: customerStream(1),
      customerName: 'Ann Devon',
      customerEmail: 'ann@example.com',
      shipTo: { city: 'London' },
      status: 'PENDING',
      paymentStatus: 'PENDING',
      fulfilmentStatus: 'UNFULFILLED',
      lineCount: 2,
      itemCount: 5,
      subtotal: 3_600,
      discount: 100,
      shippingFee: 250,
      tax: 50,
      total: 3_900,
      placedAt: instant(0),
      updatedAt: instant(0),
      confirmedAt: null,
    })
  })

  it('shows nothing of a person who is forgotten', () => {
    const personal = { subject: customerStream(1), details: 'FORGOTTEN' } as const
    expect(after(placed({ personal }))).toMatchObject({
      customerId: customerStream(1),
      customerName: null,
      customerEmail: null,
      shipTo: null,
      total: 3_900,
    })
  })

  it('counts what has shipped and arrived, line by line', () => {
    const some = [{ line: 1, quantity: 2 }]
    const rest = [
      { line: 1, quantity: 1 },
      { line: 2, quantity: 2 },
    ]
    const partly = [placed(), confirmed, shipped(1, some, 3)]
    expect(after(...partly)).toMatchObject({
      status: 'CONFIRMED',
      confirmedAt: instant(1),
      fulfilmentStatus: 'PARTIALLY_SHIPPED',
      lines: [{ shipped: 2 }, { shipped: 0 }],
    })
    const all = [...partly, shipped(2, rest, 4)]
    expect(after(...all).fulfilmentStatus).toBe('SHIPPED')
    const one = [...all, delivered(1, some, 5)]
    expect(after(...one)).toMatchObject({
      fulfilmentStatus: 'PARTIALLY_DELIVERED',
      shipments: [
        { shipment: 1, items: some, shippedAt: instant(3), deliveredAt: instant(5) },
        { shipment: 2, items: rest, shippedAt: instant(4), deliveredAt: null },
      ],
    })
    expect(after(...one, delivered(2, rest, 6))).toMatchObject({
      status: 'COMPLETED',
      fulfilmentStatus: 'DELIVERED',
      lines: [{ delivered: 3 }, { delivered: 2 }],
      updatedAt: instant(6),
    })
  })

  it('shows why and when an order was cancelled', () => {
    expect(after(placed(), cancelled)).toMatchObject({
      status: 'CANCELLED',
      cancelledAt: instant(2),
      cancelReason: 'CUSTOMER',
      cancelNote: 'Changed my mind.',
      fulfilmentStatus: 'UNFULFILLED',
      lines: [{ cancelled: 3 }, { cancelled: 2 }],
    })
  })

  it('leaves the events of products and customers alone', () => {
    const other = occurrence('product-1', 1, {
      type: 'ProductDiscontinued',
      data: { occurredAt: instant(0) },
    } as const)
    expect(orders.keys(other, other)).toEqual([])
  })

  it('marks its personal columns', () => {
    const marked = Object.entries(orders.table).flatMap(([name, { personal }]) =>
      personal ? [name] : [],
    )
    expect(marked).toEqual(['customerName', 'customerEmail', 'shipTo'])
  })
})
