import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { textOf, type Part } from './service.ts'
import { newId, shop, type Shop } from './shop.ts'

let open: Shop
let orderId: string

beforeAll(async () => {
  open = await shop()
  orderId = textOf(
    (await open.order({ customerId: await open.customer({ name: 'Zoe' }) }))['orderId'],
  )
  await open.accept('confirmOrder', { orderId })
})
afterAll(() => open[Symbol.asyncDispose]())

const FIELDS = `edges { cursor node { id position } } pageInfo { hasNextPage hasPreviousPage
  startCursor endCursor } nodes { id position stream version type schemaVersion recordedAt occurredAt
  actor { role subject } correlationId causationId commandId data }`
const read = async (args: string) => {
  const { data, errors } = await open.ask(`{ eventLog(${args}) { ${FIELDS} } }`)
  const nodes: readonly Part[] = Object.values(data?.['eventLog']?.['nodes'] ?? {})
  return { page: data?.['eventLog'] ?? {}, nodes, errors }
}

describe('eventLog', () => {
  it('shows what happened in a stream with who did it, without what is personal', async () => {
    const { nodes } = await read(`stream: "${orderId}"`)
    expect(nodes.map((node) => [node['id'], node['type']])).toEqual([
      [`${orderId}@1`, 'OrderPlaced'],
      [`${orderId}@2`, 'OrderConfirmed'],
    ])
    const [placed] = nodes
    expect(placed).toMatchObject({
      stream: orderId,
      version: 1,
      actor: { role: 'STAFF', subject: 'test' },
      causationId: null,
      recordedAt: expect.stringMatching(/Z$/),
      occurredAt: expect.stringMatching(/Z$/),
    })
    const data = JSON.parse(textOf(placed?.['data']))
    expect(data).toMatchObject({ currency: 'USD', personal: { subject: expect.anything() } })
    expect(Object.keys(data.personal)).toEqual(['subject'])
    expect(textOf(placed?.['data'])).not.toContain('Zoe')
  })

  it('shows everything that one request caused, and nothing else', async () => {
    const all = await read('first: 100')
    expect(all.nodes.length).toBeGreaterThan(3)
    const byRequest = Map.groupBy(all.nodes, (node) => textOf(node['correlationId']))
    expect(byRequest.size).toBeGreaterThan(3)
    for (const [correlationId, caused] of byRequest) {
      const { nodes } = await read(`first: 100, correlationId: "${correlationId}"`)
      expect(nodes).toEqual(caused)
    }
  })

  it('follows a request through every event and process command that it caused', async () => {
    const productId = await open.product()
    await open.accept('receiveStock', { productId, quantity: 5 })
    const placed = await open.order({
      fulfilment: 'AUTOMATIC',
      lines: [{ productId, quantity: 2 }],
      payment: { token: 'a-token-of-zoe' },
    })
    const id = textOf(placed['orderId'])
    const [first] = (await read(`stream: "${id}"`)).nodes
    const caused = await eventually(
      async () => {
        const args = `first: 100, correlationId: "${textOf(first?.['correlationId'])}"`
        const { nodes } = await read(args)
        if (nodes.some(({ type }) => textOf(type) === 'OrderConfirmed')) return nodes
        throw new Error(`Seen: ${nodes.map(({ type }) => textOf(type)).join(', ')}.`)
      },
      { timeoutMs: 20_000 },
    )
    expect(caused.map(({ stream, type }) => [stream, type])).toEqual([
      [id, 'OrderPlaced'],
      [productId, 'StockReserved'],
      [id, 'OrderReservationRecorded'],
      [id, 'PaymentRequested'],
      [id, 'PaymentSucceeded'],
      [id, 'OrderConfirmed'],
    ])
    const facts = caused.map(({ data }) => textOf(data)).join()
    expect(facts).toContain('"token":"HIDDEN"')
    expect(facts).not.toContain('a-token-of-zoe')
    expect(caused[0]).toMatchObject({ causationId: null, actor: { role: 'STAFF' } })
    // Each was caused by one of those before it, so that the tree can be drawn from the page alone.
    for (const [place, event] of caused.entries()) {
      if (place === 0) continue
      expect(event).toMatchObject({ actor: { role: 'PROCESS' } })
      const before = caused.slice(0, place).map((one) => textOf(one['id']))
      expect(before).toContain(textOf(event['causationId']))
    }
  })

  it('is paged by position without a gap or a repetition', async () => {
    const all = await read('first: 100')
    const seen: unknown[] = []
    let after = ''
    for (;;) {
      const { page, nodes } = await read(`first: 2${after === '' ? '' : `, after: "${after}"`}`)
      expect(page['pageInfo']?.['hasPreviousPage']).toBe(after !== '')
      seen.push(...nodes)
      if (!page['pageInfo']?.['hasNextPage']) break
      after = textOf(page['pageInfo']['endCursor'])
    }
    expect(seen).toEqual(all.nodes)
  })

  it('is empty where nothing happened, and refuses cursors that are none', async () => {
    expect((await read(`stream: "${newId('order')}"`)).nodes).toEqual([])
    expect((await read(`correlationId: "nobody's"`)).nodes).toEqual([])
    for (const [args, code] of [
      ['after: "yesterday"', 'BAD_INPUT'],
      ['after: "zzzz.1"', 'POSITION_UNKNOWN'],
      ['first: 101', 'BAD_INPUT'],
      ['stream: ""', 'BAD_INPUT'],
      [String.raw`correlationId: "\u0000"`, 'BAD_INPUT'],
    ] as const)
      expect({ args, ...(await read(args)) }).toMatchObject({
        args,
        errors: [{ extensions: { code } }],
      })
  })
})
