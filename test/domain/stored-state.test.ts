import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { customerDecider } from '../../src/domain/customer/customer-decider.ts'
import { CUSTOMER_EVENT_TYPES } from '../../src/domain/customer/events.ts'
import { type Decider, fold } from '../../src/domain/decider.ts'
import { ORDER_EVENT_TYPES } from '../../src/domain/order/events.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import { PRODUCT_EVENT_TYPES } from '../../src/domain/product/events.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import { type DomainEvent, parseStored } from '../../src/domain/stored.ts'
import { dice, type Dice } from './dice.ts'
import { CUSTOMER } from './sample.ts'
import { customerWalk, orderWalk, productWalk } from './walks.ts'

/** Written once for each version of a form, and never changed: a change is a new version. */
const FROZEN: readonly {
  readonly of: string
  readonly version: number
  readonly history: readonly {
    readonly type: string
    readonly schemaVersion: number
    readonly data: object
  }[]
  readonly state: Readonly<Record<string, unknown>>
}[] = JSON.parse(readFileSync(new URL('stored-states.json', import.meta.url), 'utf8'))

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const isEmpty = (value: unknown): boolean =>
  value === null || value === 0 || (Array.isArray(value) && value.length === 0)

const describeStates = <Command, Event extends DomainEvent, State, Refusal>(
  name: string,
  decider: Decider<Command, Event, State, Refusal>,
  {
    types,
    walk,
  }: {
    readonly types: readonly Event['type'][]
    readonly walk: (chance: Dice, steps: number) => readonly Event[]
  },
) => {
  const { evolve, initial, stored } = decider
  const frozen = FROZEN.filter((one) => one.of === name && one.version === stored.version)
  const isOwn = (event: DomainEvent): event is Event => types.some((type) => type === event.type)

  describe(`the stored state of ${name}`, () => {
    it('has a frozen example of its present form, and no field that is empty in all', () => {
      expect(frozen.length).toBeGreaterThan(0)
      const fields = new Set(frozen.flatMap(({ state }) => Object.keys(state)))
      const filled = frozen.flatMap(({ state }) =>
        Object.keys(state).filter((key) => !isEmpty(state[key])),
      )
      expect([...fields].toSorted()).toEqual([...new Set(filled)].toSorted())
    })

    it.each(frozen)('is written and read as it was when its form was frozen', (example) => {
      const events = example.history
        .map(({ type, schemaVersion, data }) => parseStored(type, schemaVersion, data))
        .filter(isOwn)
      expect(events).toHaveLength(example.history.length)
      const state = fold(evolve, initial, events)
      expect(asJson(stored.write(state))).toEqual(example.state)
      expect(stored.read(example.state)).toEqual(state)
    })

    it('is as good a start as the first event, wherever it was written', () => {
      const same = (seed: number, steps: number) => {
        const history = walk(dice(seed), steps)
        const whole = fold(evolve, initial, history)
        let state = initial
        for (const [index, event] of history.entries()) {
          state = evolve(state, event)
          const again = stored.read(asJson(stored.write(state)))
          expect(again).toEqual(state)
          expect(fold(evolve, again, history.slice(index + 1))).toEqual(whole)
        }
      }
      fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), same), { numRuns: 60 })
    })

    it('is refused when any one field is missing or is something else', () => {
      for (const { state } of frozen) {
        for (const key of Object.keys(state)) {
          expect(() => stored.read({ ...state, [key]: undefined })).toThrow(key)
          expect(() => stored.read({ ...state, [key]: true })).toThrow(key)
        }
      }
      expect(() => stored.read(null)).toThrow('State should be an object')
    })

    it('weighs the more, the more there is of it', () => {
      const history = walk(dice(1), 200)
      const [first, last] = [history.slice(0, 1), history].map((events) =>
        stored.weigh(fold(evolve, initial, events)),
      )
      expect(first).toBeGreaterThan(0)
      expect(last).toBeGreaterThanOrEqual(first ?? 0)
    })
  })
}

describeStates('an order', orderDecider, { types: ORDER_EVENT_TYPES, walk: orderWalk })
describeStates('a product', productDecider, { types: PRODUCT_EVENT_TYPES, walk: productWalk })
describeStates('a customer', customerDecider, { types: CUSTOMER_EVENT_TYPES, walk: customerWalk })

it('keeps all that is personal of a customer in the one place that is sealed', () => {
  const { evolve, initial, stored } = customerDecider
  const forgetting = (seed: number) => {
    const history = customerWalk(dice(seed), 30)
    const state = fold(evolve, initial, history)
    const written = stored.write(state)
    expect(stored.subjectOf(state)).toBe(
      history.some(({ type }) => type === 'CustomerErased') ? null : CUSTOMER,
    )
    const { personal: _, ...rest } = written
    expect(JSON.stringify(rest)).not.toMatch(/Ann |ann@|Hill Road/)
    // The key is gone: the same as if every event had been read without it.
    const nobody = { subject: CUSTOMER, details: 'FORGOTTEN' } as const
    const forgotten = history.map((event) => withoutDetails(event))
    expect(stored.read({ ...written, personal: nobody })).toEqual(fold(evolve, initial, forgotten))
  }
  fc.assert(fc.property(fc.integer(), forgetting), { numRuns: 100 })
})

const withoutDetails = (event: ReturnType<typeof customerWalk>[number]): typeof event => {
  if (!('personal' in event.data)) return event
  const personal = { subject: CUSTOMER, details: 'FORGOTTEN' } as const
  return { ...event, data: { ...event.data, personal } } as typeof event
}
