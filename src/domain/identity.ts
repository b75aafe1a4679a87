import type { Brand } from './brand.ts'

/**
 * An entity's id is its stream's name: `<category>-<lower-case UUID>`. Parts of an order hang below it,
 * `<order id>/<kind>/<n>`, so that no id ever needs a table to be understood.
 */
export const CATEGORIES = ['order', 'product', 'customer'] as const
export type Category = (typeof CATEGORIES)[number]

export type OrderId = Brand<string, 'OrderId'>
export type ProductId = Brand<string, 'ProductId'>
export type CustomerId = Brand<string, 'CustomerId'>
export type EntityId = OrderId | ProductId | CustomerId
export type LineId = Brand<string, 'LineId'>
export type ShipmentId = Brand<string, 'ShipmentId'>

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const ORDER_ID = new RegExp(`^order-${UUID}$`)
const PRODUCT_ID = new RegExp(`^product-${UUID}$`)
const CUSTOMER_ID = new RegExp(`^customer-${UUID}$`)

const ORDER_NUMBER_GROUP_LENGTH = 5

export const parseOrderId = (text: string): OrderId | undefined =>
  ORDER_ID.test(text) ? (text as OrderId) : undefined

export const parseProductId = (text: string): ProductId | undefined =>
  PRODUCT_ID.test(text) ? (text as ProductId) : undefined

export const parseCustomerId = (text: string): CustomerId | undefined =>
  CUSTOMER_ID.test(text) ? (text as CustomerId) : undefined

export const categoryOf = (id: EntityId): Category => {
  if (id.startsWith('order-')) return 'order'
  return id.startsWith('product-') ? 'product' : 'customer'
}

export const lineId = (order: OrderId, line: number): LineId => `${order}/line/${line}` as LineId

export const shipmentId = (order: OrderId, shipment: number): ShipmentId =>
  `${order}/shipment/${shipment}` as ShipmentId

/** A short number to read out on the telephone. The end of a UUIDv7 is its random part; the beginning is time. */
export const orderNumber = (id: OrderId): string => {
  const last = id.slice(-2 * ORDER_NUMBER_GROUP_LENGTH).toUpperCase()
  return `${last.slice(0, ORDER_NUMBER_GROUP_LENGTH)}-${last.slice(ORDER_NUMBER_GROUP_LENGTH)}`
}
