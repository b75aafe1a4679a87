import * as z from 'zod'
import type { CommandRequest } from '../command/command-request.ts'
import type { AddressCommand } from '../domain/customer/command.ts'
import { AddressInput } from './address.ts'
import { answer } from './answer.ts'
import { builder } from './builder.ts'
import {
  commandIdField,
  dryRunField,
  expectedVersionField,
  occurredAtField,
} from './command-input.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { answeringCustomer } from './customer-preview.ts'
import {
  AddCustomerAddressResult,
  PreferCustomerAddressResult,
  RemoveCustomerAddressResult,
} from './customer-result.ts'
import { address, commandFields, customerId, numberOf, partId, readInput } from './input.ts'

const onCustomer = { ...commandFields, customerId }
const addCustomerAddress = z.object({
  ...onCustomer,
  address,
  preferred: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
})
const removeCustomerAddress = z.object({ ...onCustomer, addressId: partId('address') })
const preferCustomerAddress = z.object({ ...onCustomer, addressId: partId('address').nullish() })

type Input = Readonly<Record<string, unknown>>

const ADDRESS = ['input', 'addressId']

interface Given {
  readonly dryRun: boolean
  readonly request: CommandRequest
}

const given = (context: GraphqlContext, command: AddressCommand, { dryRun, request }: Given) =>
  answer(context, answeringCustomer, { command, options: { request, fresh: false }, dryRun })

const add = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(addCustomerAddress, input)
  const of = { ...timing(context, wanted.occurredAt), customerId: wanted.customerId }
  const request = commandRequest(context, { ...wanted, mutation: 'addCustomerAddress', input })
  return given(
    context,
    { ...of, type: 'AddCustomerAddress', address: wanted.address, preferred: wanted.preferred },
    { ...wanted, request },
  )
}

const remove = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(removeCustomerAddress, input)
  const of = { ...timing(context, wanted.occurredAt), customerId: wanted.customerId }
  const request = commandRequest(context, { ...wanted, mutation: 'removeCustomerAddress', input })
  const gone = numberOf(wanted.addressId, wanted.customerId, ADDRESS)
  return given(
    context,
    { ...of, type: 'RemoveCustomerAddress', address: gone },
    { ...wanted, request },
  )
}

const prefer = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(preferCustomerAddress, input)
  const of = { ...timing(context, wanted.occurredAt), customerId: wanted.customerId }
  const request = commandRequest(context, { ...wanted, mutation: 'preferCustomerAddress', input })
  const { addressId } = wanted
  const preferred = addressId == null ? null : numberOf(addressId, wanted.customerId, ADDRESS)
  return given(
    context,
    { ...of, type: 'PreferCustomerAddress', address: preferred },
    { ...wanted, request },
  )
}

const AddCustomerAddressInput = builder.inputType('AddCustomerAddressInput', {
  description: "An address for a customer's book.",
  fields: (t) => ({
    commandId: commandIdField(t),
    customerId: t.id({ required: true, description: 'Which customer.' }),
    expectedVersion: expectedVersionField(t),
    address: t.field({ type: AddressInput, required: true, description: 'The address.' }),
    preferred: t.boolean({
      description: 'Whether to ship there from now on; no when left out.',
    }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

const RemoveCustomerAddressInput = builder.inputType('RemoveCustomerAddressInput', {
  description: 'Which address to drop.',
  fields: (t) => ({
    commandId: commandIdField(t),
    customerId: t.id({ required: true, description: 'Which customer.' }),
    expectedVersion: expectedVersionField(t),
    addressId: t.id({
      required: true,
      description: 'Which address, `<customer id>/address/<number>`.',
    }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

const PreferCustomerAddressInput = builder.inputType('PreferCustomerAddressInput', {
  description: 'Where to ship to from now on.',
  fields: (t) => ({
    commandId: commandIdField(t),
    customerId: t.id({ required: true, description: 'Which customer.' }),
    expectedVersion: expectedVersionField(t),
    addressId: t.id({
      description:
        'Which address, `<customer id>/address/<number>`; that of the profile when left out.',
    }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

builder.mutationFields((t) => ({
  addCustomerAddress: t.field({
    type: AddCustomerAddressResult,
    nullable: true,
    description: "Adds an address to a customer's book, where it gets the next number.",
    args: {
      input: t.arg({
        type: AddCustomerAddressInput,
        required: true,
        description: 'The address.',
      }),
    },
    resolve: (_root, { input }, context) => add(context, { ...input }),
  }),
  removeCustomerAddress: t.field({
    type: RemoveCustomerAddressResult,
    nullable: true,
    description: "Drops an address from a customer's book. Orders already placed keep it.",
    args: {
      input: t.arg({
        type: RemoveCustomerAddressInput,
        required: true,
        description: 'Which address.',
      }),
    },
    resolve: (_root, { input }, context) => remove(context, { ...input }),
  }),
  preferCustomerAddress: t.field({
    type: PreferCustomerAddressResult,
    nullable: true,
    description: 'Says where orders of a customer are shipped to when nobody says otherwise.',
    args: {
      input: t.arg({
        type: PreferCustomerAddressInput,
        required: true,
        description: 'Which address.',
      }),
    },
    resolve: (_root, { input }, context) => prefer(context, { ...input }),
  }),
}))
