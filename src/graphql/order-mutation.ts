import * as z from 'zod'
import { ORDER_LINES_MAX, QUANTITY_MAX, type Discount } from '../domain/order/command.ts'
import { CANCELLATION_REASONS, FULFILMENT_MODES } from '../domain/order/events.ts'
import type { CurrencyCode } from '../domain/currency.ts'
import { outcome } from './accepted.ts'
import { builder } from './builder.ts'
import { commandRequest, timing } from './command-request.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import {
  address,
  amountIn,
  commandFields,
  currency,
  customerId,
  decimal,
  discountRate,
  optionalText,
  orderId,
  productId,
  readInput,
} from './input.ts'
import {
  CancelOrderInput,
  ConfirmOrderInput,
  DeliverOrderInput,
  PlaceOrderInput,
  ShipOrderInput,
} from './order-input.ts'
import {
  CancelOrderResult,
  ConfirmOrderResult,
  DeliverOrderResult,
  PlaceOrderResult,
  ShipOrderResult,
} from './order-result.ts'

const optionalDecimal = decimal.nullish().transform((value) => value ?? null)

const placeOrder = z.object({
  ...commandFields,
  id: orderId.nullish().transform((value) => value ?? null),
  reference: optionalText(100),
  customerId,
  currencyCode: currency,
  lines: z
    .array(
      z.object({
        productId,
        quantity: z
          .int()
          .min(1, 'must be 1 or more')
          .max(QUANTITY_MAX, `must be at most ${QUANTITY_MAX}`),
        unitPrice: optionalDecimal,
        expectedUnitPrice: optionalDecimal,
        // Exactly one of them: the input type is `@oneOf`.
        discount: z
          .object({ amount: decimal.nullish(), rate: discountRate.nullish() })
          .nullish()
          .transform((value) => value ?? null),
      }),
    )
    .min(1, 'must have at least one line')
    .max(ORDER_LINES_MAX, `must have at most ${ORDER_LINES_MAX} lines`),
  shippingFee: optionalDecimal,
  tax: optionalDecimal,
  shipTo: address.nullish().transform((value) => value ?? null),
  fulfilment: z
    .enum(FULFILMENT_MODES)
    .nullish()
    .transform((value) => value ?? 'MANUAL'),
})

const place = async (context: GraphqlContext, input: Readonly<Record<string, unknown>>) => {
  const wanted = readInput(placeOrder, input)
  if (wanted.fulfilment === 'AUTOMATIC')
    throw badInput(
      'input.fulfilment must be MANUAL or left out: this release has no fulfilment process yet.',
      ['input', 'fulfilment'],
    )
  const amount = optionalAmount(wanted.currencyCode)
  const lines = wanted.lines.map((line, index) => {
    const path = ['input', 'lines', String(index)]
    return {
      productId: line.productId,
      quantity: line.quantity,
      unitPrice: amount(line.unitPrice, [...path, 'unitPrice']),
      expectedUnitPrice: amount(line.expectedUnitPrice, [...path, 'expectedUnitPrice']),
      discount: discountOf(line.discount, wanted.currencyCode, [...path, 'discount', 'amount']),
    }
  })
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
  }
  // What is meant when it is left out is not told apart from it: a retry may spell it out.
  const said = { ...input, fulfilment: wanted.fulfilment === 'MANUAL' ? null : wanted.fulfilment }
  const request = commandRequest(context, { ...wanted, mutation: 'placeOrder', input: said })
  const fresh = wanted.id === null
  return await outcome(context, 'OrderAccepted', {
    request,
    handle: () => context.services.commands.placeOrder(command, { request, fresh }),
  })
}

const optionalAmount = (currencyCode: CurrencyCode) => (amount: string | null, path: string[]) =>
  amount === null ? null : amountIn(amount, currencyCode, path)

const discountOf = (
  discount: z.output<typeof placeOrder>['lines'][number]['discount'],
  currencyCode: CurrencyCode,
  path: string[],
): Discount | null => {
  if (discount?.rate != null) return { rate: discount.rate }
  if (discount?.amount == null) return null
  return { amount: amountIn(discount.amount, currencyCode, path) }
}

const onOrder = z.object({ ...commandFields, orderId })
const cancelOrder = z.object({
  ...commandFields,
  orderId,
  reason: z.enum(CANCELLATION_REASONS),
  note: optionalText(500),
})

const step = async (
  context: GraphqlContext,
  mutation: 'confirmOrder' | 'shipOrder' | 'deliverOrder',
  input: Readonly<Record<string, unknown>>,
) => {
  const wanted = readInput(onOrder, input)
  const type = (
    { confirmOrder: 'ConfirmOrder', shipOrder: 'ShipOrder', deliverOrder: 'DeliverOrder' } as const
  )[mutation]
  const command = { type, ...timing(context, wanted.occurredAt), orderId: wanted.orderId }
  const request = commandRequest(context, { ...wanted, mutation, input })
  return await outcome(context, 'OrderAccepted', {
    request,
    handle: () => context.services.commands.order(command, { request, fresh: false }),
  })
}

const cancel = async (context: GraphqlContext, input: Readonly<Record<string, unknown>>) => {
  const { reason, note, ...wanted } = readInput(cancelOrder, input)
  const command = {
    type: 'CancelOrder' as const,
    ...timing(context, wanted.occurredAt),
    orderId: wanted.orderId,
    reason,
    note,
  }
  const request = commandRequest(context, { ...wanted, mutation: 'cancelOrder', input })
  return await outcome(context, 'OrderAccepted', {
    request,
    handle: () => context.services.commands.order(command, { request, fresh: false }),
  })
}

builder.mutationFields((t) => ({
  placeOrder: t.field({
    type: PlaceOrderResult,
    nullable: true,
    description:
      "Places an order at the products' present prices. Names, prices and the delivery address are kept as they are now, whatever changes later.",
    args: {
      input: t.arg({ type: PlaceOrderInput, required: true, description: 'What is ordered.' }),
    },
    resolve: (_root, { input }, context) => place(context, { ...input }),
  }),
  confirmOrder: t.field({
    type: ConfirmOrderResult,
    nullable: true,
    description: 'Agrees to a pending order.',
    args: {
      input: t.arg({ type: ConfirmOrderInput, required: true, description: 'Which order.' }),
    },
    resolve: (_root, { input }, context) => step(context, 'confirmOrder', { ...input }),
  }),
  shipOrder: t.field({
    type: ShipOrderResult,
    nullable: true,
    description:
      'Records that everything of a confirmed order not yet shipped has left in one parcel.',
    args: { input: t.arg({ type: ShipOrderInput, required: true, description: 'Which order.' }) },
    resolve: (_root, { input }, context) => step(context, 'shipOrder', { ...input }),
  }),
  deliverOrder: t.field({
    type: DeliverOrderResult,
    nullable: true,
    description: 'Records that every parcel of the order on its way has arrived.',
    args: {
      input: t.arg({ type: DeliverOrderInput, required: true, description: 'Which order.' }),
    },
    resolve: (_root, { input }, context) => step(context, 'deliverOrder', { ...input }),
  }),
  cancelOrder: t.field({
    type: CancelOrderResult,
    nullable: true,
    description: 'Gives an order up, as long as nothing of it has been shipped.',
    args: {
      input: t.arg({
        type: CancelOrderInput,
        required: true,
        description: 'Which order, and why.',
      }),
    },
    resolve: (_root, { input }, context) => cancel(context, { ...input }),
  }),
}))
