import type { OrderId } from '../identity.ts'
import { parseOrderId } from '../identity.ts'
import { after } from '../instant.ts'
import type { PaymentResult } from '../order/payment-command.ts'
import type { GatewayCall, ProcessRules, StoredTask, Task, TaskOutcome } from './task.ts'
import { UnsoundAnswer } from './task.ts'

export type PaymentSettings = {
  /** How long after a call without an answer the gateway is asked what became of it. */
  readonly lookUpMs: number
  /** How long the gateway holds what was authorized; null when it never lets go by itself. */
  readonly authorizationMs: number | null
}

// With the delay doubling from a minute up to a day, this is about two weeks.
const LOOK_UPS_MAX = 24
const LOOK_UP_DELAY_MAX_MS = 86_400_000

const gatewayTask = (call: GatewayCall): Task => ({
  name: call.action === 'SEND' ? 'CallGateway' : 'LookUpGateway',
  target: `${call.payment}/${call.lookUps}`,
  key: `${call.orderId}/payment/${call.payment}`,
  work: { type: 'gateway', call },
  dueAt: null,
})

const record = (call: GatewayCall, result: PaymentResult): Task => {
  const { orderId, payment } = call
  const command = { type: 'RecordPaymentResult', orderId, payment, result } as const
  return {
    name: command.type,
    target: `${payment}/${result.type}`,
    key: orderId,
    work: { type: 'command', aggregate: 'order', command },
    dueAt: null,
  }
}

const lookUp = (
  call: GatewayCall,
  options: {
    readonly outcome: TaskOutcome
    readonly idempotencyKey: string
    readonly lookUpMs: number
  },
): Task => {
  if (call.lookUps >= LOOK_UPS_MAX) {
    throw new UnsoundAnswer(
      `The gateway has not said in ${LOOK_UPS_MAX} look-ups what became of payment ${call.payment} of ` +
        `${call.orderId}; ask its operator, and record the result by hand`,
    )
  }
  const { outcome, idempotencyKey, lookUpMs } = options
  const delayMs = Math.min(lookUpMs * 2 ** call.lookUps, LOOK_UP_DELAY_MAX_MS)
  const next = gatewayTask({
    ...call,
    action: 'LOOK_UP',
    idempotencyKey,
    lookUps: call.lookUps + 1,
  })
  return { ...next, dueAt: after(outcome.at, delayMs) }
}

/**
 * The gateway never heard of it, so it is sent again, under the same key in case it arrives late after all.
 * What an order no longer wants by then is given back as any late success is.
 */
const sendAgain = (call: GatewayCall): Task => gatewayTask({ ...call, action: 'SEND' })

const EXPIRY_TRIES_MAX = 24

const expiry = (orderId: OrderId, payment: number, tries: number): Omit<Task, 'dueAt'> => ({
  name: 'RecordPaymentExpiry',
  target: `${payment}/${tries}`,
  key: `${orderId}/payment/${payment}/deadline`,
  work: {
    type: 'command',
    aggregate: 'order',
    command: { type: 'RecordPaymentExpiry', orderId, payment },
  },
})

/** A capture under way decides how much there is to expire, so it is waited for. */
const answerExpiry = (
  { target, work }: StoredTask,
  outcome: TaskOutcome,
  { lookUpMs }: PaymentSettings,
): readonly Task[] => {
  if (work.type === 'gateway' || work.command.type !== 'RecordPaymentExpiry') return []
  if (outcome.type !== 'refused' || outcome.refusal.type !== 'PaymentUnderWay') return []
  const { orderId, payment } = work.command
  const tries = Number(target.split('/')[1] ?? 0) + 1
  if (tries >= EXPIRY_TRIES_MAX) {
    throw new UnsoundAnswer(
      `Payment ${payment} of ${orderId} could not expire in ${tries} tries, since a capture or void of it ` +
        'is still under way; settle that by hand',
    )
  }
  const delayMs = Math.min(lookUpMs * 2 ** tries, LOOK_UP_DELAY_MAX_MS)
  return [{ ...expiry(orderId, payment, tries), dueAt: after(outcome.at, delayMs) }]
}

const answerGateway = (
  { id, name }: StoredTask,
  { call, outcome }: { readonly call: GatewayCall; readonly outcome: TaskOutcome },
  { lookUpMs }: PaymentSettings,
): readonly Task[] => {
  switch (outcome.type) {
    case 'succeeded':
      return [record(call, { type: 'SUCCEEDED', reference: outcome.reference })]
    case 'declined':
      return [record(call, { type: 'DECLINED', reason: outcome.reason })]
    case 'unresolved': {
      const idempotencyKey = call.idempotencyKey ?? id
      const again = lookUp(call, { outcome, idempotencyKey, lookUpMs })
      // Said once is enough: a look-up without an answer changes nothing.
      if (call.lookUps > 0) return [again]
      return [record(call, { type: 'UNRESOLVED', reason: outcome.reason }), again]
    }
    case 'absent':
      if (call.action === 'LOOK_UP') return [sendAgain(call)]
      break
    case 'accepted':
    case 'refused':
      break
  }
  throw new UnsoundAnswer(
    `Task ${id} (${name}) was answered ${outcome.type}; check who carried it out`,
  )
}

/** Asks the gateway for what orders want of it, whoever drives the order, and records what it did. */
export const payments = (settings: PaymentSettings): ProcessRules => ({
  react: ({ stream, event, recordedAt }, origin) => {
    const orderId = parseOrderId(stream)
    if (orderId === undefined || origin.type !== 'OrderPlaced') return []
    if (event.type === 'PaymentRequested') {
      const { payment, kind, amount: minor, token, reference } = event.data
      const amount = { currency: origin.data.currency, minor }
      const call = { action: 'SEND', idempotencyKey: null, lookUps: 0 } as const
      return [gatewayTask({ ...call, orderId, payment, kind, amount, token, reference })]
    }
    const { authorizationMs } = settings
    if (event.type !== 'PaymentSucceeded' || event.data.kind !== 'AUTHORIZATION') return []
    if (authorizationMs === null) return []
    const { payment } = event.data
    // Without a count: the first kept the name it had before there were others.
    const first = { ...expiry(orderId, payment, 0), target: String(payment) }
    return [{ ...first, dueAt: after(recordedAt, authorizationMs) }]
  },
  answer: (task, outcome) =>
    task.work.type === 'gateway'
      ? answerGateway(task, { call: task.work.call, outcome }, settings)
      : answerExpiry(task, outcome, settings),
})
