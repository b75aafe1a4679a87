import * as z from 'zod'
import type { CommandOptions } from '../command/commands.ts'
import type { CustomerCommand } from '../domain/customer/command.ts'
import { outcome } from './accepted.ts'
import { AddressInput } from './address.ts'
import { builder } from './builder.ts'
import { commandIdField, expectedVersionField, occurredAtField } from './command-input.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { RegisterCustomerResult, UpdateCustomerProfileResult } from './customer-result.ts'
import {
  address,
  commandFields,
  customerId,
  email,
  optionalText,
  readInput,
  text,
} from './input.ts'

const orNull = <Value>(value: Value | null | undefined): Value | null => value ?? null

const registerCustomer = z.object({
  ...commandFields,
  id: customerId.nullish().transform(orNull),
  reference: optionalText(100),
  name: text(200),
  contact: optionalText(200),
  email: email.nullish().transform(orNull),
  phone: optionalText(50),
  address: address.nullish().transform(orNull),
})

// Left out is left as it is; null clears.
const updateCustomerProfile = z.object({
  ...commandFields,
  customerId,
  name: text(200).optional(),
  contact: text(200).nullable().optional(),
  email: email.nullable().optional(),
  phone: text(50).nullable().optional(),
  address: address.nullable().optional(),
})

type Input = Readonly<Record<string, unknown>>

const handle = (context: GraphqlContext, command: CustomerCommand, options: CommandOptions) =>
  outcome(context, 'CustomerAccepted', {
    request: options.request,
    fields: command.type === 'RegisterCustomer' ? { CustomerForgotten: 'id' } : {},
    handle: () => context.services.commands.customer(command, options),
  })

const register = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(registerCustomer, input)
  const { id, reference, occurredAt } = wanted
  return handle(
    context,
    {
      type: 'RegisterCustomer',
      ...timing(context, occurredAt),
      customerId: id ?? readInput(customerId, `customer-${context.services.uuid()}`),
      reference,
      profile: {
        name: wanted.name,
        contact: wanted.contact,
        email: wanted.email,
        phone: wanted.phone,
        address: wanted.address,
      },
    },
    {
      request: commandRequest(context, { ...wanted, mutation: 'registerCustomer', input }),
      fresh: id === null,
    },
  )
}

const update = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(updateCustomerProfile, input)
  const { name, contact, email: mail, phone, address: home } = wanted
  return handle(
    context,
    {
      type: 'UpdateCustomerProfile',
      ...timing(context, wanted.occurredAt),
      customerId: wanted.customerId,
      changes: { name, contact, email: mail, phone, address: home },
    },
    {
      request: commandRequest(context, {
        ...wanted,
        mutation: 'updateCustomerProfile',
        input,
        nulls: 'KEPT',
      }),
      fresh: false,
    },
  )
}

const RegisterCustomerInput = builder.inputType('RegisterCustomerInput', {
  description: 'Somebody who will order.',
  fields: (t) => ({
    commandId: commandIdField(t),
    id: t.id({
      description: "An id of the client's own making: `customer-` and a UUID in lower case.",
    }),
    reference: t.string({
      description:
        "The caller's own number for the customer. At most 100 characters; not for personal data.",
    }),
    name: t.string({
      required: true,
      description: 'The person or company. At most 200 characters.',
    }),
    contact: t.string({ description: 'The person to speak to. At most 200 characters.' }),
    email: t.string({ description: 'Where to write to. At most 254 characters.' }),
    phone: t.string({ description: 'Where to call. At most 50 characters.' }),
    address: t.field({ type: AddressInput, description: 'Where orders are shipped to.' }),
    occurredAt: occurredAtField(t),
  }),
})

const UpdateCustomerProfileInput = builder.inputType('UpdateCustomerProfileInput', {
  description: 'What changes about a customer. A field left out stays as it is; null clears it.',
  fields: (t) => ({
    commandId: commandIdField(t),
    customerId: t.id({ required: true, description: 'Which customer.' }),
    expectedVersion: expectedVersionField(t),
    name: t.string({
      description: 'The person or company; cannot be cleared. At most 200 characters.',
    }),
    contact: t.string({ description: 'The person to speak to. At most 200 characters.' }),
    email: t.string({ description: 'Where to write to. At most 254 characters.' }),
    phone: t.string({ description: 'Where to call. At most 50 characters.' }),
    address: t.field({ type: AddressInput, description: 'Where orders are shipped to.' }),
    occurredAt: occurredAtField(t),
  }),
})

builder.mutationFields((t) => ({
  registerCustomer: t.field({
    type: RegisterCustomerResult,
    nullable: true,
    description: 'Adds a customer. What is personal is kept encrypted under a key of their own.',
    args: {
      input: t.arg({ type: RegisterCustomerInput, required: true, description: 'The customer.' }),
    },
    resolve: (_root, { input }, context) => register(context, { ...input }),
  }),
  updateCustomerProfile: t.field({
    type: UpdateCustomerProfileResult,
    nullable: true,
    description:
      'Changes what is known of a customer. Orders already placed keep what was true then.',
    args: {
      input: t.arg({
        type: UpdateCustomerProfileInput,
        required: true,
        description: 'The changes.',
      }),
    },
    resolve: (_root, { input }, context) => update(context, { ...input }),
  }),
}))
