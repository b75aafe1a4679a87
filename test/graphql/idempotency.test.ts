import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneTemplate } from '../harness/databases.ts'
import { fingerprint } from '../../src/graphql/fingerprint.ts'
import { shop, type Shop } from './shop.ts'
import { textOf } from './service.ts'

describe.each(['pglite', 'postgres'])('a command sent again on %s', (engine) => {
  const opened = new AsyncDisposableStack()
  let open: Shop
  beforeAll(async () => {
    open = opened.use(
      await shop(engine === 'postgres' ? opened.use(await cloneTemplate()) : undefined),
    )
  })
  afterAll(() => opened.disposeAsync())

  it('has one effect and the same answer, whatever the order of its fields and its nulls', async () => {
    const commandId = randomUUID()
    const line = { productId: await open.product(), quantity: 2 }
    const input = {
      commandId,
      customerId: await open.customer(),
      currencyCode: 'USD',
      lines: [line],
    }
    const first = await open.accept('placeOrder', input)
    const head = await open.head()
    const repeats = [
      input,
      {
        lines: [{ quantity: 2, productId: line.productId }],
        currencyCode: 'USD',
        customerId: input.customerId,
        commandId,
      },
      { ...input, reference: null, shipTo: null, lines: [{ ...line, discount: null }] },
      { ...input, fulfilment: 'MANUAL' },
      { ...input, commandId: commandId.toUpperCase() },
    ]
    for (const repeat of repeats)
      expect(await open.accept('placeOrder', repeat)).toEqual({ ...first, replayed: true })
    expect(first).toMatchObject({ replayed: false, commandId })
    expect(await open.head()).toBe(head)
  })

  it('is refused when its id was used for anything else', async () => {
    const { orderId, commandId, position } = await open.order({ reference: 'A1' })
    const productId = await open.product()
    const others: readonly (readonly [string, object])[] = [
      ['confirmOrder', { orderId }],
      ['shipOrder', { orderId }],
      ['discontinueProduct', { productId }],
      [
        'placeOrder',
        {
          customerId: await open.customer(),
          currencyCode: 'USD',
          lines: [{ productId, quantity: 1 }],
        },
      ],
    ]
    const head = await open.head()
    for (const [mutation, input] of others) {
      const { data } = await open.run(mutation, { ...input, commandId })
      expect(data[mutation]).toMatchObject({ __typename: 'CommandIdReused', commandId, position })
    }
    expect(await open.head()).toBe(head)

    // The same input, to the letter, of another mutation.
    const confirmed = await open.accept('confirmOrder', { orderId })
    const shipped = await open.run('shipOrder', { orderId, commandId: confirmed['commandId'] })
    expect(shipped.data['shipOrder']?.['__typename']).toBe('CommandIdReused')
  })

  it('is answered with its acceptance although it would be refused by now', async () => {
    const { orderId, version } = await open.order()
    const cancel = { orderId, commandId: randomUUID(), reason: 'OTHER', expectedVersion: version }
    const first = await open.accept('cancelOrder', cancel)
    expect(await open.accept('cancelOrder', cancel)).toEqual({ ...first, replayed: true })
    const { data } = await open.run('cancelOrder', { ...cancel, commandId: randomUUID() })
    expect(data['cancelOrder']?.['__typename']).toBe('VersionConflict')
  })

  it('sent many times at once has one effect and equal receipts', async () => {
    const lines = [{ productId: await open.product(), quantity: 1 }]
    const commandId = randomUUID()
    const input = { commandId, customerId: await open.customer(), currencyCode: 'USD', lines }
    const head = await open.head()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => open.accept('placeOrder', input)),
    )
    expect(answers.filter(({ replayed }) => textOf(replayed) === 'false')).toHaveLength(1)
    expect(
      new Set(answers.map(({ orderId, position }) => `${textOf(orderId)} ${textOf(position)}`))
        .size,
    ).toBe(1)
    expect(await open.head()).toBe(head + 1n)
  })

  it('tells a null from a field left out only where null clears', async () => {
    const customerId = await open.customer({ phone: '1' })
    const commandId = randomUUID()
    const input = { customerId, commandId, contact: 'Maria' }
    await open.accept('updateCustomerProfile', input)
    const { data } = await open.run('updateCustomerProfile', { ...input, phone: null })
    expect(data['updateCustomerProfile']?.['__typename']).toBe('CommandIdReused')
  })
})

it('a fingerprint is of the mutation and of what is said, and of nothing else', () => {
  const one = fingerprint('placeOrder', { a: 1, b: { c: [1, 2], d: null }, commandId: 'x' })
  expect(fingerprint('placeOrder', { b: { c: [1, 2] }, a: 1, commandId: 'y', e: undefined })).toBe(
    one,
  )
  expect(fingerprint('confirmOrder', { a: 1, b: { c: [1, 2] } })).not.toBe(one)
  expect(fingerprint('placeOrder', { a: 1, b: { c: [2, 1] } })).not.toBe(one)
  expect(fingerprint('placeOrder', { a: '1', b: { c: [1, 2] } })).not.toBe(one)
  const kept = (input: object) => fingerprint('updateCustomerProfile', { ...input }, 'KEPT')
  expect(kept({ phone: null })).not.toBe(kept({}))
})
