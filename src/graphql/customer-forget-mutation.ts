import * as z from 'zod'
import { outcome } from './accepted.ts'
import { builder } from './builder.ts'
import { commandIdField, expectedVersionField, occurredAtField } from './command-input.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { ForgetCustomerResult } from './customer-result.ts'
import { commandFields, customerId, readInput } from './input.ts'

const forgetCustomer = z.object({ ...commandFields, customerId })

const forget = (context: GraphqlContext, input: Readonly<Record<string, unknown>>) => {
  const wanted = readInput(forgetCustomer, input)
  const request = commandRequest(context, { ...wanted, mutation: 'forgetCustomer', input })
  const of = { ...timing(context, wanted.occurredAt), customerId: wanted.customerId }
  return outcome(context, 'CustomerAccepted', {
    request,
    handle: () =>
      context.services.commands.customer(
        { ...of, type: 'ForgetCustomer' },
        { request, fresh: false },
      ),
  })
}

const ForgetCustomerInput = builder.inputType('ForgetCustomerInput', {
  description: 'Who is to be forgotten.',
  fields: (t) => ({
    commandId: commandIdField(t),
    customerId: t.id({ required: true, description: 'Which customer.' }),
    expectedVersion: expectedVersionField(t),
    occurredAt: occurredAtField(t),
  }),
})

builder.mutationField('forgetCustomer', (t) =>
  t.field({
    type: ForgetCustomerResult,
    nullable: true,
    description:
      'Makes everything personal of a customer unreadable for good, in the log and in what is read from it. Their orders stay, without a name. Cannot be undone; after an error send the same `commandId` again until it is answered.',
    args: {
      input: t.arg({
        type: ForgetCustomerInput,
        required: true,
        description: 'Who is to be forgotten.',
      }),
    },
    resolve: (_root, { input }, context) => forget(context, { ...input }),
  }),
)
