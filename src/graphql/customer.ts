import type { CustomerRow } from '../read-model/customers.ts'
import { builder } from './builder.ts'
import { CustomerFields } from './customer-fields.ts'
import { NodeInterface } from './node.ts'

export const CustomerType = builder.objectRef<CustomerRow>('Customer').implement({
  description:
    'Somebody who orders, as they are now. Names and references are not unique: only ids are.',
  interfaces: [NodeInterface, CustomerFields],
  isTypeOf: (value) => (value as CustomerRow).id.startsWith('customer-'),
})
