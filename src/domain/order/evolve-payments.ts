import { assertPossible } from '../soundness.ts'
import type { PaymentEvent, PaymentRequested } from './payment-events.ts'
import type { Payment, PaymentState } from './payment.ts'
import { isUnsettled, openOf, refundableOf } from './payment.ts'

const leftToUse = (payments: readonly Payment[], data: PaymentRequested['data']): number => {
  const used = payments.find(({ payment }) => payment === data.of)
  if (used === undefined) return data.kind === 'AUTHORIZATION' ? data.amount : 0
  return data.kind === 'REFUND' ? refundableOf(payments, used) : openOf(payments, used)
}

const request = (
  payments: readonly Payment[],
  { occurredAt, ...data }: PaymentRequested['data'],
): readonly Payment[] => {
  const left = leftToUse(payments, { occurredAt, ...data })
  assertPossible(
    data.payment === payments.length + 1 && data.amount > 0 && data.amount <= left,
    `Payment ${data.payment} (${data.kind}) asked for ${data.amount} minor units where ${left} were ` +
      `left, after ${payments.length} payments; check what appended it`,
  )
  const { payment, kind, amount, of } = data
  const asked = { payment, kind, amount, of, requestedAt: occurredAt }
  const open = { state: 'REQUESTED', reference: null, reason: null, settledAt: null } as const
  return [...payments, { ...asked, ...open }]
}

type Settlement = { readonly state: PaymentState } & Partial<
  Pick<Payment, 'reference' | 'reason' | 'settledAt'>
>

const settlementOf = (event: Exclude<PaymentEvent, PaymentRequested>): Settlement => {
  const { occurredAt } = event.data
  switch (event.type) {
    case 'PaymentSucceeded': {
      const { reference } = event.data
      return { state: 'SUCCEEDED', reference, reason: null, settledAt: occurredAt }
    }
    case 'PaymentDeclined':
      return { state: 'DECLINED', reason: event.data.reason, settledAt: occurredAt }
    case 'PaymentUnresolved':
      return { state: 'UNRESOLVED', reason: event.data.reason }
    case 'PaymentExpired':
      return { state: 'EXPIRED', settledAt: occurredAt }
  }
}

export const evolvePayments = (
  payments: readonly Payment[],
  event: PaymentEvent,
): readonly Payment[] => {
  if (event.type === 'PaymentRequested') return request(payments, event.data)
  const before = payments[event.data.payment - 1]
  const possible =
    before !== undefined &&
    (event.type === 'PaymentExpired'
      ? before.kind === 'AUTHORIZATION' && before.state === 'SUCCEEDED'
      : isUnsettled(before) && before.kind === event.data.kind)
  assertPossible(
    possible,
    `${event.type} happened to payment ${event.data.payment}, which was ` +
      `${before === undefined ? 'never requested' : before.state}; check what appended it`,
  )
  return payments.with(event.data.payment - 1, { ...before, ...settlementOf(event) })
}
