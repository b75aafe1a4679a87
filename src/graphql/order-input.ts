import { AddressInput } from './address.ts'
import { builder } from './builder.ts'
import { commandIdField, dryRunField, occurredAtField } from './command-input.ts'
import { FulfilmentModeEnum } from './order-enums.ts'

const DiscountInput = builder.inputType('DiscountInput', {
  description: 'What is taken off a line: an amount or a rate. For staff.',
  isOneOf: true,
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description: "Off the whole line, in the order's currency.",
    }),
    rate: t.field({
      type: 'Decimal',
      description:
        'A share of the line from `"0"` to `"1"` with at most four decimals; rounded half to even on the smallest unit.',
    }),
  }),
})

export const OrderLineInput = builder.inputType('OrderLineInput', {
  description: 'Some of one product.',
  fields: (t) => ({
    productId: t.id({ required: true, description: 'Which product.' }),
    quantity: t.int({ required: true, description: 'How many, from 1 to 1,000,000.' }),
    expectedUnitPrice: t.field({
      type: 'Decimal',
      description:
        "The price the client was shown, in the order's currency. If it is another by now, the order is refused as `PriceChanged`.",
    }),
    unitPrice: t.field({
      type: 'Decimal',
      description:
        "A price of its own instead of the product's, in the order's currency. For staff.",
    }),
    discount: t.field({
      type: DiscountInput,
      description: 'What is taken off the line. For staff.',
    }),
  }),
})

const OrderPaymentInput = builder.inputType('OrderPaymentInput', {
  description: 'How an order is paid.',
  fields: (t) => ({
    token: t.string({
      required: true,
      description:
        "What the payment provider's own form made of the card. At most 200 characters; never shown again.",
    }),
  }),
})

export const PlaceOrderInput = builder.inputType('PlaceOrderInput', {
  description: 'What is ordered, by whom.',
  fields: (t) => ({
    commandId: commandIdField(t),
    id: t.id({
      description:
        "An id of the client's own making for the order: `order-` and a UUID in lower case.",
    }),
    reference: t.string({ description: "The caller's own number for it. At most 100 characters." }),
    customerId: t.id({ required: true, description: 'Who orders.' }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      required: true,
      description: 'The currency of all its amounts; each product must have a price in it.',
    }),
    lines: t.field({
      type: [OrderLineInput],
      required: true,
      description: 'What is ordered, from 1 to 500 lines. One product may stand on several.',
    }),
    shipTo: t.field({
      type: AddressInput,
      description: "Where to ship it; the customer's own address when left out.",
    }),
    shippingFee: t.field({
      type: 'Decimal',
      description:
        "What shipping costs, in the order's currency. For staff; else the pricing policy says.",
    }),
    tax: t.field({
      type: 'Decimal',
      description:
        "The tax on top, in the order's currency. For staff; else the pricing policy says.",
    }),
    fulfilment: t.field({
      type: FulfilmentModeEnum,
      description:
        'Who moves it on: MANUAL, which is meant when left out, leaves it to the commands of staff; AUTOMATIC has stock reserved, the payment authorized and the order confirmed by itself.',
    }),
    payment: t.field({
      type: OrderPaymentInput,
      description:
        'How it is paid. An AUTOMATIC order with it is confirmed once the total is authorized; left out, payment is left to others.',
    }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})
