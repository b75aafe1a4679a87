import type { CustomerId } from '../domain/identity.ts'
import type { BookedAddress, CustomerRow } from '../read-model/customers.ts'
import { AddressType } from './address.ts'
import { builder } from './builder.ts'

/** A customer on their way out: as they are, or as they would be. */
export type CustomerShape = CustomerRow & {
  /** What the ids of their parts hang below, where it is not the customer as they are. */
  readonly partsOf?: CustomerId
}

interface AddressShape {
  readonly id: string
  readonly booked: BookedAddress
  readonly preferred: boolean
}

const CustomerAddressType = builder.objectRef<AddressShape>('CustomerAddress').implement({
  description: "An address in a customer's book.",
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id, `<customer id>/address/<number>`.' }),
    number: t.int({
      description: 'Its number in the book, counted from 1; none is given twice.',
      resolve: ({ booked }) => booked.address,
    }),
    address: t.field({
      type: AddressType,
      description: 'The address.',
      resolve: ({ booked }) => booked.details,
    }),
    preferred: t.exposeBoolean('preferred', {
      description: 'Whether orders are shipped there unless they say otherwise.',
    }),
  }),
})

export const CustomerFields = builder.interfaceRef<CustomerShape>('CustomerFields').implement({
  description: 'What a customer shows, as they are now and as they would be.',
  fields: (t) => ({
    reference: t.exposeString('reference', {
      nullable: true,
      description: "The caller's own number for the customer.",
    }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The person or company; null once they have been forgotten.',
    }),
    contact: t.exposeString('contact', {
      nullable: true,
      description: 'The person to speak to.',
    }),
    email: t.exposeString('email', { nullable: true, description: 'Where to write to.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Where to call.' }),
    address: t.field({
      type: AddressType,
      nullable: true,
      description:
        'Where orders are shipped to unless they say otherwise, or one of `addresses` is preferred.',
      resolve: ({ address }) => address,
    }),
    addresses: t.field({
      type: [CustomerAddressType],
      description: 'The address book, oldest first; at most 50.',
      resolve: ({ id, partsOf, addresses, preferredAddress }) =>
        addresses.map((booked) => ({
          id: `${partsOf ?? id}/address/${booked.address}`,
          booked,
          preferred: booked.address === preferredAddress,
        })),
    }),
    forgotten: t.exposeBoolean('forgotten', {
      description:
        'Whether the customer asked to be forgotten; their personal fields are then null.',
    }),
    registeredAt: t.field({
      type: 'DateTime',
      description: 'When they were registered.',
      resolve: ({ registeredAt }) => registeredAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the last change happened.',
      resolve: ({ updatedAt }) => updatedAt,
    }),
    version: t.exposeInt('version', {
      description:
        'How many changes there have been. Send it as `expectedVersion` to change only what you have seen.',
    }),
    position: t.field({
      type: 'Position',
      description: 'Where the last change stands in the log.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
  }),
})
