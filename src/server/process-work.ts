import { z } from 'zod'
import { parseCurrency } from '../domain/currency.ts'
import type { Work } from '../domain/fulfilment/task.ts'
import { parseOrderId, parseProductId } from '../domain/identity.ts'
import { parseMinorUnits } from '../domain/money.ts'
import { CANCELLATION_REASONS } from '../domain/order/events.ts'
import { PAYMENT_KINDS } from '../domain/order/payment.ts'

/** Reads what is written by a parser of the domain, which answers undefined to what it does not know. */
const readBy = <From, To>(from: z.ZodType<From>, parse: (value: From) => To | undefined) =>
  from.transform((value, context): To => {
    const parsed = parse(value)
    if (parsed !== undefined) return parsed
    context.addIssue({ code: 'custom', message: 'is not of the stored form' })
    return z.NEVER
  })

const orderId = readBy(z.string(), parseOrderId)
const productId = readBy(z.string(), parseProductId)
const minor = readBy(z.number(), parseMinorUnits)
const money = z.object({ currency: readBy(z.string(), parseCurrency), minor })
const count = z.int().positive()
const text = z.string().nullable()

const stockCommand = z.object({
  type: z.enum(['ReserveStock', 'ReleaseStock', 'ShipStock', 'RestockItems']),
  productId,
  orderId,
  line: count,
  quantity: count,
})

const paymentResult = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SUCCEEDED'), reference: text }),
  z.object({ type: z.enum(['DECLINED', 'UNRESOLVED']), reason: z.string() }),
])

const orderCommand = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('RecordReservation'),
    orderId,
    line: count,
    productId,
    quantity: count,
  }),
  z.object({ type: z.literal('ConfirmOrder'), orderId }),
  z.object({ type: z.literal('ExpireOrder'), orderId }),
  z.object({
    type: z.literal('CancelOrder'),
    orderId,
    reason: z.enum(CANCELLATION_REASONS),
    note: text,
    onlyPending: z.boolean(),
  }),
  z.object({
    type: z.literal('AuthorizePayment'),
    orderId,
    amount: money.nullable(),
    token: text,
  }),
  z.object({
    type: z.literal('RecordPaymentResult'),
    orderId,
    payment: count,
    result: paymentResult,
  }),
  z.object({ type: z.literal('RecordPaymentExpiry'), orderId, payment: count }),
])

const gatewayCall = z.object({
  action: z.enum(['SEND', 'LOOK_UP']),
  idempotencyKey: text,
  orderId,
  payment: count,
  kind: z.enum(PAYMENT_KINDS),
  amount: money,
  token: text,
  reference: text,
  lookUps: z.int().nonnegative(),
})

const work = z.union([
  z.object({ type: z.literal('command'), aggregate: z.literal('order'), command: orderCommand }),
  z.object({ type: z.literal('command'), aggregate: z.literal('product'), command: stockCommand }),
  z.object({ type: z.literal('gateway'), call: gatewayCall }),
])

/** A task stored by an older or a newer release may ask for what this one does not know. */
export const parseProcessWork = (stored: unknown): Work => {
  const parsed = work.safeParse(stored)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ')
  throw new Error(
    `A stored task cannot be read; wrong is ${places}. Run the release that stored it, or a later ` +
      'one, and have the task tried again.',
    { cause: parsed.error },
  )
}
