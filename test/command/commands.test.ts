import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { commands } from '../../src/command/commands.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { timing, USD } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { expectSoundHistory } from '../store/sound-history.ts'
import {
  asked,
  cancelling,
  confirming,
  customerId,
  orderId,
  placing,
  pricing,
  productId,
  said,
  shop,
  stocked,
} from './given-commands.ts'

describeOnEachDatabase('a command', (openFresh) => {
  it('is accepted with its receipt, and its events say who and why', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    const options = asked({
      fresh: true,
      correlationId: 'a-correlation',
      causationId: `${stock.product}@1`,
      traceparent: '00-trace-01',
      actor: { role: 'OPERATOR', subject: 'somebody' },
    })
    const commandId = options.request.key.id
    expect(await here.commands.placeOrder(placing(order, stock), options)).toEqual({
      type: 'accepted',
      commandId,
      receipt: { stream: order, version: 1, position: 3n },
      replayed: false,
    })
    const [placed] = await here.log.load(order)
    expect(placed).toMatchObject({
      type: 'OrderPlaced',
      data: {
        customerId: stock.customer,
        lines: [{ productName: 'Chai', productVersion: 1, unitPrice: 1_800 }],
        personal: { subject: stock.customer, details: { name: 'Ana Trujillo' } },
      },
    })
    expect(placed?.metadata).toEqual({
      commandId,
      correlationId: 'a-correlation',
      causationId: `${stock.product}@1`,
      actor: { role: 'OPERATOR', subject: 'somebody' },
      traceparent: '00-trace-01',
    })
  })

  it('is answered with its first receipt when repeated, also after the restart', async () => {
    const database = await openFresh()
    const masterKey = randomMasterKey()
    const first = await shop(database, masterKey)
    const stock = await stocked(first)
    const order = orderId()
    const placed = asked({ fresh: true })
    const accepted = await first.commands.placeOrder(placing(order, stock), placed)
    const cancelled = asked()
    const gone = await first.commands.order(cancelling(order), cancelled)
    await first[Symbol.asyncDispose]()

    await using second = await shop(database, masterKey)
    // Both would now be refused: the order is placed already, and cancelled already.
    expect(await second.commands.placeOrder(placing(order, stock), placed)).toEqual({
      ...accepted,
      replayed: true,
    })
    expect(await second.commands.order(cancelling(order), cancelled)).toEqual({
      ...gone,
      replayed: true,
    })
    expect(said(await second.commands.order(cancelling(order), asked()))).toBe(
      'OrderAlreadyCancelled',
    )
    expect(await second.log.head()).toBe(4n)
  })

  it("is refused when its id was another command's, whether or not it would do", async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    const options = asked({ asks: 'place' })
    const placed = await here.commands.placeOrder(placing(order, stock), options)
    const { id } = options.request.key
    const other = asked({ id, asks: 'confirm' })
    const reused = {
      type: 'refused',
      commandId: id,
      refusal: { type: 'CommandIdReused', commandId: id },
      position: placed.type === 'accepted' ? placed.receipt.position : null,
    }
    expect(await here.commands.order(confirming(order), other)).toEqual(reused)
    expect(await here.commands.order(confirming(orderId()), other)).toEqual(reused)
    // Another caller's id is another id.
    const theirs = asked({ key: { scope: 'somebody else', id } })
    expect(said(await here.commands.order(confirming(order), theirs))).toBe('accepted')
  })

  it('with a version is refused on another, but its repetition is not', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    await here.commands.placeOrder(placing(order, stock), asked())
    const seen = asked({ expectedVersion: 1 })
    expect(said(await here.commands.order(confirming(order), seen))).toBe('accepted')
    expect(said(await here.commands.order(confirming(order), seen))).toBe('replayed')
    expect(
      await here.commands.order(cancelling(order), asked({ expectedVersion: 1 })),
    ).toMatchObject({
      refusal: { type: 'VersionConflict', stream: order, expectedVersion: 1, actualVersion: 2 },
      position: 4n,
    })
    expect(await here.log.load(order)).toHaveLength(2)
  })

  it('is refused at the position of the last event it was decided on', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    expect(await here.commands.order(confirming(order), asked())).toMatchObject({
      refusal: { type: 'OrderUnknown' },
      position: 0n,
    })
    await here.commands.placeOrder(placing(order, stock), asked())
    await here.commands.order(cancelling(order), asked())
    await here.commands.product(pricing(stock.product, 1_900), asked())
    expect(await here.commands.order(confirming(order), asked())).toMatchObject({ position: 4n })
    // A placing rests on the product's last event, too.
    await here.commands.product(
      { ...timing, type: 'DiscontinueProduct', productId: stock.product },
      asked(),
    )
    const late = await here.commands.placeOrder(placing(orderId(), stock), asked({ fresh: true }))
    expect(late).toMatchObject({ refusal: { type: 'ProductIsDiscontinued' }, position: 6n })
  })

  it('places an order on the present facts of its customer and products', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    await here.commands.product(pricing(stock.product, 1_950), asked())
    const order = orderId()
    expect(said(await here.commands.placeOrder(placing(order, stock), asked()))).toBe('accepted')
    expect((await here.log.load(order))[0]?.data).toMatchObject({
      lines: [{ productVersion: 2, listPrice: 1_950, unitPrice: 1_950 }],
    })
    const place = (facts: Partial<typeof stock>) =>
      here.commands.placeOrder(placing(orderId(), { ...stock, ...facts }), asked({ fresh: true }))
    expect(said(await place({ customer: customerId() }))).toBe('CustomerUnknown')
    expect(said(await place({ product: productId() }))).toBe('ProductUnknown')
  })

  it('changes lines on the present facts of what is new, and leaves what is kept as it was', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    await here.commands.placeOrder(placing(order, stock), asked())
    await here.commands.product(pricing(stock.product, 1_950), asked())
    const [wanted] = placing(order, stock).lines
    if (wanted === undefined) throw new Error('An order has lines.')
    const change = (product: typeof stock.product) =>
      here.commands.order(
        {
          ...timing,
          type: 'ChangeOrderLines',
          currency: USD,
          orderId: order,
          lines: [
            { keep: 1, quantity: 2 },
            { ...wanted, productId: product },
          ],
          shippingFee: null,
          tax: null,
        },
        asked(),
      )
    expect(await change(productId())).toMatchObject({
      refusal: { type: 'ProductUnknown', line: 2 },
    })
    expect(said(await change(stock.product))).toBe('accepted')
    expect((await here.log.load(order)).at(-1)?.data).toMatchObject({
      lines: [
        { line: 1, productVersion: 1, unitPrice: 1_800 },
        { line: 2, productVersion: 2, unitPrice: 1_950 },
      ],
    })
  })

  it('on a name that was not new after all is decided again on what stands there', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    await here.commands.placeOrder(placing(order, stock), asked({ fresh: true }))
    const again = await here.commands.placeOrder(placing(order, stock), asked({ fresh: true }))
    expect(again).toMatchObject({ refusal: { type: 'OrderAlreadyPlaced' }, position: 3n })
  })

  it("stops the server loudly when a stream holds another aggregate's events", async () => {
    const database = await openFresh()
    await using here = await shop(database)
    const stock = await stocked(here)
    await sql`alter table log.events disable trigger events_are_immutable`.execute(database.kysely)
    await sql`update log.events set data = '{"occurredAt": "2026-11-20T10:00:00.000Z"}',
      type = 'OrderConfirmed' where stream = ${stock.product}`.execute(database.kysely)
    // Whoever has not read the stream before it was tampered with.
    const price = commands(here.log).product(pricing(stock.product, 1), asked())
    await expect(price).rejects.toThrow('is the stream of a product, but holds a OrderConfirmed')
  })

  it('has one effect and one receipt when it comes fifty times at once', async () => {
    await using here = await shop(await openFresh())
    const stock = await stocked(here)
    const order = orderId()
    const options = asked({ id: randomUUID() })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => here.commands.placeOrder(placing(order, stock), options)),
    )
    const [first] = answers.filter((answer) => said(answer) === 'accepted')
    expect(answers.filter((answer) => said(answer) === 'accepted')).toHaveLength(1)
    for (const answer of answers) expect(answer).toEqual({ ...first, replayed: answer !== first })
    expect(await expectSoundHistory(here.log)).toHaveLength(3)
  })

  it('of fifty refused at once is refused fifty times alike', async () => {
    await using here = await shop(await openFresh())
    const order = orderId()
    const options = asked()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => here.commands.order(confirming(order), options)),
    )
    expect(new Set(answers.map(said))).toEqual(new Set(['OrderUnknown']))
    expect(said(await here.commands.order(confirming(order), options))).toBe('OrderUnknown')
  })
})
