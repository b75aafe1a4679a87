import * as z from 'zod'
import { ORDER_LINES_MAX } from '../domain/order/command.ts'
import { FULFILMENT_MODES } from '../domain/order/events.ts'
import { answer } from './answer.ts'
import { builder } from './builder.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import {
  address,
  commandFields,
  currency,
  customerId,
  optionalText,
  orderId,
  readInput,
  text,
} from './input.ts'
import { PlaceOrderInput } from './order-input.ts'
import { answeringOrder } from './order-preview.ts'
import { PlaceOrderResult } from './order-result.ts'
import { givenLine, optionalAmount, optionalDecimal, wantedLine } from './order-wanted-line.ts'

const placeOrder = z.object({
  ...commandFields,
  id: orderId.nullable().default(null),
  reference: optionalText(100),
  customerId,
  currencyCode: currency,
  lines: z
    .array(givenLine)
    .min(1, 'must have at least one line')
    .max(ORDER_LINES_MAX, `must have at most ${ORDER_LINES_MAX} lines`),
  shippingFee: optionalDecimal,
  tax: optionalDecimal,
  shipTo: address.nullable().default(null),
  fulfilment: z
    .enum(FULFILMENT_MODES)
    .nullish()
    .transform((value) => value ?? 'MANUAL'),
  payment: z
    .object({ token: text(200) })
    .nullable()
    .default(null),
})

const place = async (context: GraphqlContext, input: Readonly<Record<string, unknown>>) => {
  const wanted = readInput(placeOrder, input)
  const amount = optionalAmount(wanted.currencyCode)
  const lines = wanted.lines.map((line, index) =>
    wantedLine(line, amount, ['input', 'lines', String(index)]),
  )
  const command = {
    type: 'PlaceOrder' as const,
    ...timing(context, wanted.occurredAt),
    orderId: wanted.id ?? readInput(orderId, `order-${context.services.uuid()}`),
    reference: wanted.reference,
    customerId: wanted.customerId,
    fulfilment: wanted.fulfilment,
    currency: wanted.currencyCode,
    lines,
    shippingFee: amount(wanted.shippingFee, ['input', 'shippingFee']),
    tax: amount(wanted.tax, ['input', 'tax']),
    shipTo: wanted.shipTo,
    payment: wanted.payment,
  }
  // What is meant when it is left out is not told apart from it: a retry may spell it out.
  const said = { ...input, fulfilment: wanted.fulfilment === 'MANUAL' ? null : wanted.fulfilment }
  const request = commandRequest(context, { ...wanted, mutation: 'placeOrder', input: said })
  const options = { request, fresh: wanted.id === null }
  return await answer(context, answeringOrder, { command, options, dryRun: wanted.dryRun })
}

builder.mutationField('placeOrder', (t) =>
  t.field({
    type: PlaceOrderResult,
    nullable: true,
    description:
      "Places an order at the products' present prices. Names, prices and the delivery address are kept as they are now, whatever changes later.",
    args: {
      input: t.arg({ type: PlaceOrderInput, required: true, description: 'What is ordered.' }),
    },
    resolve: (_root, { input }, context) => place(context, { ...input }),
  }),
)
