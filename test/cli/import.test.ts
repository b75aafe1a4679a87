import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importPlan } from '../../src/cli/import/import-plan.ts'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { headOf, importInto, SAMPLE, sumOf } from './import-run.ts'
import {
  customersOverApi,
  figuresOfFile,
  figuresOverApi,
  ordersOverApi,
} from './imported-figures.ts'

const sample = await readImportFile(SAMPLE)
const expected = figuresOfFile(sample)
const COMMANDS = importPlan(sample).flat(2).length

describe('the sample file', () => {
  it('has of everything that is hard to bring over', () => {
    const lines = sample.orders.flatMap((order) => order.lines)
    const priceOf = new Map(sample.products.map(({ id, unitPrice }) => [id, unitPrice]))
    expect(expected).toMatchObject({ orders: 12, shipped: 10, discontinued: 5, lines: 37 })
    expect(lines.filter(({ discount }) => Number(discount) > 0).length).toBeGreaterThan(5)
    expect(
      lines.filter((line) => line.unitPrice !== priceOf.get(line.productId)).length,
    ).toBeGreaterThan(5)
    expect(sample.customers.map(({ name }) => name)).toContain('Folk och fä HB')
  })
})

describe.each(['memory', 'postgres'] as const)('an import into a server on %s', (kind) => {
  let opened: AsyncDisposableStack
  let server: TestServer

  beforeEach(async () => {
    opened = new AsyncDisposableStack()
    const database = kind === 'memory' ? kind : opened.use(await cloneTemplate()).url
    server = opened.use(await startServer({ database }))
  })
  afterEach(() => opened.disposeAsync())

  const untilRead = () =>
    eventually(async () => expect(await figuresOverApi(server.url)).toEqual(expected), {
      timeoutMs: 15_000,
      intervalMs: 100,
    })

  it('comes to the sums of the file', async () => {
    const tally = await importInto({ url: server.url })
    expect(sumOf(tally, 'new')).toBe(COMMANDS)
    expect(sumOf(tally, 'already')).toBe(0)
    await untilRead()
  })

  it('keeps the dates, prices, discounts, names and numbers of the source', async () => {
    await importInto({ url: server.url })
    await untilRead()
    const names = (await customersOverApi(server.url)).map(({ name }) => name)
    expect(names.toSorted()).toEqual(sample.customers.map(({ name }) => name).toSorted())
    const orders = new Map(
      (await ordersOverApi(server.url)).map((order) => [order.reference, order]),
    )
    for (const { id, orderDate, shippedDate, shipTo, lines } of sample.orders) {
      expect(orders.get(id)).toMatchObject({
        placedAt: `${orderDate}T00:00:00.000Z`,
        shipments: shippedDate === null ? [] : [{ shippedAt: `${shippedDate}T00:00:00.000Z` }],
        status: 'CONFIRMED',
        fulfilment: 'MANUAL',
        shipTo,
        lines: lines.map(({ quantity, unitPrice }) => ({
          quantity,
          shipped: shippedDate === null ? 0 : quantity,
          unitPrice: { minorUnits: String(Math.round(Number(unitPrice) * 100)) },
        })),
      })
    }
  })

  it('changes nothing the second time', async () => {
    await importInto({ url: server.url })
    await untilRead()
    const [headBefore, ordersBefore] = [await headOf(server), await ordersOverApi(server.url)]
    const again = await importInto({ url: server.url })
    expect(sumOf(again, 'new')).toBe(0)
    expect(sumOf(again, 'already')).toBe(COMMANDS)
    expect(await headOf(server)).toEqual(headBefore)
    expect(await ordersOverApi(server.url)).toEqual(ordersBefore)
  })

  it('goes on after being stopped in the middle', async () => {
    const half = Math.floor(COMMANDS / 2)
    const stopped = importInto({ url: server.url, stopWhen: (done) => done === half })
    await expect(stopped).rejects.toThrow(/aborted/)
    const rest = await importInto({ url: server.url })
    expect(sumOf(rest, 'already')).toBeGreaterThanOrEqual(half)
    expect(sumOf(rest, 'new')).toBeGreaterThan(0)
    expect(sumOf(rest, 'new') + sumOf(rest, 'already')).toBe(COMMANDS)
    await untilRead()
  })
})
