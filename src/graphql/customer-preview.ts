import type { CustomerCommand } from '../domain/customer/command.ts'
import type { CustomerEvent } from '../domain/customer/events.ts'
import { projectCustomer } from '../read-model/customers.ts'
import type { Answering } from './answer.ts'
import { below } from './below.ts'
import { builder } from './builder.ts'
import { CustomerFields, type CustomerShape } from './customer-fields.ts'
import { imagined, previewType } from './preview.ts'

// Without an id of its own: a cache must not take it for the customer as they are.
const CustomerSnapshot = builder.objectRef<CustomerShape>('CustomerSnapshot').implement({
  description: 'A customer as they would be after a command.',
  interfaces: [CustomerFields],
  fields: (t) => ({
    customerId: t.id({ description: 'The customer it shows.', resolve: ({ id }) => id }),
  }),
})

export const CustomerPreview = previewType('CustomerPreview', {
  snapshot: CustomerSnapshot,
  it: 'customer',
  told: 'the types of the events, as in `eventLog`',
})

export const answeringCustomer: Answering<
  CustomerCommand,
  CustomerEvent,
  'CustomerAccepted',
  'CustomerPreview'
> = {
  accepted: 'CustomerAccepted',
  preview: 'CustomerPreview',
  handle: (commands, command, options) => commands.customer(command, options),
  dry: (commands, command, options) => commands.dry.customer(command, options),
  snapshot: (dry, { command: { customerId }, mark }): CustomerShape => ({
    ...imagined(dry, (row: Parameters<typeof projectCustomer>[0], event) =>
      projectCustomer(row, customerId, event),
    ),
    partsOf: below(customerId, mark),
  }),
}
