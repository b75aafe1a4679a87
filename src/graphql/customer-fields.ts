import type { CustomerRow } from '../read-model/customers.ts'
import { AddressType } from './address.ts'
import { builder } from './builder.ts'

export const CustomerFields = builder.interfaceRef<CustomerRow>('CustomerFields').implement({
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
      description: 'Where orders are shipped to unless they say otherwise.',
      resolve: ({ address }) => address,
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
