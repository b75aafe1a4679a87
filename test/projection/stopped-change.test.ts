import type { Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import type { Tables } from '../../src/database/tables.ts'
import type { Generation } from '../../src/projection/checkpoint.ts'
import { beginGeneration, flip } from '../../src/projection/generation-changes.ts'
import { cancelGeneration } from '../../src/projection/generation-drop.ts'
import { modelTable } from '../../src/projection/model-table.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { followed } from './fragile.ts'
import { generationsOf } from './engine-process.ts'
import { added, jars, opened, openLog, record } from './tally.ts'

const GOES_ON_MAX_MS = 5_000

const begin = (kysely: Kysely<Tables>) =>
  beginGeneration(kysely, {
    of: { name: 'jars', version: 1 },
    tableOf: (of) => modelTable(jars, of),
    duty: 1,
  })

interface Case {
  readonly what: string
  readonly change: (kysely: Kysely<Tables>, built: Generation) => Promise<unknown>
  /** The beginning of the statement in which the process goes silent. */
  readonly at: string
}

const CASES: readonly Case[] = [
  { what: 'a flip', change: flip, at: 'update read.projections p set served = true' },
  { what: 'a cancellation', change: cancelGeneration, at: 'drop table if exists' },
  { what: 'the making of a table', change: begin, at: 'select nextval' },
]

it.each(CASES)(
  '$what whose process goes silent in the middle is ended, and others go on',
  async ({ change, at }) => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(clone.url)
    await using other = await openDatabase({ engine: 'postgres', url: clone.url })
    await using silent = await openDatabase({ engine: 'postgres', url: proxy.url(clone.url) })
    await using log = await openLog(other)
    const jar = await followed({ database: other, log, model: jars })
    const built = await begin(other.kysely)
    if (built === undefined) throw new Error('Another was building already.')
    if (change === begin) await cancelGeneration(other.kysely, built)
    let went = false
    proxy.judge = ({ text: statement }) => {
      if (!statement.startsWith(at)) return 'pass'
      went = true
      proxy.silenceAll()
      return 'swallow'
    }
    const never = change(silent.kysely, built).catch(() => undefined)
    await eventually(() => went)
    const from = performance.now()
    await record(log, 'jar-1', [opened('ann'), added(1)])
    // The silent process has the serving row locked, the building one, or what tables are made under.
    await eventually(async () => {
      await jar.catchUp()
      return (await jar.rows()).length === 1
    })
    await cancelGeneration(other.kysely, built)
    await begin(other.kysely)
    expect(performance.now() - from).toBeLessThan(GOES_ON_MAX_MS)
    expect(await generationsOf(other, 'jars')).toEqual([
      '1a serves',
      expect.stringMatching('building'),
    ])
    proxy.resetAll()
    await never
  },
)
