import type { OrderId } from '../domain/identity.ts'
import { allowedCommands } from '../domain/order/allowed-commands.ts'
import { orderOf, type OrderRow } from '../read-model/orders.ts'
import { AddressType } from './address.ts'
import { builder } from './builder.ts'
import { CustomerType } from './customer.ts'
import { moneyOf, MoneyType } from './money.ts'
import {
  CancelReasonEnum,
  FulfilmentModeEnum,
  FulfilmentStatusEnum,
  OrderCommandNameEnum,
  OrderStatusEnum,
  PaymentStatusEnum,
} from './order-enums.ts'
import { OrderLineType, ShipmentType } from './order-line.ts'
import { touches } from './touches.ts'

/** An order on its way out: as it is, as it was, or as it would be. */
export type OrderShape = OrderRow & {
  /** What the ids of its parts hang below, where it is not the order as it is. */
  readonly partsOf?: OrderId
  /** How many of its events there really are, where the last ones are only imagined. */
  readonly recordedVersion?: number
}

/** A cache must not take a line as it was for the line as it is. */
export const partsOf = ({ id, partsOf: other }: OrderShape): OrderId => other ?? id

export const OrderFields = builder.interfaceRef<OrderShape>('OrderFields').implement({
  description: 'What an order shows, as it is now and as it was or would be.',
  fields: (t) => ({
    number: t.exposeString('number', {
      description: 'A short number to read out, from the end of the id. Not unique.',
    }),
    reference: t.exposeString('reference', {
      nullable: true,
      description:
        "The caller's own number for the order. Not unique; lists can be filtered by it.",
    }),
    customerId: t.exposeID('customerId', { description: 'Who ordered.' }),
    customerName: t.exposeString('customerName', {
      nullable: true,
      description: "The customer's name when the order was placed; null once they were forgotten.",
    }),
    customerEmail: t.exposeString('customerEmail', {
      nullable: true,
      description: "The customer's mail address when the order was placed.",
    }),
    customer: t.field({
      type: CustomerType,
      nullable: true,
      description: 'The customer as they are now.',
      extensions: touches('customers'),
      resolve: async ({ customerId }, _arguments, { state }) =>
        (await state.loaders.customers.load(customerId)) ?? null,
    }),
    shipTo: t.field({
      type: AddressType,
      nullable: true,
      description: 'Where it is shipped to.',
      resolve: ({ shipTo }) => shipTo,
    }),
    status: t.field({
      type: OrderStatusEnum,
      description: 'How far the order itself is.',
      resolve: ({ status }) => status,
    }),
    paymentStatus: t.field({
      type: PaymentStatusEnum,
      description: 'How far paying for it is.',
      resolve: ({ paymentStatus }) => paymentStatus,
    }),
    fulfilmentStatus: t.field({
      type: FulfilmentStatusEnum,
      description: 'How far its goods are.',
      resolve: ({ fulfilmentStatus }) => fulfilmentStatus,
    }),
    fulfilment: t.field({
      type: FulfilmentModeEnum,
      description: 'Who moves it on: people, or the fulfilment process.',
      resolve: ({ fulfilment }) => fulfilment,
    }),
    allowedCommands: t.field({
      type: [OrderCommandNameEnum],
      description:
        'What may be accepted of the order as shown, so that no client needs to know the rules; `commandChoices` also says why not. Another command may come first.',
      resolve: (row) => [...allowedCommands(orderOf(row))],
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency of all its amounts.',
      resolve: ({ currency }) => currency,
    }),
    lines: t.field({
      type: [OrderLineType],
      description: 'What was ordered, in the order given; at most 500.',
      resolve: (order) =>
        order.lines.map((line) => ({ orderId: partsOf(order), currency: order.currency, line })),
    }),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines it has.' }),
    itemCount: t.exposeInt('itemCount', {
      description: 'How many items were ordered, over all lines.',
    }),
    shipments: t.field({
      type: [ShipmentType],
      description: 'The parcels that left, oldest first.',
      resolve: (order) =>
        order.shipments.map((shipment) => ({ orderId: partsOf(order), shipment })),
    }),
    subtotal: t.field({
      type: MoneyType,
      description: 'The sum of the lines after their discounts.',
      resolve: ({ subtotal, currency }) => moneyOf({ minor: subtotal, currency }),
    }),
    discount: t.field({
      type: MoneyType,
      description: 'The sum of the discounts of the lines.',
      resolve: ({ discount, currency }) => moneyOf({ minor: discount, currency }),
    }),
    shippingFee: t.field({
      type: MoneyType,
      description: 'What shipping costs.',
      resolve: ({ shippingFee, currency }) => moneyOf({ minor: shippingFee, currency }),
    }),
    tax: t.field({
      type: MoneyType,
      description: 'The tax on top.',
      resolve: ({ tax, currency }) => moneyOf({ minor: tax, currency }),
    }),
    total: t.field({
      type: MoneyType,
      description: 'Subtotal, shipping fee and tax together: what is to be paid.',
      resolve: ({ total, currency }) => moneyOf({ minor: total, currency }),
    }),
    placedAt: t.field({
      type: 'DateTime',
      description: 'When it was placed.',
      resolve: ({ placedAt }) => placedAt,
    }),
    confirmedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was confirmed.',
      resolve: ({ confirmedAt }) => confirmedAt,
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was cancelled.',
      resolve: ({ cancelledAt }) => cancelledAt,
    }),
    cancelReason: t.field({
      type: CancelReasonEnum,
      nullable: true,
      description: 'Why it was cancelled.',
      resolve: ({ cancelReason }) => cancelReason,
    }),
    cancelNote: t.exposeString('cancelNote', {
      nullable: true,
      description: 'What was noted when it was cancelled.',
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the last change happened.',
      resolve: ({ updatedAt }) => updatedAt,
    }),
    version: t.exposeInt('version', {
      description:
        'How many events it has; it only rises. Send it as `expectedVersion` to change only what you have seen.',
    }),
    position: t.field({
      type: 'Position',
      description: 'Where the last event stands in the log.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
  }),
})
