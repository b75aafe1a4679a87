import fc from 'fast-check'
import type { CurrencyCode } from '../../src/domain/currency.ts'
import type { CustomerId, ProductId } from '../../src/domain/identity.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { MinorUnits } from '../../src/domain/money.ts'
import type { OrderPlaced } from '../../src/domain/order/events.ts'
import { type DomainEvent, parseStored, toStored } from '../../src/domain/stored.ts'
import type { Decode } from '../../src/projection/origins.ts'
import type { Occurrence } from '../../src/projection/read-model.ts'
import type { NewEvent } from '../../src/store/event.ts'
import { position } from '../../src/store/position.ts'

export const decodeDomain: Decode<DomainEvent> = ({ type, schemaVersion, data }) =>
  parseStored(type, schemaVersion, data)

export const stored = (event: DomainEvent): NewEvent => toStored(event)

export const instant = (minute: number): Instant =>
  new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString() as Instant

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
export const orderStream = (n: number) => `order-${uuid(n)}`
export const customerStream = (n: number) => `customer-${uuid(n)}` as CustomerId
export const productStream = (n: number) => `product-${uuid(n)}` as ProductId

export const minor = (value: number) => value as MinorUnits
export const usd = 'USD' as CurrencyCode

export const placed = (changes: Partial<OrderPlaced['data']> = {}): OrderPlaced => ({
  type: 'OrderPlaced',
  data: {
    occurredAt: instant(0),
    reference: '10248',
    customerId: customerStream(1),
    fulfilment: 'MANUAL',
    currency: usd,
    lines: [
      {
        line: 1,
        productId: productStream(1),
        productName: 'Chai',
        productVersion: 1,
        quantity: 3,
        listPrice: minor(1_000),
        unitPrice: minor(900),
        discount: minor(100),
      },
      {
        line: 2,
        productId: productStream(2),
        productName: 'Chang',
        productVersion: 4,
        quantity: 2,
        listPrice: minor(500),
        unitPrice: minor(500),
        discount: minor(0),
      },
    ],
    shippingFee: minor(250),
    tax: minor(50),
    payment: null,
    personal: {
      subject: customerStream(1),
      details: {
        name: 'Ann Devon',
        email: 'ann@example.com',
        shipTo: {
          name: null,
          street: '35 King George',
          city: 'London',
          region: null,
          postalCode: 'WX3 6FW',
          country: 'GB',
        },
      },
    },
    ...changes,
  },
})

/** An event as a read model sees it. */
export const occurrence = <Event>(
  stream: string,
  version: number,
  event: Event,
): Occurrence<Event> => ({
  position: position(BigInt(version)),
  stream,
  version,
  metadata: {
    commandId: 'c',
    correlationId: 'c',
    causationId: null,
    actor: { role: 'STAFF', subject: 'test' },
    traceparent: null,
  },
  recordedAt: instant(0),
  event,
})

export const shipped = (
  shipment: number,
  items: readonly { line: number; quantity: number }[],
  minute: number,
) =>
  ({
    type: 'OrderShipped',
    data: {
      occurredAt: instant(minute),
      shipment,
      items,
      stock: [],
      carrier: null,
      trackingNumber: null,
    },
  }) satisfies DomainEvent
export const delivered = (
  shipment: number,
  items: readonly { line: number; quantity: number }[],
  minute: number,
) =>
  ({
    type: 'OrderDelivered',
    data: { occurredAt: instant(minute), shipment, items },
  }) satisfies DomainEvent
export const confirmed = {
  type: 'OrderConfirmed',
  data: { occurredAt: instant(1) },
} satisfies DomainEvent
export const cancelled = {
  type: 'OrderCancelled',
  data: {
    occurredAt: instant(2),
    reason: 'CUSTOMER',
    note: 'Changed my mind.',
    release: [],
    amount: null,
  },
} satisfies DomainEvent

const first = [{ line: 1, quantity: 3 }]
const second = [{ line: 2, quantity: 2 }]

/** How far one order got, as the events it took there. */
const orderHistory: fc.Arbitrary<readonly DomainEvent[]> = fc
  .record({
    fee: fc.nat(10_000),
    path: fc.constantFrom<readonly DomainEvent[]>(
      [
        confirmed,
        shipped(1, first, 3),
        shipped(2, second, 4),
        delivered(2, second, 5),
        delivered(1, first, 6),
      ],
      [confirmed, cancelled],
      [cancelled],
    ),
    steps: fc.nat(5),
  })
  .map(({ fee, path, steps }) => [placed({ shippingFee: minor(fee) }), ...path.slice(0, steps)])

const profile = (name: string) => ({
  name,
  contact: null,
  email: null,
  phone: '1',
  address: null,
})

const customerHistory: fc.Arbitrary<readonly DomainEvent[]> = fc
  .array(fc.constantFrom('Ann', 'Émile', 'bob'), { minLength: 1, maxLength: 3 })
  .map(([name = '', ...others]) => [
    {
      type: 'CustomerRegistered',
      data: {
        occurredAt: instant(0),
        reference: null,
        personal: { subject: customerStream(1), details: profile(name) },
      },
    },
    ...others.map((other, i) => ({
      type: 'CustomerProfileUpdated' as const,
      data: {
        occurredAt: instant(i + 1),
        personal: { subject: customerStream(1), details: profile(other) },
      },
    })),
  ])

const productHistory: fc.Arbitrary<readonly DomainEvent[]> = fc
  .record({ prices: fc.array(fc.nat(1_000), { maxLength: 3 }), ended: fc.boolean() })
  .map(({ prices, ended }) => [
    {
      type: 'ProductRegistered',
      data: {
        occurredAt: instant(0),
        reference: null,
        name: 'Chai',
        prices: [{ currency: usd, minor: minor(1) }],
      },
    },
    ...prices.map((price, i) => ({
      type: 'ProductPriceChanged' as const,
      data: { occurredAt: instant(i + 1), price: { currency: usd, minor: minor(price) } },
    })),
    ...(ended ? [{ type: 'ProductDiscontinued' as const, data: { occurredAt: instant(9) } }] : []),
  ])

export interface Recorded {
  readonly stream: string
  readonly event: DomainEvent
}

/** Several streams, each in its own order, shuffled into one log. */
export const histories: fc.Arbitrary<readonly Recorded[]> = fc
  .array(fc.oneof(orderHistory, orderHistory, customerHistory, productHistory), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((streams) => {
    const named = streams.map((events, i) => {
      const kind = events[0]?.type ?? ''
      if (kind.startsWith('Order')) return { stream: orderStream(i), events }
      return { stream: kind.startsWith('Product') ? productStream(i) : customerStream(1), events }
    })
    // A customer's events name their stream, so there is at most one.
    const known = named.filter(
      ({ stream }, i) => named.findIndex((other) => other.stream === stream) === i,
    )
    const turns = known.flatMap(({ events }, i) => events.map(() => i))
    return fc.shuffledSubarray(turns, { minLength: turns.length }).map((order) => {
      const next = known.map(() => 0)
      return order.flatMap((i) => {
        const from = known[i]
        const at = next[i] ?? 0
        next[i] = at + 1
        const event = from?.events[at]
        return from === undefined || event === undefined ? [] : [{ stream: from.stream, event }]
      })
    })
  })
