import type { CurrencyCode } from '../domain/currency.ts'
import { lineId, shipmentId, type OrderId } from '../domain/identity.ts'
import type { Shipment } from '../domain/order/order.ts'
import { lineAmount, lineTotal } from '../domain/order/pricing.ts'
import type { OrderLine } from '../read-model/orders.ts'
import { builder } from './builder.ts'
import { moneyOf, MoneyType } from './money.ts'
import { ProductType } from './product.ts'
import { touches } from './touches.ts'

/** A part of an order on its way out, with what it needs to know of the order. */
export interface LineShape {
  readonly orderId: OrderId
  readonly currency: CurrencyCode
  readonly line: OrderLine
}

const sound = (minor: number | undefined, line: OrderLine): number => {
  if (minor === undefined) throw new Error(`Line ${line.line} of an order has no sound amount.`)
  return minor
}

export const OrderLineType = builder.objectRef<LineShape>('OrderLine').implement({
  description: 'Some of one product, with the price as it was when the order was placed.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of the line, `<order id>/line/<number>`.',
      resolve: ({ orderId, line }) => lineId(orderId, line.line),
    }),
    number: t.int({
      description: 'The number of the line in its order, counted from 1.',
      resolve: ({ line }) => line.line,
    }),
    productId: t.id({
      description: 'The product ordered.',
      resolve: ({ line }) => line.productId,
    }),
    productName: t.string({
      description: 'What the product was called when it was ordered.',
      resolve: ({ line }) => line.productName,
    }),
    productVersion: t.int({
      description: 'The version of the product that the price was read at.',
      resolve: ({ line }) => line.productVersion,
    }),
    product: t.field({
      type: ProductType,
      nullable: true,
      description: 'The product as it is now.',
      extensions: touches('products'),
      resolve: async ({ line }, _arguments, { state }) =>
        (await state.loaders.products.load(line.productId)) ?? null,
    }),
    quantity: t.int({
      description: 'How many were ordered.',
      resolve: ({ line }) => line.quantity,
    }),
    cancelled: t.int({
      description: 'How many of them will not be shipped.',
      resolve: ({ line }) => line.cancelled,
    }),
    shipped: t.int({
      description: 'How many of them have been shipped.',
      resolve: ({ line }) => line.shipped,
    }),
    delivered: t.int({
      description: 'How many of them have been delivered.',
      resolve: ({ line }) => line.delivered,
    }),
    returned: t.int({
      description: 'How many of them came back.',
      resolve: ({ line }) => line.returned,
    }),
    listPrice: t.field({
      type: MoneyType,
      description: "What one cost by the product's own price then.",
      resolve: ({ line, currency }) => moneyOf({ minor: line.listPrice, currency }),
    }),
    unitPrice: t.field({
      type: MoneyType,
      description: 'What one was sold for.',
      resolve: ({ line, currency }) => moneyOf({ minor: line.unitPrice, currency }),
    }),
    amount: t.field({
      type: MoneyType,
      description: 'Unit price times quantity, before the discount.',
      resolve: ({ line, currency }) =>
        moneyOf({ minor: sound(lineAmount(line.unitPrice, line.quantity), line), currency }),
    }),
    discount: t.field({
      type: MoneyType,
      description: 'What was taken off the line.',
      resolve: ({ line, currency }) => moneyOf({ minor: line.discount, currency }),
    }),
    total: t.field({
      type: MoneyType,
      description: 'The amount less the discount.',
      resolve: ({ line, currency }) => moneyOf({ minor: sound(lineTotal(line), line), currency }),
    }),
  }),
})

export interface ShipmentShape {
  readonly orderId: OrderId
  readonly shipment: Shipment
}

interface ShipmentItemShape {
  readonly orderId: OrderId
  readonly item: { readonly line: number; readonly quantity: number }
}

export const ShipmentItemType = builder.objectRef<ShipmentItemShape>('ShipmentItem').implement({
  description: 'How many of a line.',
  fields: (t) => ({
    lineId: t.id({
      description: 'The id of the line.',
      resolve: ({ orderId, item }) => lineId(orderId, item.line),
    }),
    quantity: t.int({ description: 'How many.', resolve: ({ item }) => item.quantity }),
  }),
})

export const ShipmentType = builder.objectRef<ShipmentShape>('Shipment').implement({
  description: "A parcel that left with some of the order's items.",
  fields: (t) => ({
    id: t.id({
      description: 'The id of the shipment, `<order id>/shipment/<number>`.',
      resolve: ({ orderId, shipment }) => shipmentId(orderId, shipment.shipment),
    }),
    number: t.int({
      description: 'The number of the shipment in its order, counted from 1.',
      resolve: ({ shipment }) => shipment.shipment,
    }),
    items: t.field({
      type: [ShipmentItemType],
      description: 'What is in it.',
      resolve: ({ orderId, shipment }) => shipment.items.map((item) => ({ orderId, item })),
    }),
    carrier: t.string({
      nullable: true,
      description: 'Who carries it.',
      resolve: ({ shipment }) => shipment.carrier,
    }),
    trackingNumber: t.string({
      nullable: true,
      description: 'What it is called there, to follow it by.',
      resolve: ({ shipment }) => shipment.trackingNumber,
    }),
    shippedAt: t.field({
      type: 'DateTime',
      description: 'When it left.',
      resolve: ({ shipment }) => shipment.shippedAt,
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it arrived; null while it is on its way.',
      resolve: ({ shipment }) => shipment.deliveredAt,
    }),
  }),
})
