import type { GatewayCall, TaskOutcome } from '../../src/domain/fulfilment/task.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Dice } from './dice.ts'

type Entry = { readonly call: GatewayCall; readonly declined: boolean }
export type Books = {
  readonly authorized: number
  readonly captured: number
  readonly refunded: number
}

/** A gateway that declines, loses answers after it has charged, and loses calls before. */
export const gateway = (chance: Dice, options: { lost: number; declined: number }) => {
  const entries = new Map<string, Entry>()
  const sumOf = (reference: string | null, kind: GatewayCall['kind']): number =>
    [...entries.values()]
      .filter(
        ({ call, declined }) => !declined && call.reference === reference && call.kind === kind,
      )
      .reduce((sum, { call }) => sum + call.amount.minor, 0)

  const assertCovered = (call: GatewayCall): void => {
    if (call.kind === 'AUTHORIZATION') return
    const used = entries.get(call.reference ?? '')
    if (used === undefined) throw new Error(`${call.kind} of ${call.reference}, which is not known`)
    const taken =
      call.kind === 'REFUND'
        ? sumOf(call.reference, 'REFUND')
        : sumOf(call.reference, 'CAPTURE') + sumOf(call.reference, 'VOID')
    if (call.amount.minor > used.call.amount.minor - taken) {
      throw new Error(
        `${call.kind} of ${call.amount.minor} is more than ${call.reference} has left`,
      )
    }
  }

  const carryOut = (key: string, call: GatewayCall, at: Instant): TaskOutcome => {
    const known = entries.get(key)
    if (known === undefined) {
      if (call.action === 'LOOK_UP') return { type: 'absent', at }
      const declinable = call.kind === 'AUTHORIZATION' || call.kind === 'CAPTURE'
      const declined = declinable && chance.chance(options.declined)
      if (!declined) assertCovered(call)
      entries.set(key, { call, declined })
    }
    if (entries.get(key)?.declined === true) return { type: 'declined', reason: 'No.', at }
    return { type: 'succeeded', reference: key, at }
  }

  return {
    ask: (key: string, call: GatewayCall, at: Instant): TaskOutcome => {
      if (chance.chance(options.lost / 3)) return { type: 'unresolved', reason: 'Lost.', at }
      const answer = carryOut(key, call, at)
      return chance.chance(options.lost) ? { type: 'unresolved', reason: 'Lost.', at } : answer
    },
    currenciesOf: (orderId: string): readonly string[] =>
      [...entries.values()]
        .filter(({ call }) => call.orderId === orderId)
        .map(({ call }) => call.amount.currency),
    booksOf: (orderId: string): Books => {
      const done = [...entries.values()].filter(
        ({ call, declined }) => call.orderId === orderId && !declined,
      )
      const total = (kind: GatewayCall['kind']): number =>
        done
          .filter(({ call }) => call.kind === kind)
          .reduce((sum, { call }) => sum + call.amount.minor, 0)
      const captured = total('CAPTURE')
      const authorized = total('AUTHORIZATION') - captured - total('VOID')
      return { authorized, captured, refunded: total('REFUND') }
    },
  }
}
