import type { PaymentEvent } from '../../src/domain/order/payment-events.ts'
import type { PaymentKind } from '../../src/domain/order/payment.ts'

interface Entry {
  readonly kind: PaymentKind
  readonly amount: number
  readonly of: number | null
  state: 'OPEN' | 'SUCCEEDED' | 'DECLINED' | 'EXPIRED'
}

const STATES = {
  PaymentSucceeded: 'SUCCEEDED',
  PaymentDeclined: 'DECLINED',
  PaymentUnresolved: 'OPEN',
  PaymentExpired: 'EXPIRED',
} as const satisfies Record<Exclude<PaymentEvent['type'], 'PaymentRequested'>, Entry['state']>

const sum = (entries: readonly Entry[]): number =>
  entries.reduce((total, { amount }) => total + amount, 0)

const hasHappened = ({ state }: Entry): boolean => state === 'SUCCEEDED' || state === 'EXPIRED'

/** What one order's payments come to, told from its events alone. */
export class MoneyLedger {
  readonly #entries: Entry[] = []

  /** What cannot be, now that this has happened. */
  add(event: PaymentEvent): readonly string[] {
    return [...this.#enter(event), ...this.#overdrawn()]
  }

  /** Authorized, and neither captured nor given up. */
  get held(): number {
    const live = this.#done('AUTHORIZATION').filter(({ state }) => state === 'SUCCEEDED')
    return live.reduce((total, entry) => total + entry.amount - sum(this.#usesOf(entry)), 0)
  }

  get captured(): number {
    return sum(this.#done('CAPTURE'))
  }

  get refunded(): number {
    return sum(this.#done('REFUND'))
  }

  get unsettled(): number {
    return this.#entries.filter(({ state }) => state === 'OPEN').length
  }

  #enter(event: PaymentEvent): readonly string[] {
    const { payment } = event.data
    if (event.type === 'PaymentRequested') {
      const { kind, amount, of } = event.data
      this.#entries.push({ kind, amount, of, state: 'OPEN' })
      return payment === this.#entries.length ? [] : [`payment ${payment} is not the next one`]
    }
    const entry = this.#entries[payment - 1]
    if (entry === undefined) return [`payment ${payment} was never asked for`]
    const expected = event.type === 'PaymentExpired' ? 'SUCCEEDED' : 'OPEN'
    const problems =
      entry.state === expected ? [] : [`payment ${payment} was ${entry.state} before`]
    if (event.type === 'PaymentSucceeded' && event.data.amount !== entry.amount)
      problems.push(`payment ${payment} came to something else than was asked for`)
    entry.state = STATES[event.type]
    return problems
  }

  /** What is asked for counts as done: two captures under way may both succeed. */
  #overdrawn(): readonly string[] {
    const problems = this.#entries.flatMap((entry, index) => {
      const used = sum(
        this.#entries.filter((one) => one.of === index + 1 && one.state !== 'DECLINED'),
      )
      return used > entry.amount || (used > 0 && !hasHappened(entry))
        ? [`${used} was taken of payment ${index + 1}, a ${entry.kind} of ${entry.amount}`]
        : []
    })
    const [authorized, captured] = [sum(this.#done('AUTHORIZATION')), this.captured]
    if (captured > authorized) problems.push(`${captured} captured of ${authorized} authorized`)
    if (this.refunded > captured) problems.push(`${this.refunded} refunded of ${captured} captured`)
    return problems
  }

  #done(kind: PaymentKind): readonly Entry[] {
    return this.#entries.filter((one) => one.kind === kind && hasHappened(one))
  }

  #usesOf(entry: Entry): readonly Entry[] {
    const payment = this.#entries.indexOf(entry) + 1
    return this.#entries.filter(({ of, state }) => of === payment && state === 'SUCCEEDED')
  }
}
