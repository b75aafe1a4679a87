import { commandChoices, type CommandChoice } from '../domain/order/allowed-commands.ts'
import { orderOf, type OrderRow } from '../read-model/orders.ts'
import { builder } from './builder.ts'
import { moneyOf, MoneyType } from './money.ts'
import { OrderCommandNameEnum } from './order-enums.ts'
import { PaymentType } from './order-payment.ts'
import { OrderHoldType, OrderNoteType, OrderReturnType } from './order-remark.ts'
import { OrderFields, partsOf } from './order-fields.ts'
import { RefusalInterface } from './refusal.ts'

interface ChoiceShape extends CommandChoice {
  readonly row: OrderRow
}

const CommandChoiceType = builder.objectRef<ChoiceShape>('CommandChoice').implement({
  description: 'Whether something can be done with an order as shown.',
  fields: (t) => ({
    command: t.field({
      type: OrderCommandNameEnum,
      description: 'What is to be done.',
      resolve: ({ command }) => command,
    }),
    allowed: t.boolean({
      description: 'Whether it may be accepted; its particulars can still be refused.',
      resolve: ({ refusal }) => refusal === null,
    }),
    refusal: t.field({
      type: RefusalInterface,
      nullable: true,
      description: 'Why it would be refused, whatever its particulars; null when it is allowed.',
      resolve: ({ refusal, row }) =>
        refusal === null ? null : { type: 'refused' as const, refusal, position: row.position },
    }),
  }),
})

builder.interfaceFields(OrderFields, (t) => ({
  commandChoices: t.field({
    type: [CommandChoiceType],
    description:
      'Everything that can be done with an order, and for what cannot be done to this one as shown, why.',
    resolve: (row) => commandChoices(orderOf(row), row.id).map((choice) => ({ ...choice, row })),
  }),
  payments: t.field({
    type: [PaymentType],
    description: 'What the payment gateway was asked, oldest first; at most 500.',
    resolve: (order) =>
      order.payments.map((payment) => ({
        orderId: partsOf(order),
        currency: order.currency,
        payment,
      })),
  }),
  authorized: t.field({
    type: MoneyType,
    description: 'What is held for us now, and neither taken nor let go of.',
    resolve: ({ authorized, currency }) => moneyOf({ minor: authorized, currency }),
  }),
  captured: t.field({
    type: MoneyType,
    description: 'What was taken.',
    resolve: ({ captured, currency }) => moneyOf({ minor: captured, currency }),
  }),
  refunded: t.field({
    type: MoneyType,
    description: 'What of it was given back.',
    resolve: ({ refunded, currency }) => moneyOf({ minor: refunded, currency }),
  }),
  hold: t.field({
    type: OrderHoldType,
    nullable: true,
    description: 'That it is on hold; null when it is not.',
    resolve: ({ hold }) => hold,
  }),
  notes: t.field({
    type: [OrderNoteType],
    description: 'The remarks on it, oldest first; at most 500.',
    resolve: ({ notes }) => [...notes],
  }),
  tags: t.stringList({
    description: 'The tags on it; at most 50.',
    resolve: ({ tags }) => [...tags],
  }),
  returns: t.field({
    type: [OrderReturnType],
    description: 'What came back, oldest first.',
    resolve: (order) => order.returns.map((back) => ({ orderId: partsOf(order), back })),
  }),
}))
