import type { InputFieldMap, InputFieldBuilder, SchemaTypes } from '@pothos/core'
import { AddressInput } from './address.ts'
import { builder } from './builder.ts'
import {
  commandIdField,
  dryRunField,
  expectedVersionField,
  occurredAtField,
} from './command-input.ts'
import {
  CancelReasonEnum,
  HoldReasonEnum,
  NoteVisibilityEnum,
  ReturnReasonEnum,
} from './order-enums.ts'
import { OrderLineInput } from './order-input.ts'
import { MoneyInput } from './money.ts'

type Types =
  typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T extends SchemaTypes> ? T : never
type Builder = InputFieldBuilder<Types, 'InputObject'>

/** The input of a command on an order there is: what all of them have, and its own fields. */
const laterInput = (
  name: string,
  description: string,
  fields: (t: Builder) => InputFieldMap = () => ({}),
) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      commandId: commandIdField(t),
      orderId: t.id({ required: true, description: 'Which order.' }),
      expectedVersion: expectedVersionField(t),
      ...fields(t),
      occurredAt: occurredAtField(t),
      dryRun: dryRunField(t),
    }),
  })

const OrderItemInput = builder.inputType('OrderItemInput', {
  description: 'Some of a line.',
  fields: (t) => ({
    lineId: t.id({ required: true, description: 'Which line, `<order id>/line/<number>`.' }),
    quantity: t.int({ required: true, description: 'How many, from 1 to 1,000,000.' }),
  }),
})

const KeptLineInput = builder.inputType('KeptLineInput', {
  description: 'A line that stays, at the prices it has.',
  fields: (t) => ({
    lineId: t.id({ required: true, description: 'Which line, `<order id>/line/<number>`.' }),
    quantity: t.int({
      required: true,
      description: 'How many from now on. A discount grows and shrinks with it.',
    }),
  }),
})

const ChangedLineInput = builder.inputType('ChangedLineInput', {
  description: 'A line of the changed order: one that stays, or a new one.',
  isOneOf: true,
  fields: (t) => ({
    keep: t.field({ type: KeptLineInput, description: 'A line that stays.' }),
    add: t.field({ type: OrderLineInput, description: 'A new line, at the present price.' }),
  }),
})

const note = (t: Builder) =>
  t.string({ description: 'More about why. At most 500 characters; not for personal data.' })

const reason = (t: Builder) =>
  t.field({ type: CancelReasonEnum, required: true, description: 'Why.' })

const items = (t: Builder, description: string) => t.field({ type: [OrderItemInput], description })

const paymentId = (t: Builder, description: string) => t.id({ description })

export const ConfirmOrderInput = laterInput('ConfirmOrderInput', 'Which order to agree to.')

export const ChangeShippingAddressInput = laterInput(
  'ChangeShippingAddressInput',
  'Where an order is to go.',
  (t) => ({
    shipTo: t.field({
      type: AddressInput,
      required: true,
      description: 'The whole address; nothing is kept of the one before.',
    }),
  }),
)

export const ShipOrderInput = laterInput('ShipOrderInput', 'What has been shipped.', (t) => ({
  items: items(t, 'What is in the parcel; all that has not left yet when left out.'),
  carrier: t.string({ description: 'Who carries it. At most 100 characters.' }),
  trackingNumber: t.string({
    description: 'What it is called there. At most 100 characters; not for personal data.',
  }),
}))

export const DeliverOrderInput = laterInput('DeliverOrderInput', 'What has arrived.', (t) => ({
  shipmentId: t.id({
    description:
      'Which parcel, `<order id>/shipment/<number>`; every one on its way when left out.',
  }),
}))

export const ReturnOrderItemsInput = laterInput(
  'ReturnOrderItemsInput',
  'What came back, and why.',
  (t) => ({
    items: t.field({ type: [OrderItemInput], required: true, description: 'What came back.' }),
    reason: t.field({ type: ReturnReasonEnum, required: true, description: 'Why.' }),
    restock: t.boolean({
      required: true,
      description:
        'Whether it can be sold again. If so, and the order had it from our stock, it goes back there.',
    }),
  }),
)

export const CancelOrderLinesInput = laterInput(
  'CancelOrderLinesInput',
  'What will not be shipped, and why.',
  (t) => ({
    items: items(t, 'What will not be shipped; all that has not left yet when left out.'),
    reason: reason(t),
    note: note(t),
  }),
)

export const CancelOrderInput = laterInput(
  'CancelOrderInput',
  'Which order to give up, and why.',
  (t) => ({ reason: reason(t), note: note(t) }),
)

export const ChangeOrderLinesInput = laterInput(
  'ChangeOrderLinesInput',
  'What is ordered from now on.',
  (t) => ({
    lines: t.field({
      type: [ChangedLineInput],
      required: true,
      description: 'All lines there will be, from 1 to 500. A line that is not named is taken off.',
    }),
    shippingFee: t.field({
      type: 'Decimal',
      description: "What shipping costs, in the order's currency; as before when left out.",
    }),
    tax: t.field({
      type: 'Decimal',
      description: "The tax on top, in the order's currency; as before when left out.",
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      description:
        'The currency of the amounts given, which must be that of the order. Needed when there are any.',
    }),
  }),
)

export const HoldOrderInput = laterInput(
  'HoldOrderInput',
  'Which order to stop for now, and why.',
  (t) => ({
    reason: t.field({ type: HoldReasonEnum, required: true, description: 'Why.' }),
    note: note(t),
  }),
)

export const ReleaseOrderInput = laterInput('ReleaseOrderInput', 'Which order to let go on.')

export const AddOrderNoteInput = laterInput('AddOrderNoteInput', 'A remark on an order.', (t) => ({
  text: t.string({
    required: true,
    description: 'The remark. At most 2,000 characters; not for personal data.',
  }),
  visibility: t.field({
    type: NoteVisibilityEnum,
    description: 'Whom it is meant for; INTERNAL when left out.',
  }),
}))

const tags = (t: Builder) =>
  t.stringList({
    required: true,
    description: 'From 1 to 50 tags, each at most 50 characters; not for personal data.',
  })

export const TagOrderInput = laterInput('TagOrderInput', 'Tags to put on an order.', (t) => ({
  tags: tags(t),
}))

export const UntagOrderInput = laterInput('UntagOrderInput', 'Tags to take off an order.', (t) => ({
  tags: tags(t),
}))

export const AuthorizePaymentInput = laterInput(
  'AuthorizePaymentInput',
  'How much is to be held for us.',
  (t) => ({
    amount: t.field({
      type: MoneyInput,
      description: 'How much; all that is left to pay when left out.',
    }),
    token: t.string({
      description:
        'What the payment form made of the card; the one the order was placed with when left out. At most 200 characters.',
    }),
  }),
)

export const CapturePaymentInput = laterInput(
  'CapturePaymentInput',
  'How much is to be taken.',
  (t) => ({
    paymentId: paymentId(t, 'Which authorization; the first that is fit when left out.'),
    amount: t.field({
      type: MoneyInput,
      description: 'How much; all that it holds when left out.',
    }),
  }),
)

export const VoidPaymentInput = laterInput('VoidPaymentInput', 'What to let go of.', (t) => ({
  paymentId: paymentId(t, 'Which authorization; the first that is fit when left out.'),
}))

export const RefundPaymentInput = laterInput(
  'RefundPaymentInput',
  'How much is to be given back.',
  (t) => ({
    paymentId: paymentId(t, 'Which capture; the first that is fit when left out.'),
    amount: t.field({
      type: MoneyInput,
      description: 'How much; all that is left of it when left out.',
    }),
  }),
)
