import { parseCustomerId, parseOrderId, type CustomerId } from '../domain/identity.ts'
import { ORDER_ORDERS, type OrderFilter } from '../read-model/order-reader.ts'
import { builder } from './builder.ts'
import { connection } from './connection.ts'
import { connectionType } from './connection-type.ts'
import { badInput, clientError } from './error-code.ts'
import { readInput, text } from './input.ts'
import { FulfilmentStatusEnum, OrderStatusEnum, PaymentStatusEnum } from './order-enums.ts'
import { OrderType } from './order.ts'
import { touches } from './touches.ts'

export const OrderConnection = connectionType('Order', OrderType, 'orders')

const OrderFilterInput = builder.inputType('OrderFilter', {
  description: 'Which orders to list: those that meet everything given.',
  fields: (t) => ({
    status: t.field({ type: OrderStatusEnum, description: 'Only with this status.' }),
    paymentStatus: t.field({
      type: PaymentStatusEnum,
      description: 'Only with this payment status.',
    }),
    fulfilmentStatus: t.field({
      type: FulfilmentStatusEnum,
      description: 'Only with this fulfilment status.',
    }),
    customerId: t.id({ description: 'Only of this customer.' }),
    reference: t.string({ description: 'Only with exactly this reference.' }),
    placedFrom: t.field({ type: 'DateTime', description: 'Only placed at this time or later.' }),
    placedTo: t.field({ type: 'DateTime', description: 'Only placed before this time.' }),
  }),
})

const OrderOrderField = builder.enumType('OrderOrderField', {
  description: 'What lists of orders can be ordered by. The id breaks ties.',
  values: {
    PLACED_AT: { value: ORDER_ORDERS[0], description: 'When they were placed.' },
    UPDATED_AT: { value: ORDER_ORDERS[1], description: 'When they last changed.' },
    TOTAL: {
      value: ORDER_ORDERS[2],
      description: 'Their total in minor units, whatever the currency.',
    },
  },
})

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list runs.',
  values: {
    ASC: { description: 'Smallest or earliest first.' },
    DESC: { description: 'Largest or latest first.' },
  } as const,
})

const OrderOrderInput = builder.inputType('OrderOrder', {
  description: 'In which order to list orders.',
  fields: (t) => ({
    field: t.field({ type: OrderOrderField, required: true, description: 'By what.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Which way.' }),
  }),
})

const customerOf = (id: string | null | undefined): CustomerId | undefined => {
  if (id == null) return undefined
  const customer = parseCustomerId(id)
  if (customer === undefined)
    throw badInput("filter.customerId must be a customer's id.", ['filter', 'customerId'])
  return customer
}

/** GraphQL's null and absence both mean that anything will do. */
const any = <Value>(value: Value | null | undefined): Value | undefined => value ?? undefined

const filterOf = (filter: Partial<typeof OrderFilterInput.$inferInput>): OrderFilter => ({
  status: any(filter.status),
  paymentStatus: any(filter.paymentStatus),
  fulfilmentStatus: any(filter.fulfilmentStatus),
  customerId: customerOf(filter.customerId),
  reference:
    filter.reference == null
      ? undefined
      : readInput(text(100), filter.reference, ['filter', 'reference']),
  placedFrom: any(filter.placedFrom),
  placedTo: any(filter.placedTo),
})

builder.queryFields((t) => ({
  order: t.field({
    type: OrderType,
    nullable: true,
    description: 'The order with this id; null if there is none.',
    extensions: touches('orders'),
    args: { id: t.arg.id({ required: true, description: "The order's id." }) },
    resolve: async (_root, { id }, { state }) => {
      if (parseOrderId(id) === undefined)
        throw clientError(
          'NOT_FOUND',
          'There is no order with this id: it is not the id of an order.',
        )
      return (await state.loaders.orders.load(id)) ?? null
    },
  }),
  orders: t.field({
    type: OrderConnection,
    description: 'Orders, latest first unless asked for otherwise; at most 100 a page.',
    extensions: touches('orders'),
    args: {
      first: t.arg.int({
        description: 'At most this many from the start; 20 when left out, 100 at most.',
      }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
      last: t.arg.int({ description: 'At most this many from the end; 100 at most.' }),
      before: t.arg.string({ description: 'Only what comes before this cursor.' }),
      filter: t.arg({ type: OrderFilterInput, description: 'Which orders; all when left out.' }),
      orderBy: t.arg({
        type: OrderOrderInput,
        description: 'In which order; by PLACED_AT, DESC when left out.',
      }),
    },
    resolve: (_root, { filter, orderBy, ...page }, context) =>
      connection(context, {
        name: 'orders',
        reader: context.services.reads.orders,
        page,
        filter: filterOf(filter ?? {}),
        orderBy: orderBy?.field ?? 'PLACED_AT',
        direction: orderBy?.direction ?? 'DESC',
      }),
  }),
}))
