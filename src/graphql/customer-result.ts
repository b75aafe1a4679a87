import { typenameOf, type Accepted } from './accepted.ts'
import { builder } from './builder.ts'
import {
  CommandIdReused,
  NothingToChange,
  OccurredTooEarly,
  VersionConflict,
} from './command-refusals.ts'
import { CustomerPreview } from './customer-preview.ts'
import {
  AddressBookFull,
  AddressUnknown,
  CustomerAlreadyRegistered,
  CustomerForgotten,
  CustomerUnknown,
} from './customer-refusals.ts'
import { CustomerType } from './customer.ts'
import { touches } from './touches.ts'
import { waitForOwnWrite } from './wait-for.ts'

export const CustomerAccepted = builder
  .objectRef<Accepted<'CustomerAccepted'>>('CustomerAccepted')
  .implement({
    description: 'The command took effect, durably.',
    fields: (t) => ({
      commandId: t.exposeID('commandId', {
        description: 'The id it took effect under; sending it again does nothing more.',
      }),
      customerId: t.id({ description: 'The customer.', resolve: ({ receipt }) => receipt.stream }),
      position: t.field({
        type: 'Position',
        description:
          'Where it stands in the log. Demand it with `@readAfter` and what you read includes it.',
        resolve: ({ receipt }, _arguments, { services }) =>
          services.positions.token(receipt.position),
      }),
      version: t.int({
        description: "The customer's version after it.",
        resolve: ({ receipt }) => receipt.version,
      }),
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether this is the answer to an earlier command with the same id.',
      }),
      customer: t.field({
        type: CustomerType,
        nullable: true,
        description:
          'The customer, read after this very command or later. Null with an error `PROJECTION_BEHIND` if it cannot be shown in time, or `STREAM_PARKED` if it cannot be shown at all yet; the command stands all the same. Not selecting it costs nothing.',
        extensions: touches('customers'),
        resolve: async ({ receipt }, _arguments, context) => {
          await waitForOwnWrite(context, 'customers', receipt.position)
          return (await context.state.loaders.customers.load(receipt.stream)) ?? null
        },
      }),
    }),
  })

export const RegisterCustomerResult = builder.unionType('RegisterCustomerResult', {
  description: 'What became of `registerCustomer`.',
  types: [
    CustomerAccepted,
    CustomerPreview,
    CustomerAlreadyRegistered,
    CustomerForgotten,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const ForgetCustomerResult = builder.unionType('ForgetCustomerResult', {
  description: 'What became of `forgetCustomer`.',
  types: [
    CustomerAccepted,
    CustomerPreview,
    CustomerUnknown,
    CustomerForgotten,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const UpdateCustomerProfileResult = builder.unionType('UpdateCustomerProfileResult', {
  description: 'What became of `updateCustomerProfile`.',
  types: [
    CustomerAccepted,
    CustomerPreview,
    CustomerUnknown,
    CustomerForgotten,
    NothingToChange,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const AddCustomerAddressResult = builder.unionType('AddCustomerAddressResult', {
  description: 'What became of `addCustomerAddress`.',
  types: [
    CustomerAccepted,
    CustomerPreview,
    CustomerUnknown,
    CustomerForgotten,
    AddressBookFull,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const RemoveCustomerAddressResult = builder.unionType('RemoveCustomerAddressResult', {
  description: 'What became of `removeCustomerAddress`.',
  types: [
    CustomerAccepted,
    CustomerPreview,
    CustomerUnknown,
    CustomerForgotten,
    AddressUnknown,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const PreferCustomerAddressResult = builder.unionType('PreferCustomerAddressResult', {
  description: 'What became of `preferCustomerAddress`.',
  types: [
    CustomerAccepted,
    CustomerPreview,
    CustomerUnknown,
    CustomerForgotten,
    AddressUnknown,
    NothingToChange,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})
