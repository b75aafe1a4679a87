import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { productEvent } from '../../src/command/aggregate-event.ts'
import { states } from '../../src/command/states.ts'
import type { ProductId } from '../../src/domain/identity.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { dice } from '../domain/dice.ts'
import { timing, usd } from '../domain/sample.ts'
import { productWalk } from '../domain/walks.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import {
  asked,
  orderId,
  placing,
  pricing,
  productId,
  said,
  type Shop,
  shop,
  stocked,
} from './given-commands.ts'
import {
  append,
  foldedWhole,
  loseAfter,
  productStates,
  snapshotVersion,
  watched,
} from './known-states.ts'

describeOnEachDatabase('the state that commands are decided on', (openFresh) => {
  it('is that of the whole stream, from wherever it is read', async () => {
    const database = await openFresh()
    await using here = await shop(database)
    const { log } = here
    for (const seed of [1, 2, 3]) {
      const stream = productId()
      const history = productWalk(dice(seed), 150)
      const warm = productStates(log, { snapshotEveryEvents: 7 })
      const small = productStates(log, { limits: { statesMax: 1 }, snapshotEveryEvents: 1_000 })
      for (let at = 0, size = 1; at < history.length; at += size, size = (size % 5) + 1) {
        await append(log, stream, history.slice(at, at + size))
        const whole = await foldedWhole(log, stream)
        await small.load(productId())
        const cold = productStates(log)
        for (const known of await Promise.all([warm, small, cold].map((of) => of.load(stream))))
          expect(known).toMatchObject(whole)
      }
      await eventually(async () => (await snapshotVersion(database, stream)) !== undefined)
    }
  }, 60_000)

  it('brings only what is new, and asks all the same', async () => {
    const fresh = await openFresh()
    const { count, database } = watched(fresh)
    const masterKey = randomMasterKey()
    await using here = await shop(database, masterKey)
    const { product } = await stocked(here)
    await using there = await shop(fresh, masterKey)
    const products = productStates(here.log)
    await products.load(product)
    for (let price = 1; price <= 5; price += 1) {
      expect(said(await there.commands.product(pricing(product, price), asked()))).toBe('accepted')
      Object.assign(count, { tails: 0, rows: 0 })
      expect(await products.load(product)).toMatchObject({ version: price + 1 })
      // The event that was known, to see that it still stands, and the new one.
      expect(count).toMatchObject({ tails: 1, rows: 2 })
    }
  })

  it('costs an order of twenty products one query before it is appended', async () => {
    const { count, database } = watched(await openFresh())
    await using here = await shop(database)
    const { customer, product } = await stocked(here)
    const products = [product, ...Array.from({ length: 19 }, () => productId())]
    for (const id of products.slice(1)) await register(here, id)
    const place = () => {
      const command = placing(orderId(), { customer, product })
      const [line] = command.lines
      if (line === undefined) throw new Error('An order has a line.')
      const lines = products.map((id) => ({ ...line, productId: id }))
      return here.commands.placeOrder({ ...command, lines }, asked({ fresh: true }))
    }
    expect(said(await place())).toBe('accepted')
    for (const id of products) await here.commands.product(pricing(id, 77), asked())
    Object.assign(count, { statements: 0, rows: 0 })
    expect(said(await place())).toBe('accepted')
    expect(count).toMatchObject({ statements: 1, rows: 21 })
  })

  it('survives a restore that took the end of a stream, and one that put another in its place', async () => {
    const fresh = await openFresh()
    const masterKey = randomMasterKey()
    await using here = await shop(fresh, masterKey)
    const { product } = await stocked(here)
    const products = productStates(here.log)
    for (const price of [1, 2, 3]) await here.commands.product(pricing(product, price), asked())
    expect(await products.load(product)).toMatchObject({ version: 4 })
    await loseAfter(fresh, 3n)
    const shorter = await products.load(product)
    expect(shorter).toMatchObject(await foldedWhole(here.log, product))
    expect(shorter.version).toBe(2)
    // Version 3 again at position 4, but another price: only who wrote it tells the two apart.
    await products.load(product)
    await here.commands.product(pricing(product, 40), asked())
    const before = await products.load(product)
    await loseAfter(fresh, 3n)
    await using there = await shop(fresh, masterKey)
    expect(said(await there.commands.product(pricing(product, 50), asked()))).toBe('accepted')
    const other = await products.load(product)
    expect(other).toMatchObject({ version: before.version, position: before.position })
    expect(other).toMatchObject(await foldedWhole(here.log, product))
    expect(said(await here.commands.product(pricing(product, 40), asked()))).toBe('accepted')
  })

  it('is read anew once this process knows of a new epoch', async () => {
    const { count, database } = watched(await openFresh())
    await using here = await shop(database)
    const { product } = await stocked(here)
    for (const price of [1, 2]) await here.commands.product(pricing(product, price), asked())
    const products = productStates(here.log)
    const known = await products.load(product)
    await sql`insert into log.log_epochs (epoch, starts_after) values ('knew0001', 4)`.execute(
      database.kysely,
    )
    await here.log.epochs.resolve({ epoch: 'unknown1', number: 1n })
    expect(here.log.epochs.token(known.position)).toBe('knew0001.4')
    Object.assign(count, { rows: 0 })
    expect(await products.load(product)).toEqual(known)
    expect(count.rows).toBe(3)
    await products.load(product)
    expect(count.rows).toBe(4)
  })

  it('is folded once for all who ask at one time', async () => {
    await using here = await shop(await openFresh())
    const { product } = await stocked(here)
    for (const price of [1, 2, 3]) await here.commands.product(pricing(product, price), asked())
    let evolved = 0
    const evolve: typeof productDecider.evolve = (state, event) => {
      evolved += 1
      return productDecider.evolve(state, event)
    }
    const products = states(here.log, { ...productDecider, evolve, parse: productEvent })
    await Promise.all(Array.from({ length: 20 }, () => products.load(product)))
    expect(evolved).toBe(4)
  })
})

const register = async (here: Shop, id: ProductId) => {
  const named = { reference: null, name: randomUUID(), prices: [usd(1)] }
  await here.commands.product(
    { ...timing, type: 'RegisterProduct', productId: id, ...named },
    asked(),
  )
}
