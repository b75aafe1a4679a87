import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { customerEvent, productEvent } from '../../src/command/aggregate-event.ts'
import { states } from '../../src/command/states.ts'
import { customerDecider } from '../../src/domain/customer/customer-decider.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { timing } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { asked, customerId, pricing, profile, said, shop, stocked } from './given-commands.ts'
import { foldedWhole, productStates, snapshotVersion, watched } from './known-states.ts'

describeOnEachDatabase('a state that was stored', (openFresh) => {
  it('starts a new process at a snapshot, but not at one of another form', async () => {
    const { count, database } = watched(await openFresh())
    await using here = await shop(database)
    const { product } = await stocked(here)
    const warm = productStates(here.log, { snapshotEveryEvents: 50 })
    for (let price = 1; price <= 60; price += 1) {
      await here.commands.product(pricing(product, price), asked())
      await warm.load(product)
    }
    await eventually(async () => (await snapshotVersion(database, product)) === 50)
    const whole = await foldedWhole(here.log, product)
    Object.assign(count, { rows: 0 })
    expect(await productStates(here.log).load(product)).toMatchObject(whole)
    expect(count.rows).toBe(12)
    const { stored } = productDecider
    const changed = { ...stored, version: stored.version + 1 }
    const reading = { ...productDecider, stored: changed, parse: productEvent }
    Object.assign(count, { rows: 0 })
    expect(await states(here.log, reading).load(product)).toMatchObject(whole)
    expect(count.rows).toBe(61)
  })

  it('does without a snapshot that cannot be read, and removes it', async () => {
    const database = await openFresh()
    await using here = await shop(database)
    const { product } = await stocked(here)
    const warm = productStates(here.log, { snapshotEveryEvents: 30 })
    for (let price = 1; price <= 35; price += 1) {
      await here.commands.product(pricing(product, price), asked())
      await warm.load(product)
    }
    await eventually(async () => (await snapshotVersion(database, product)) !== undefined)
    await sql`update log.snapshots set state = state - 'stock'`.execute(database.kysely)
    const cold = await productStates(here.log).load(product)
    expect(cold).toMatchObject(await foldedWhole(here.log, product))
    expect(await snapshotVersion(database, product)).toBeUndefined()
  })

  it('tells nobody forgotten, however it was known before', async () => {
    const database = await openFresh()
    const masterKey = randomMasterKey()
    await using here = await shop(database, masterKey)
    const customer = customerId()
    await here.commands.customer(
      { ...timing, type: 'RegisterCustomer', customerId: customer, reference: null, profile },
      asked(),
    )
    for (const phone of ['1', '2', '3'])
      await here.commands.customer(
        { ...timing, type: 'UpdateCustomerProfile', customerId: customer, changes: { phone } },
        asked(),
      )
    const setting = { snapshotEveryEvents: 4 }
    const customers = states(here.log, { ...customerDecider, parse: customerEvent }, setting)
    expect((await customers.load(customer)).state).toMatchObject({
      profile: { name: profile.name },
    })
    await eventually(async () => (await snapshotVersion(database, customer)) === 4)
    const forgetting = { ...timing, type: 'ForgetCustomer', customerId: customer } as const
    expect(said(await here.commands.customer(forgetting, asked()))).toBe('accepted')
    expect(await snapshotVersion(database, customer)).toBeUndefined()
    const { state } = await customers.load(customer)
    expect(state).toMatchObject({ profile: 'FORGOTTEN', erasedAt: expect.any(String) })
  })
})
