import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate, emptyDatabase } from '../harness/databases.ts'
import { startPgbouncer, withoutPgbouncer } from '../harness/pgbouncer.ts'
import { inlineLog } from './inline-log.ts'
import { expectCleanAudit } from './jar-audit.ts'
import { added, decodeJar, type JarEvent, jars, opened, owners, record } from './tally.ts'

const why = withoutPgbouncer()
const NAMES = ['jars', 'owners']

describe.skipIf(why !== undefined)(`behind PgBouncer ${why ?? ''}`, () => {
  it('two processes append, project and read back, one of them inline', async () => {
    await using clone = await cloneTemplate()
    await using pooler = await startPgbouncer()
    const url = pooler.url(clone.url)
    await using here = await openDatabase({ engine: 'postgres', url })
    await using there = await openDatabase({ engine: 'postgres', url })
    const models = { models: [jars, owners], decode: decodeJar }
    await using one = await inlineLog<JarEvent>({ ...models, database: here, inline: NAMES })
    await using other = await inlineLog<JarEvent>({ ...models, database: there, inline: [] })
    one.engine.start()
    other.engine.start()
    for (let jar = 0; jar < 20; jar++) {
      const [{ log }, { engine }] = jar % 2 === 0 ? [one, other] : [other, one]
      await record(log, `jar-${jar}`, [opened(`owner-${jar % 3}`), added(1)])
      await record(log, `jar-${jar}`, [added(2)])
      const waited = await engine.wait(NAMES, await log.head(), { timeoutMs: 5_000 })
      expect(waited).toEqual({ type: 'reached' })
    }
    for (const { engine, log } of [one, other])
      await engine.wait(NAMES, await log.head(), { timeoutMs: 5_000 })
    expect([...one.reported, ...other.reported]).toEqual([])
    await expectCleanAudit(here, one.log)
  })

  it('an empty database is brought to this version once, by two who start at the same time', async () => {
    await using empty = await emptyDatabase()
    await using pooler = await startPgbouncer()
    const url = pooler.url(empty.url)
    await using here = await openDatabase({ engine: 'postgres', url })
    await using there = await openDatabase({ engine: 'postgres', url })
    const done = await Promise.all([migrate(here), migrate(there)])
    expect(done.filter(({ length }) => length > 0)).toHaveLength(1)
    expect(await migrate(here)).toEqual([])
  })
})
