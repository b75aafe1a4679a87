import { parseCustomerId } from '../domain/identity.ts'
import { builder } from './builder.ts'
import { connection } from './connection.ts'
import { connectionType } from './connection-type.ts'
import { CustomerType } from './customer.ts'
import { clientError } from './error-code.ts'
import { readInput, text } from './input.ts'
import { OrderDirection } from './order-query.ts'
import { touches } from './touches.ts'

const CustomerConnection = connectionType('Customer', CustomerType, 'customers')

const CustomerFilterInput = builder.inputType('CustomerFilter', {
  description: 'Which customers to list: those that meet everything given.',
  fields: (t) => ({
    reference: t.string({ description: 'Only with exactly this reference.' }),
    nameBegins: t.string({
      description: 'Only whose name begins so, whatever its case and accents.',
    }),
  }),
})

builder.queryFields((t) => ({
  customer: t.field({
    type: CustomerType,
    nullable: true,
    description: 'The customer with this id; null if there is none.',
    extensions: touches('customers'),
    args: { id: t.arg.id({ required: true, description: "The customer's id." }) },
    resolve: async (_root, { id }, { state }) => {
      if (parseCustomerId(id) === undefined)
        throw clientError(
          'NOT_FOUND',
          'There is no customer with this id: it is not the id of a customer.',
        )
      return (await state.loaders.customers.load(id)) ?? null
    },
  }),
  customers: t.field({
    type: CustomerConnection,
    description: 'Customers by name; at most 100 a page.',
    extensions: touches('customers'),
    args: {
      first: t.arg.int({
        description: 'At most this many from the start; 20 when left out, 100 at most.',
      }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
      last: t.arg.int({ description: 'At most this many from the end; 100 at most.' }),
      before: t.arg.string({ description: 'Only what comes before this cursor.' }),
      filter: t.arg({
        type: CustomerFilterInput,
        description: 'Which customers; all when left out.',
      }),
      direction: t.arg({
        type: OrderDirection,
        description: 'Which way by name; ASC when left out.',
      }),
    },
    resolve: (_root, { filter, direction, ...page }, context) =>
      connection(context, {
        name: 'customers',
        reader: context.services.reads.customers,
        page,
        filter: {
          reference:
            filter?.reference == null
              ? undefined
              : readInput(text(100), filter.reference, ['filter', 'reference']),
          nameBegins:
            filter?.nameBegins == null
              ? undefined
              : readInput(text(200), filter.nameBegins, ['filter', 'nameBegins']),
        },
        orderBy: 'NAME',
        direction: direction ?? 'ASC',
      }),
  }),
}))
