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
