import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { timing } from '../domain/sample.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { asked, customerId, profile, said, shop, stocked } from './given-commands.ts'

const destroy = (database: Database, subject: string) =>
  sql`update log.subject_keys set wrapped_key = null, destroyed_at = now()
    where subject = ${subject}`.execute(database.kysely)

describeOnEachDatabase('a command about a forgotten customer', (openFresh) => {
  it('is refused, but its repetition is not', async () => {
    const database = await openFresh()
    const masterKey = randomMasterKey()
    await using cached = await shop(database, masterKey)
    const { customer } = await stocked(cached)
    const update = {
      ...timing,
      type: 'UpdateCustomerProfile',
      customerId: customer,
      changes: { phone: '1' },
    } as const
    const options = asked()
    expect(said(await cached.commands.customer(update, options))).toBe('accepted')
    await destroy(database, customer)
    const again = { ...update, changes: { phone: '2' } }
    expect(await cached.commands.customer(again, asked())).toMatchObject({
      type: 'refused',
      refusal: { type: 'CustomerForgotten', customerId: customer },
    })
    await using later = await shop(database, masterKey)
    expect(said(await later.commands.customer(again, asked()))).toBe('CustomerForgotten')
    expect(said(await later.commands.customer(update, options))).toBe('replayed')
  })

  it('that is repeated is told its receipt, though the seal alone would refuse it', async () => {
    const database = await openFresh()
    const masterKey = randomMasterKey()
    const customer = customerId()
    const register = {
      ...timing,
      type: 'RegisterCustomer',
      customerId: customer,
      reference: null,
      profile,
    } as const
    const options = asked({ fresh: true })
    {
      await using first = await shop(database, masterKey)
      await first.commands.customer(register, options)
    }
    await destroy(database, customer)
    await using second = await shop(database, masterKey)
    // Fresh, so it decides without a look at the stream, and only the seal knows of the tombstone.
    expect(said(await second.commands.customer(register, options))).toBe('replayed')
    const other = asked({ fresh: true, asks: 'that' })
    expect(said(await second.commands.customer(register, other))).toBe('CustomerForgotten')
  })
})
