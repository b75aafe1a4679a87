import * as z from 'zod'
import { ADJUSTMENT_REASONS, type AdjustmentReason } from '../domain/product/events.ts'
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
import { commandFields, optionalText, productId, readInput } from './input.ts'
import { answeringProduct } from './product-preview.ts'
import { AdjustStockResult, ReceiveStockResult } from './product-result.ts'

// So many steps of this size still count exactly.
const STOCK_STEP_MAX = 1_000_000_000

const receiveStock = z.object({
  ...commandFields,
  productId,
  quantity: z
    .int()
    .min(1, 'must be 1 or more')
    .max(STOCK_STEP_MAX, `must be at most ${STOCK_STEP_MAX}`),
  note: optionalText(500),
})

const adjustStock = z.object({
  ...commandFields,
  productId,
  delta: z
    .int()
    .min(-STOCK_STEP_MAX, `must be at least -${STOCK_STEP_MAX}`)
    .max(STOCK_STEP_MAX, `must be at most ${STOCK_STEP_MAX}`)
    .refine((delta) => delta !== 0, 'must not be 0'),
  reason: z.enum(ADJUSTMENT_REASONS),
  note: optionalText(500),
})

type Input = Readonly<Record<string, unknown>>

const fields = { StockShort: 'delta' } as const

const receive = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(receiveStock, input)
  const { quantity, note, dryRun } = wanted
  const of = { ...timing(context, wanted.occurredAt), productId: wanted.productId }
  const request = commandRequest(context, { ...wanted, mutation: 'receiveStock', input })
  return answer(context, answeringProduct, {
    command: { ...of, type: 'ReceiveStock', quantity, note },
    options: { request, fresh: false },
    dryRun,
    fields,
  })
}

const adjust = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(adjustStock, input)
  const { delta, reason, note, dryRun } = wanted
  const of = { ...timing(context, wanted.occurredAt), productId: wanted.productId }
  const request = commandRequest(context, { ...wanted, mutation: 'adjustStock', input })
  return answer(context, answeringProduct, {
    command: { ...of, type: 'AdjustStock', delta, reason, note },
    options: { request, fresh: false },
    dryRun,
    fields,
  })
}

const MEANINGS: Readonly<Record<AdjustmentReason, string>> = {
  COUNTED: 'They were counted.',
  DAMAGED: 'Some can no longer be sold.',
  LOST: 'Some are gone.',
  FOUND: 'Some turned up.',
  OTHER: 'Something else; see the note.',
}

const AdjustmentReasonEnum = builder.enumType('AdjustmentReason', {
  description: 'Why there are more of a product, or fewer, than the books said.',
  values: Object.fromEntries(
    ADJUSTMENT_REASONS.map((value) => [value, { value, description: MEANINGS[value] }]),
  ),
})

const ReceiveStockInput = builder.inputType('ReceiveStockInput', {
  description: 'What came in.',
  fields: (t) => ({
    commandId: commandIdField(t),
    productId: t.id({ required: true, description: 'Which product.' }),
    expectedVersion: expectedVersionField(t),
    quantity: t.int({ required: true, description: 'How many, from 1 to 1,000,000,000.' }),
    note: t.string({ description: 'A remark. At most 500 characters; not for personal data.' }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

const AdjustStockInput = builder.inputType('AdjustStockInput', {
  description: 'How far the books are off.',
  fields: (t) => ({
    commandId: commandIdField(t),
    productId: t.id({ required: true, description: 'Which product.' }),
    expectedVersion: expectedVersionField(t),
    delta: t.int({
      required: true,
      description: 'How many more there are than the books said, or fewer if below 0; not 0.',
    }),
    reason: t.field({ type: AdjustmentReasonEnum, required: true, description: 'Why.' }),
    note: t.string({ description: 'A remark. At most 500 characters; not for personal data.' }),
    occurredAt: occurredAtField(t),
    dryRun: dryRunField(t),
  }),
})

builder.mutationFields((t) => ({
  receiveStock: t.field({
    type: ReceiveStockResult,
    nullable: true,
    description: 'Records that some of a product came in.',
    args: { input: t.arg({ type: ReceiveStockInput, required: true, description: 'What came.' }) },
    resolve: (_root, { input }, context) => receive(context, { ...input }),
  }),
  adjustStock: t.field({
    type: AdjustStockResult,
    nullable: true,
    description:
      'Puts the books right where there are more of a product, or fewer. What is set aside for orders cannot be taken away.',
    args: {
      input: t.arg({ type: AdjustStockInput, required: true, description: 'How far off.' }),
    },
    resolve: (_root, { input }, context) => adjust(context, { ...input }),
  }),
}))
