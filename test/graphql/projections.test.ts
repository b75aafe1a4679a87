import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { textOf } from './service.ts'
import { shop, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

const FIELDS = `name version generation checkpoint lagEvents lagSeconds eventsPerSecond state
  parked lastFault { kind at } generations { generation state checkpoint lagEvents parked readers
    rebuild { done of share remainingSeconds } }`

describe('projections for an operator', () => {
  it('are listed with how far each is and what it is doing', async () => {
    await open.order()
    const list = async () => (await open.ask(`{ projections { ${FIELDS} } }`)).data['projections']
    await eventually(async () =>
      Object.values((await list()) ?? {}).every(({ lagEvents }) => Number(lagEvents) === 0),
    )
    expect(Object.values((await list()) ?? {})).toMatchObject(
      ['orders', 'products', 'customers', 'customerValues', 'orderStatistics'].map((name) => ({
        name,
        generation: 'a',
        state: 'RUNNING',
        lagEvents: 0,
        lagSeconds: 0,
        lastFault: null,
        parked: 0,
        generations: [
          { generation: 'a', state: 'SERVING', lagEvents: 0, parked: 0, rebuild: null },
        ],
      })),
    )
  })

  it('are followed from their present state on', async () => {
    await using messages = await open.follow(`subscription { projectionStatus { ${FIELDS} } }`)
    const first = Object.values((await messages.next())?.data['projectionStatus'] ?? {})
    expect(first).toHaveLength(5)
    open.services.projections.pause('orders')
    await open.order()
    try {
      for (;;) {
        const states = Object.values((await messages.next())?.data['projectionStatus'] ?? {})
        const orders = states.find(({ name }) => textOf(name) === 'orders')
        if (Number(orders?.['lagEvents']) === 0) continue
        expect(orders).toMatchObject({ state: 'PAUSED' })
        expect(Number(orders?.['lagSeconds'])).toBeGreaterThan(0)
        break
      }
    } finally {
      open.services.projections.resume('orders')
    }
  })
})
