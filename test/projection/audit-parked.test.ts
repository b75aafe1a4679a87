import { expect, it } from 'vitest'
import { audit } from '../../src/projection/audit.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { change, given } from './audited-jars.ts'
import { BAD_COINS, followed, fragile } from './fragile.ts'
import { added, type JarEvent, jars, opened, openLog, owners, record } from './tally.ts'

const CLEAN = { differing: 0, differences: [], unsettled: 0 }

describeOnEachDatabase('an audit of a projection with a parked stream', (openFresh) => {
  const parked = async (model: AnyReadModel<JarEvent>) => {
    const database = await openFresh()
    const log = await openLog(database)
    const fragment = fragile(model)
    const projection = await followed({ database, log, model: fragment.model })
    await record(log, 'jar-1', [opened('ann'), added(5), added(BAD_COINS), added(1)])
    await record(log, 'jar-2', [opened('ann'), added(7)])
    await projection.catchUp()
    const audited = async () => {
      // Its own code: what cannot be projected must not be folded here either.
      const found = await audit({ ...given(database, log), model: fragment.model })
      expect(found.events).toBe(found.checkpoint)
      return found
    }
    const mended = () => {
      fragment.isPoison = () => false
    }
    const key = { projection: model.name, stream: 'jar-1' }
    return { database, log, ...projection, audited, mended, key }
  }

  it.each([jars, owners])(
    'misses nothing that is held back from $name, and says so',
    async (model) => {
      const at = await parked(model)
      await using _ = at.log
      expect(await at.audited()).toMatchObject({ ...CLEAN, parked: 1 })
      await change(at.database, `update ${at.options.table.name} set coins = 99 where coins > 6`)
      expect(await at.audited()).toMatchObject({ differing: 1, parked: 1 })
    },
  )

  it.each([jars, owners])('is clean again once $name is repaired', async (model) => {
    const at = await parked(model)
    await using _ = at.log
    at.mended()
    expect(await at.desk.retry(at.key)).toMatchObject({ type: 'released' })
    expect(await at.audited()).toMatchObject({ ...CLEAN, parked: 0 })
    await record(at.log, 'jar-1', [added(1)])
    await at.catchUp()
    expect(await at.audited()).toMatchObject(CLEAN)
    await change(
      at.database,
      `update ${at.options.table.name} set position = position + 1 where position >= 7`,
    )
    expect(await at.audited()).toMatchObject({
      differing: 1,
      differences: [{ columns: ['position'] }],
    })
  })

  it.each([jars, owners])('does not ask for what was skipped in $name', async (model) => {
    const at = await parked(model)
    await using _ = at.log
    const why = { reason: 'a test', by: 'otto', version: 3 }
    expect(await at.desk.skip(at.key, why)).toMatchObject({ type: 'released' })
    expect(await at.audited()).toMatchObject({ ...CLEAN, parked: 0 })
    await record(at.log, 'jar-1', [added(BAD_COINS), added(2)])
    await at.catchUp()
    expect(await at.audited()).toMatchObject({ ...CLEAN, parked: 1 })
    await at.desk.skip(at.key, { ...why, version: 5 })
    expect(await at.audited()).toMatchObject({ ...CLEAN, parked: 0 })
  })
})
