import { described, fact, refusalRef } from './refusal-type.ts'

const customerId = 'The customer it is about.'

export const CustomerUnknown = refusalRef('CustomerUnknown').implement({
  ...described('CustomerUnknown'),
  fields: (t) => ({
    customerId: t.id({
      description: customerId,
      resolve: fact('CustomerUnknown', (refusal) => refusal.customerId),
    }),
  }),
})

export const CustomerAlreadyRegistered = refusalRef('CustomerAlreadyRegistered').implement({
  ...described('CustomerAlreadyRegistered'),
  fields: (t) => ({
    customerId: t.id({
      description: customerId,
      resolve: fact('CustomerAlreadyRegistered', (refusal) => refusal.customerId),
    }),
  }),
})

export const CustomerForgotten = refusalRef('CustomerForgotten').implement({
  ...described('CustomerForgotten'),
  fields: (t) => ({
    customerId: t.id({
      description: customerId,
      resolve: fact('CustomerForgotten', (refusal) => refusal.customerId),
    }),
  }),
})

export const AddressUnknown = refusalRef('AddressUnknown').implement({
  ...described('AddressUnknown'),
  fields: (t) => ({
    customerId: t.id({
      description: customerId,
      resolve: fact('AddressUnknown', (refusal) => refusal.customerId),
    }),
    addressNumber: t.int({
      description: 'The number of the address that was named.',
      resolve: fact('AddressUnknown', (refusal) => refusal.address),
    }),
  }),
})

export const AddressBookFull = refusalRef('AddressBookFull').implement({
  ...described('AddressBookFull'),
  fields: (t) => ({
    customerId: t.id({
      description: customerId,
      resolve: fact('AddressBookFull', (refusal) => refusal.customerId),
    }),
    max: t.int({
      description: 'How many there may be.',
      resolve: fact('AddressBookFull', (refusal) => refusal.limit),
    }),
  }),
})
