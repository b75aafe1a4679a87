import * as z from 'zod'
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

const registerCustomer = z.object({
  ...commandFields,
  id: customerId.nullable().default(null),
  reference: optionalText(100),
  name: text(200),
  contact: optionalText(200),
  email: email.nullable().default(null),
  phone: optionalText(50),
  address: address.nullable().default(null),
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

const register = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(registerCustomer, input)
  const { id, reference, occurredAt, dryRun } = wanted
  const { name, contact, email: mail, phone, address: home } = wanted
  const request = commandRequest(context, { ...wanted, mutation: 'registerCustomer', input })
  return answer(context, answeringCustomer, {
    command: {
      type: 'RegisterCustomer',
      ...timing(context, occurredAt),
      customerId: id ?? readInput(customerId, `customer-${context.services.uuid()}`),
      reference,
      profile: { name, contact, email: mail, phone, address: home },
    },
    options: { request, fresh: id === null },
    dryRun,
    fields: { CustomerForgotten: 'id' },
  })
}

const update = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(updateCustomerProfile, input)
  const { name, contact, email: mail, phone, address: home } = wanted
  const said = { ...wanted, mutation: 'updateCustomerProfile', input, nulls: 'KEPT' } as const
  const of = { ...timing(context, wanted.occurredAt), customerId: wanted.customerId }
  const changes = { name, contact, email: mail, phone, address: home }
  return answer(context, answeringCustomer, {
    command: { ...of, type: 'UpdateCustomerProfile', changes },
    options: { request: commandRequest(context, said), fresh: false },
    dryRun: wanted.dryRun,
  })
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
    dryRun: dryRunField(t),
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
    dryRun: dryRunField(t),
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
