import { describe, expect, it } from 'vitest'
import type { OrderId } from '../../src/domain/identity.ts'
import type { PaymentKind } from '../../src/domain/order/payment.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import { Ledger } from './ledger.ts'
import { CUSTOMER, minor, NOW, ORDER, PRODUCT, USD, UNTRACKED } from './sample.ts'

const at = { occurredAt: NOW }
const OTHER = ORDER.replace('9ab', '9ac') as OrderId
type Line = readonly [stream: string, event: DomainEvent]

const received = (quantity: number): Line => [
  PRODUCT,
  { type: 'StockReceived', data: { ...at, quantity, note: null } },
]
const stock = (
  type: 'StockReserved' | 'StockReleased' | 'StockShipped' | 'StockRestocked',
  quantity: number,
  orderId = ORDER,
): Line => [PRODUCT, { type, data: { ...at, orderId, line: 1, quantity } }]
const placed = (orderId = ORDER): Line => [
  orderId,
  {
    type: 'OrderPlaced',
    data: {
      ...at,
      reference: null,
      customerId: CUSTOMER,
      fulfilment: 'AUTOMATIC',
      currency: USD,
      lines: [
        {
          line: 1,
          productId: PRODUCT,
          productName: 'Chai',
          productVersion: 1,
          quantity: 2,
          listPrice: minor(50),
          unitPrice: minor(50),
          discount: minor(0),
        },
      ],
      shippingFee: minor(0),
      tax: minor(0),
      payment: { token: 'card' },
      personal: { subject: CUSTOMER, details: { name: 'Ana', email: null, shipTo: null } },
    },
  },
]
const recorded = (quantity: number): Line => [
  ORDER,
  {
    type: 'OrderReservationRecorded',
    data: { ...at, line: 1, productId: PRODUCT, quantity, excess: 0, complete: true },
  },
]
const confirmed: Line = [ORDER, { type: 'OrderConfirmed', data: at }]
const items = [{ line: 1, productId: PRODUCT, quantity: 2 }]
const shipped: Line = [
  ORDER,
  { type: 'OrderShipped', data: { ...at, shipment: 1, items, stock: items, ...UNTRACKED } },
]
const returned: Line = [
  ORDER,
  {
    type: 'OrderItemsReturned',
    data: { ...at, return: 1, items, reason: 'OTHER', restock: true },
  },
]
const cancelled: Line = [
  ORDER,
  {
    type: 'OrderCancelled',
    data: { ...at, reason: 'OTHER', note: null, release: items, amount: minor(100) },
  },
]
const asked = (
  payment: number,
  kind: PaymentKind,
  { amount = 100, of = null }: { amount?: number; of?: number | null } = {},
): Line => [
  ORDER,
  {
    type: 'PaymentRequested',
    data: { ...at, payment, kind, amount: minor(amount), of, token: null, reference: null },
  },
]
const paid = (payment: number, kind: PaymentKind, amount = 100): Line => [
  ORDER,
  {
    type: 'PaymentSucceeded',
    data: { ...at, payment, kind, amount: minor(amount), reference: 'r' },
  },
]

const stocked = [received(5), placed(), stock('StockReserved', 2), recorded(2)]
const authorized = [...stocked, asked(1, 'AUTHORIZATION'), paid(1, 'AUTHORIZATION')]
const captured = [
  ...authorized,
  confirmed,
  asked(2, 'CAPTURE', { of: 1 }),
  paid(2, 'CAPTURE'),
] as const

const readAll = (lines: readonly Line[]): Ledger => {
  const ledger = new Ledger()
  const versions = new Map<string, number>()
  for (const [index, [stream, event]] of lines.entries()) {
    const version = (versions.get(stream) ?? 0) + 1
    versions.set(stream, version)
    ledger.add({ position: BigInt(index + 1), stream, version, event })
  }
  return ledger
}

describe('the ledger of a log', () => {
  it('finds nothing wrong with an order that went well, or that was cancelled', () => {
    const returning = [returned, stock('StockRestocked', 2), asked(3, 'REFUND', { of: 2 })]
    const went = readAll([
      ...captured,
      shipped,
      stock('StockShipped', 2),
      ...returning,
      paid(3, 'REFUND'),
    ])
    expect([went.problems, went.atRest()]).toEqual([[], []])
    expect(went.stockOf(PRODUCT)).toMatchObject({ available: 5, reserved: 0 })
    const voiding = [asked(2, 'VOID', { of: 1 }), stock('StockReleased', 2), paid(2, 'VOID')]
    const gone = readAll([...authorized, cancelled, ...voiding])
    expect([gone.problems, gone.atRest()]).toEqual([[], []])
  })

  it.each<[string, readonly Line[], RegExp]>([
    ['more set aside than there is', [received(1), placed(), stock('StockReserved', 2)], /on hand/],
    ['a reservation nobody asked for', [received(5), stock('StockReserved', 2)], /but 0 asked/],
    ['a reservation made twice', [...stocked, stock('StockReserved', 2)], /4 were reserved/],
    [
      'a reservation that ends twice',
      [...authorized, cancelled, stock('StockReleased', 2), stock('StockReleased', 2)],
      /after the reservation of .* ended/,
    ],
    [
      'a shipment after the release',
      [
        ...captured,
        shipped,
        placed(OTHER),
        stock('StockReserved', 2, OTHER),
        stock('StockReleased', 2),
        stock('StockShipped', 2),
      ],
      /after the reservation of .* ended/,
    ],
    ['goods that leave for no parcel', [...stocked, stock('StockShipped', 2)], /but 0 sent/],
    ['goods back that nobody returned', [...stocked, stock('StockRestocked', 1)], /but 0 returned/],
    ['a reservation recorded that stock never made', [placed(), recorded(2)], /but 0 reserved/],
    ['an order confirmed without its goods', [placed(), confirmed], /0 of 2 are set aside/],
    ['an order confirmed without its money', [...stocked, confirmed], /0 of 100 are paid/],
    ['an order confirmed after it was cancelled', [...authorized, cancelled, confirmed], /before/],
    [
      'captures that come to more than was authorized',
      [...captured, asked(3, 'CAPTURE', { amount: 1, of: 1 })],
      /101 was taken of payment 1/,
    ],
    [
      'refunds that come to more than was captured',
      [
        ...captured,
        asked(3, 'REFUND', { amount: 60, of: 2 }),
        paid(3, 'REFUND', 60),
        asked(4, 'REFUND', { amount: 60, of: 2 }),
        paid(4, 'REFUND', 60),
      ],
      /120 refunded of 100 captured/,
    ],
    [
      'a payment that succeeds twice',
      [...authorized, paid(1, 'AUTHORIZATION')],
      /SUCCEEDED before/,
    ],
    [
      'a payment of another amount',
      [...stocked, asked(1, 'AUTHORIZATION'), paid(1, 'AUTHORIZATION', 99)],
      /something else/,
    ],
  ])('finds %s', (_what, lines, problem) => {
    const { problems } = readAll(lines)
    expect(problems.join('\n')).toMatch(problem)
    expect(problems.at(0)).toContain(lines.at(-1)?.[0])
  })

  it('finds what a cancelled order kept, once nothing is left to be done', () => {
    const kept = readAll([...authorized, cancelled])
    expect(kept.problems).toEqual([])
    expect(kept.atRest().join('\n')).toMatch(/100 held[\S\s]*2 are set aside/)
  })

  it('finds a hole in the log', () => {
    const ledger = new Ledger()
    const [stream, event] = placed()
    ledger.add({ position: 2n, stream, version: 2, event })
    expect(ledger.problems).toHaveLength(2)
  })
})
