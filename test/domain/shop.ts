import { expect } from 'vitest'
import { fulfilment } from '../../src/domain/fulfilment/fulfilment.ts'
import { payments } from '../../src/domain/fulfilment/payments.ts'
import type { StoredTask, Task, TaskOutcome, Withdrawal } from '../../src/domain/fulfilment/task.ts'
import type { OrderId, ProductId } from '../../src/domain/identity.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { after } from '../../src/domain/instant.ts'
import { commandChoices } from '../../src/domain/order/allowed-commands.ts'
import type { OrderCommand } from '../../src/domain/order/command.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import type { OrderState, PlacedOrder } from '../../src/domain/order/order.ts'
import { remainingOf } from '../../src/domain/order/order.ts'
import { openOf, refundableOf } from '../../src/domain/order/payment.ts'
import { orderTotals } from '../../src/domain/order/pricing.ts'
import type { ProductCommand } from '../../src/domain/product/command.ts'
import type { ProductState } from '../../src/domain/product/evolve.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import { sumOfReservations } from '../../src/domain/product/reservations.ts'
import { availableOf } from '../../src/domain/product/stock.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import { parseStored, toStored } from '../../src/domain/stored.ts'
import type { Dice } from './dice.ts'
import { gateway } from './gateway.ts'
import { Ledger } from './ledger.ts'
import { NOW } from './sample.ts'

type ProcessName = 'fulfilment' | 'payments'
type Trouble = {
  readonly lost: number
  readonly declined: number
  readonly reservationMs: number
}
type Waiting = { readonly process: ProcessName; readonly task: StoredTask }

const assertSoundOrder = (order: PlacedOrder): void => {
  const { shippingFee, tax } = order.totals
  expect(order.totals).toEqual(orderTotals(order.lines, shippingFee, tax))
  for (const line of order.lines) {
    expect(line.reserved).toBeLessThanOrEqual(remainingOf(line))
    expect(line.returned <= line.delivered && line.delivered <= line.shipped).toBe(true)
    expect(remainingOf(line)).toBeGreaterThanOrEqual(0)
  }
  for (const payment of order.payments) {
    expect(openOf(order.payments, payment)).toBeGreaterThanOrEqual(0)
    expect(refundableOf(order.payments, payment)).toBeGreaterThanOrEqual(0)
  }
}

/** Orders, products, both processes and a gateway, with tasks carried out in any order and repeated. */
export const shop = (chance: Dice, trouble: Trouble) => {
  const rules = {
    fulfilment: fulfilment({ reservationMs: trouble.reservationMs }),
    payments: payments({ lookUpMs: 10_000, authorizationMs: null }),
  }
  const orders = new Map<OrderId, OrderState>()
  const products = new Map<ProductId, ProductState>()
  const ledger = new Ledger()
  const histories = new Map<string, DomainEvent[]>()
  const receipts = new Set<string>()
  const waiting: Waiting[] = []
  let begun: Waiting | undefined
  const bank = gateway(chance, trouble)
  let now: Instant = NOW

  const store = (
    process: ProcessName,
    cause: string,
    tasks: readonly (Task | Withdrawal)[],
  ): void => {
    for (const task of tasks) {
      if ('withdraw' in task) {
        const kept = waiting.filter(
          (one) => one === begun || one.process !== process || one.task.key !== task.withdraw,
        )
        waiting.splice(0, waiting.length, ...kept)
        continue
      }
      const id = `${process}/${cause}/${task.name}/${task.target}`
      expect(waiting.some((one) => one.task.id === id)).toBe(false)
      waiting.push({ process, task: { ...task, id } })
    }
  }

  const record = (stream: string, event: DomainEvent): void => {
    const stored = toStored(event)
    const data: unknown = JSON.parse(JSON.stringify(stored.data))
    expect(parseStored(stored.type, stored.schemaVersion, data)).toEqual(event)
    const history = histories.get(stream) ?? []
    history.push(event)
    histories.set(stream, history)
    ledger.add({ position: ledger.read + 1n, stream, version: history.length, event })
    expect(ledger.problems).toEqual([])
    const origin = history[0] ?? event
    for (const process of ['fulfilment', 'payments'] as const) {
      const tasks = rules[process].react({ stream, event, recordedAt: now }, origin)
      store(process, `${stream}@${history.length}`, tasks)
    }
  }

  const order = (command: OrderCommand, id: string): TaskOutcome => {
    if (receipts.has(id)) return { type: 'accepted', at: now }
    let state = orders.get(command.orderId) ?? orderDecider.initial
    const decision = orderDecider.decide(command, state)
    if (state.status !== 'NONE') {
      const choice = commandChoices(state, command.orderId).find(
        (one) => one.command === command.type,
      )
      if (choice !== undefined && choice.refusal !== null)
        expect(decision).toEqual({ type: 'refused', refusal: choice.refusal })
    }
    if (decision.type === 'refused') return { ...decision, at: now }
    receipts.add(id)
    for (const event of decision.events) {
      state = orderDecider.evolve(state, event)
      if (state.status !== 'NONE') assertSoundOrder(state)
      orders.set(command.orderId, state)
      record(command.orderId, event)
    }
    return { type: 'accepted', at: now }
  }

  const product = (command: ProductCommand, id: string): TaskOutcome => {
    if (receipts.has(id)) return { type: 'accepted', at: now }
    let state = products.get(command.productId) ?? productDecider.initial
    const decision = productDecider.decide(command, state)
    if (decision.type === 'refused') return { ...decision, at: now }
    receipts.add(id)
    for (const event of decision.events) {
      state = productDecider.evolve(state, event)
      if (state.status === 'NONE') throw new Error('A product came to nothing')
      const { stock } = state
      expect(availableOf(stock)).toBeGreaterThanOrEqual(0)
      expect(sumOfReservations(stock.reservations)).toBe(stock.reserved)
      products.set(command.productId, state)
      record(command.productId, event)
      const { available, reserved } = ledger.stockOf(command.productId)
      expect([availableOf(stock), stock.reserved]).toEqual([available, reserved])
    }
    return { type: 'accepted', at: now }
  }

  const carryOut = ({ id, work }: StoredTask): TaskOutcome => {
    if (work.type === 'gateway') return bank.ask(work.call.idempotencyKey ?? id, work.call, now)
    const timing = { now, occurredAt: null }
    return work.aggregate === 'order'
      ? order({ ...work.command, ...timing }, id)
      : product({ ...work.command, ...timing }, id)
  }

  /** Carries out any one task that is due, now and then twice; false when none is. */
  const step = (): boolean => {
    const due = waiting.filter(({ task }) => task.dueAt === null || task.dueAt <= now)
    if (due.length === 0) return false
    const chosen = chance.pick(due)
    const { process, task } = chosen
    begun = chosen
    let outcome = carryOut(task)
    if (chance.chance(20)) outcome = carryOut(task)
    begun = undefined
    waiting.splice(waiting.indexOf(chosen), 1)
    store(process, task.id, rules[process].answer(task, outcome))
    return true
  }

  const pass = (): void => {
    const next = waiting.flatMap(({ task }) => task.dueAt ?? []).toSorted()[0]
    now = next !== undefined && next > now ? next : after(now, 1_000)
  }

  const settle = (): void => {
    for (let turns = 0; waiting.length > 0; turns++) {
      if (turns > 20_000) throw new Error(`Still waiting: ${JSON.stringify(waiting.slice(0, 3))}`)
      if (!step()) pass()
    }
  }

  return {
    order,
    product,
    step,
    pass,
    settle,
    orders,
    products,
    ledger,
    histories,
    bank,
    timing: () => ({ now, occurredAt: null }),
  }
}
export type Shop = ReturnType<typeof shop>
