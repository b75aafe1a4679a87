import { expect, it } from 'vitest'
import {
  categoryOf,
  lineId,
  orderNumber,
  parseOrderId,
  shipmentId,
} from '../../src/domain/identity.ts'
import { parseInstant } from '../../src/domain/instant.ts'
import { fulfilmentStatusOf } from '../../src/domain/order/status.ts'
import { CUSTOMER, ORDER, PRODUCT } from './sample.ts'

it('takes an order id only of an order and in lower case', () => {
  expect([ORDER, PRODUCT, ORDER.toUpperCase(), `${ORDER}\n`].map(parseOrderId)).toEqual([
    ORDER,
    undefined,
    undefined,
    undefined,
  ])
})
it('derives part ids, numbers and categories', () => {
  expect(lineId(ORDER, 2)).toBe(`${ORDER}/line/2`)
  expect(shipmentId(ORDER, 1)).toBe(`${ORDER}/shipment/1`)
  expect(orderNumber(ORDER)).toBe('23456-789AB')
  expect([ORDER, PRODUCT, CUSTOMER].map(categoryOf)).toEqual(['order', 'product', 'customer'])
})
it('brings an offset to UTC milliseconds', () => {
  expect(parseInstant('2026-11-20T11:00:00+01:00')).toBe('2026-11-20T10:00:00.000Z')
})
it.each([
  '2026-02-29T00:00:00Z',
  '2026-11-20',
  '2026-11-20T10:00:00',
  '2026-11-20T24:00:00Z',
  '0000-12-31T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '2026-13-01T00:00:00Z',
])('refuses the instant %s', (text) => {
  expect(parseInstant(text)).toBeUndefined()
})
it.each([
  [4, 0, 0, 'UNFULFILLED'],
  [4, 2, 0, 'PARTIALLY_SHIPPED'],
  [4, 4, 0, 'SHIPPED'],
  [4, 4, 1, 'PARTIALLY_DELIVERED'],
  [4, 4, 4, 'DELIVERED'],
] as const)(
  'of %i ordered, %i shipped, %i delivered is %s',
  (...[quantity, shipped, delivered, status]) => {
    expect(fulfilmentStatusOf([{ quantity, cancelled: 0, shipped, delivered, returned: 0 }])).toBe(
      status,
    )
  },
)
