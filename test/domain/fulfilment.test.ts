import { expect, it } from 'vitest'
import { fulfilment } from '../../src/domain/fulfilment/fulfilment.ts'
import { payments } from '../../src/domain/fulfilment/payments.ts'
import type { StoredTask, Task, TaskOutcome, Withdrawal } from '../../src/domain/fulfilment/task.ts'
import type { DomainEvent, EventType } from '../../src/domain/stored.ts'
import { EVENT_TYPES, parseStored } from '../../src/domain/stored.ts'
import { minor, NOW, ORDER, STORED, sample } from './sample.ts'

const rules = fulfilment({ reservationMs: 60_000 })
const pay = payments({ lookUpMs: 60_000, authorizationMs: 60_000 })
const manual = sample('OrderPlaced')
const latest = STORED.findLast(({ type }) => type === 'OrderPlaced')
const placed = parseStored('OrderPlaced', 2, latest?.data)
const present = (type: EventType): DomainEvent => {
  const stored = STORED.findLast((one) => one.type === type)
  return parseStored(type, stored?.schemaVersion ?? 0, stored?.data)
}
const namesOf = (tasks: readonly (Task | Withdrawal)[]): readonly string[] =>
  tasks.map((task) => ('withdraw' in task ? 'withdraw' : task.name))
const reactTo = (event: DomainEvent) =>
  namesOf(rules.react({ stream: ORDER, event, recordedAt: NOW }, placed))
const firstTask = (event: DomainEvent): StoredTask => {
  const [task] = rules.react({ stream: ORDER, event, recordedAt: NOW }, placed)
  if (task === undefined || 'withdraw' in task) throw new Error(`${event.type} asks for nothing`)
  return { ...task, id: 'task' }
}

it.each([
  ['OrderPlaced', ['ReserveStock', 'ExpireOrder']],
  ['OrderLinesChanged', ['ReserveStock']],
  ['OrderReservationRecorded', ['AuthorizePayment']],
  ['PaymentSucceeded', ['ConfirmOrder']],
  ['PaymentDeclined', ['CancelOrder']],
  ['OrderReleased', ['ConfirmOrder', 'ExpireOrder']],
  ['OrderShipped', ['ShipStock']],
  ['OrderCancelled', ['ReleaseStock', 'withdraw']],
  ['OrderLinesCancelled', ['ReleaseStock']],
  ['OrderItemsReturned', []],
  ['OrderConfirmed', ['withdraw']],
  ['OrderHeld', ['withdraw']],
] as const)('answers %s of an automatic order with %j', (type, tasks) => {
  expect(reactTo(present(type))).toEqual(tasks)
})

it('leaves orders driven by hand alone, whatever happens to them', () => {
  for (const type of EVENT_TYPES) {
    const occurrence = { stream: ORDER, event: present(type), recordedAt: NOW }
    expect(rules.react(occurrence, manual)).toEqual([])
  }
})

it('gives up what stock refuses, and remembers what it grants', () => {
  const task = firstTask(placed)
  const short = { type: 'refused', at: NOW, refusal: { type: 'StockShort' } } as const
  expect(namesOf(rules.answer(task, short))).toEqual(['CancelOrder'])
  expect(namesOf(rules.answer(task, { type: 'accepted', at: NOW }))).toEqual(['RecordReservation'])
})

it('stops loudly when stock refuses to take back what it gave', () => {
  const task = firstTask(present('OrderCancelled'))
  const refused = { type: 'refused', at: NOW, refusal: { type: 'ReservationUnknown' } } as const
  expect(() => rules.answer(task, refused)).toThrow('ReservationUnknown')
})

it('looks up a call without an answer under the key it was sent with, and sends it again if it was lost', () => {
  const event = present('PaymentRequested')
  const [call] = pay.react({ stream: ORDER, event, recordedAt: NOW }, placed)
  if (call === undefined || 'withdraw' in call) throw new Error('A request asks for a call')
  const lost: TaskOutcome = { type: 'unresolved', reason: 'No answer.', at: NOW }
  const [record, lookUp] = pay.answer({ ...call, id: 'first' }, lost)
  expect(record?.name).toBe('RecordPaymentResult')
  expect(lookUp).toMatchObject({
    name: 'LookUpGateway',
    dueAt: '2026-11-20T10:01:00.000Z',
    work: { call: { action: 'LOOK_UP', idempotencyKey: 'first' } },
  })
  if (lookUp === undefined) throw new Error('A lost answer is looked up')
  expect(pay.answer({ ...lookUp, id: 'second' }, { type: 'absent', at: NOW })).toMatchObject([
    { name: 'CallGateway', work: { call: { action: 'SEND', idempotencyKey: 'first' } } },
  ])
})

it('has an authorization expire again later while a capture of it is under way, and not for ever', () => {
  const event: DomainEvent = {
    type: 'PaymentSucceeded',
    data: {
      occurredAt: NOW,
      payment: 1,
      kind: 'AUTHORIZATION',
      amount: minor(100),
      reference: 'r',
    },
  }
  const [first] = pay.react({ stream: ORDER, event, recordedAt: NOW }, placed)
  if (first === undefined || 'withdraw' in first) throw new Error('An authorization expires')
  expect(first).toMatchObject({ name: 'RecordPaymentExpiry', dueAt: '2026-11-20T10:01:00.000Z' })
  const answer = (task: Task, type: string) =>
    pay.answer({ ...task, id: 'task' }, { type: 'refused', at: NOW, refusal: { type } })
  expect(answer(first, 'PaymentNotUsable')).toEqual([])
  const dueAts: (string | null)[] = []
  let next: Task | undefined = first
  const askAll = (): void => {
    for (let tries = 0; tries < 100; tries++) {
      ;[next] = answer(next ?? first, 'PaymentUnderWay')
      expect(next).toMatchObject({ name: 'RecordPaymentExpiry', key: first.key, work: first.work })
      dueAts.push(next?.dueAt ?? null)
    }
  }
  expect(askAll).toThrow('settle that by hand')
  expect(dueAts).toHaveLength(23)
  expect(dueAts.slice(0, 2)).toEqual(['2026-11-20T10:02:00.000Z', '2026-11-20T10:04:00.000Z'])
})
