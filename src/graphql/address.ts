import type { Address } from '../domain/address.ts'
import { builder } from './builder.ts'

export const AddressType = builder.objectRef<Address>('Address').implement({
  description: 'A postal address.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'Whom or what to ask for there, when it is not the customer.',
    }),
    street: t.exposeString('street', {
      description: 'Street and number, or what stands for them.',
    }),
    city: t.exposeString('city', { description: 'City or place.' }),
    region: t.exposeString('region', { nullable: true, description: 'State, province or region.' }),
    postalCode: t.exposeString('postalCode', { nullable: true, description: 'Postal code.' }),
    country: t.exposeString('country', { description: 'Country, as given.' }),
  }),
})

export const AddressInput = builder.inputType('AddressInput', {
  description: 'A postal address.',
  fields: (t) => ({
    name: t.string({
      description:
        'Whom or what to ask for there, when it is not the customer. At most 200 characters.',
    }),
    street: t.string({
      required: true,
      description: 'Street and number, or what stands for them. At most 200 characters.',
    }),
    city: t.string({ required: true, description: 'City or place. At most 100 characters.' }),
    region: t.string({ description: 'State, province or region. At most 100 characters.' }),
    postalCode: t.string({ description: 'Postal code. At most 20 characters.' }),
    country: t.string({
      required: true,
      description: 'Country, as it should be shown. At most 100 characters.',
    }),
  }),
})
