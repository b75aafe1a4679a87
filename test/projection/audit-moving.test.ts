import { expect, it } from 'vitest'
import { audit } from '../../src/projection/audit.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { describeOnPostgres } from '../harness/databases.ts'
import { filled, given, project } from './audited-jars.ts'
import { added, jars, opened, openLog, record } from './tally.ts'

describeOnPostgres('an audit', (openFresh) => {
  it('gives no false alarm about a table that moves on while the log is folded', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    let hasMoved = false
    const moving: Pick<Log, 'read' | 'origins' | 'head'> = {
      origins: (streams) => log.origins(streams),
      head: () => log.head(),
      read: async (...page) => {
        if (!hasMoved) {
          hasMoved = true
          await record(log, 'jar-1', [added(1)])
          await record(log, 'jar-9', [opened('owner-0')])
          await project(database, log, position(16n))
        }
        return await log.read(...page)
      },
    }
    const limits = { rowsMax: 2, rowPageMax: 1, eventPageMax: 4 }
    const found = await audit({ ...given(database, log, limits), log: moving, model: jars })
    expect(hasMoved).toBe(true)
    expect(found).toMatchObject({ checkpoint: 18n, differing: 0, rows: 5 })
  })

  it('gives none about a table that moves on while its rows are read', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    const reading = Promise.withResolvers<void>()
    const moved = Promise.withResolvers<void>()
    const kysely = database.kysely.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (!result.rows.some((row) => 'coins' in row)) return result
        reading.resolve()
        await moved.promise
        return result
      },
    })
    const limits = { rowPageMax: 1 }
    const auditing = audit({ ...given(database, log, limits), kysely, model: jars })
    await reading.promise
    await record(log, 'jar-3', [added(1)])
    await project(database, log, position(16n))
    moved.resolve()
    expect(await auditing).toMatchObject({ checkpoint: 16n, differing: 0, rows: 4 })
  })
})
