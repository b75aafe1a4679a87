import { builder } from './builder.ts'
import { connection } from './connection.ts'
import { CustomerType } from './customer.ts'
import { moneyOf, MoneyType } from './money.ts'
import { OrderConnection } from './order-query.ts'
import { touches } from './touches.ts'

builder.objectFields(CustomerType, (t) => ({
  orderCount: t.int({
    description: 'How many orders they placed, cancelled ones among them.',
    extensions: touches('customerValues'),
    resolve: async ({ id }, _arguments, { state }) =>
      (await state.loaders.customerValues.load(id))?.orders ?? 0,
  }),
  lifetimeValue: t.field({
    type: [MoneyType],
    description:
      'What their orders come to with shipping fee and tax, less what was cancelled: one amount for each currency they ordered in.',
    extensions: touches('customerValues'),
    resolve: async ({ id }, _arguments, { state }) => {
      const value = await state.loaders.customerValues.load(id)
      return (value?.values ?? []).map(({ currency, minor }) =>
        moneyOf({ currency, minor: BigInt(minor) }),
      )
    },
  }),
  orders: t.field({
    type: OrderConnection,
    description: 'Their orders, latest first; at most 100 a page.',
    extensions: touches('orders'),
    args: {
      first: t.arg.int({
        description: 'At most this many from the start; 20 when left out, 100 at most.',
      }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
      last: t.arg.int({ description: 'At most this many from the end; 100 at most.' }),
      before: t.arg.string({ description: 'Only what comes before this cursor.' }),
    },
    resolve: ({ id }, page, context) =>
      connection(context, {
        name: 'orders',
        reader: context.services.reads.orders,
        page,
        filter: { customerId: id },
        orderBy: 'PLACED_AT',
        direction: 'DESC',
      }),
  }),
}))
