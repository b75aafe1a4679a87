import * as z from 'zod'
import type { CommandRequest } from '../command/command-request.ts'
import type { StockCommand } from '../domain/product/command.ts'
import { ADJUSTMENT_REASONS, type AdjustmentReason } from '../domain/product/events.ts'
import { outcome } from './accepted.ts'
import { builder } from './builder.ts'
import { commandIdField, expectedVersionField, occurredAtField } from './command-input.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { commandFields, optionalText, productId, readInput } from './input.ts'
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

const handle = (context: GraphqlContext, command: StockCommand, request: CommandRequest) =>
  outcome(context, 'ProductAccepted', {
    request,
    fields: { StockShort: 'delta' },
    handle: () => context.services.commands.product(command, { request, fresh: false }),
  })

const receive = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(receiveStock, input)
  const of = { ...timing(context, wanted.occurredAt), productId: wanted.productId }
  return handle(
    context,
    { ...of, type: 'ReceiveStock', quantity: wanted.quantity, note: wanted.note },
    commandRequest(context, { ...wanted, mutation: 'receiveStock', input }),
  )
}

const adjust = (context: GraphqlContext, input: Input) => {
  const wanted = readInput(adjustStock, input)
  const { delta, reason, note } = wanted
  const of = { ...timing(context, wanted.occurredAt), productId: wanted.productId }
  return handle(
    context,
    { ...of, type: 'AdjustStock', delta, reason, note },
    commandRequest(context, { ...wanted, mutation: 'adjustStock', input }),
  )
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
