import * as z from 'zod'
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
import { ForgetCustomerResult } from './customer-result.ts'
import { commandFields, customerId, readInput } from './input.ts'

const forgetCustomer = z.object({ ...commandFields, customerId })

const forget = (context: GraphqlContext, input: Readonly<Record<string, unknown>>) => {
  const wanted = readInput(forgetCustomer, input)
  const request = commandRequest(context, { ...wanted, mutation: 'forgetCustomer', input })
  const of = { ...timing(context, wanted.occurredAt), customerId: wanted.customerId }
  return answer(context, answeringCustomer, {
    command: { ...of, type: 'ForgetCustomer' },
    options: { request, fresh: false },
    dryRun: wanted.dryRun,
  })
}

const ForgetCustomerInput = builder.inputType('ForgetCustomerInput', {
  description: 'Who is to be forgotten.',
  fields: (t) => ({
    commandId: commandIdField(t),
    customerId: t.id({ required: true, description: 'Which customer.' }),
    expectedVersion: expectedVersionField(t),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
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
