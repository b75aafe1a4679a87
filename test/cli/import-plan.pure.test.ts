import { describe, expect, it } from 'vitest'
import { importPlan } from '../../src/cli/import/import-plan.ts'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { SAMPLE } from './import-run.ts'

const file = await readImportFile(SAMPLE)
const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const commandsOf = (from: typeof file) => importPlan(from).flat(2)
const idsOf = (from: typeof file) => commandsOf(from).map(({ input }) => String(input['commandId']))

describe('the plan of an import', () => {
  it('is the same each time', () => {
    expect(importPlan(structuredClone(file))).toEqual(importPlan(file))
  })

  it('has the ids it has always had, so that what was imported before is known again', () => {
    const order = commandsOf(file).find(({ mutation }) => mutation === 'placeOrder')
    expect(order?.input).toMatchObject({
      commandId: '5ebec371-1470-5e31-8615-e5b7e131a17d',
      id: 'order-80d78f7d-795e-54c6-aa68-b3a426f5949e',
      reference: '10248',
    })
  })

  it('gives every command an id of its own', () => {
    const ids = idsOf(file)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(UUID_V5)
  })

  it('keeps the ids of different sources apart', () => {
    const other = new Set(idsOf({ ...file, source: 'Another shop' }))
    expect(idsOf(file).filter((id) => other.has(id))).toEqual([])
  })

  it('leaves every command as it was when the source has grown by orders', () => {
    const [latest] = file.orders.toSorted((a, b) => b.orderDate.localeCompare(a.orderDate))
    if (latest === undefined) throw new Error('The sample has no orders.')
    const orders = [...file.orders, { ...latest, id: '99999', orderDate: '1999-01-01' }]
    const grown = commandsOf({ ...file, orders })
    expect(grown.filter(({ record }) => record !== 'order 99999')).toEqual(commandsOf(file))
  })

  it('registers before it places, and discontinues last', () => {
    const order = commandsOf(file).map(({ mutation }) => mutation)
    const first = (mutation: string) => order.findIndex((each) => each === mutation)
    const last = (mutation: string) => order.findLastIndex((each) => each === mutation)
    expect(last('registerCustomer')).toBeLessThan(first('registerProduct'))
    expect(last('registerProduct')).toBeLessThan(first('placeOrder'))
    expect(last('shipOrder')).toBeLessThan(first('discontinueProduct'))
    expect(order.at(-1)).toBe('discontinueProduct')
  })

  it('ships only what was shipped', () => {
    const unshipped = file.orders.filter(({ shippedDate }) => shippedDate === null)
    const shipped = commandsOf(file).filter(({ mutation }) => mutation === 'shipOrder')
    expect(shipped).toHaveLength(file.orders.length - unshipped.length)
  })

  it('gives no time to registrations when there is no order to go by', () => {
    const [customers] = importPlan({ ...file, orders: [] })
    expect(customers?.flat()[0]?.input['occurredAt']).toBeUndefined()
  })
})
