import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { BAD_COINS, followed, fragile } from './fragile.ts'
import { added, jars, opened, openLog, record } from './tally.ts'

const REPAIRED_MAX_MS = 3_500

it('a repair whose process goes silent in the middle is ended, and others go on', async () => {
  await using clone = await cloneTemplate()
  await using proxy = await startPostgresProxy(clone.url)
  const open = async (url: string) => {
    const stack = new AsyncDisposableStack()
    const database = stack.use(await openDatabase({ engine: 'postgres', url }))
    const log = stack.use(await openLog(database))
    const mended = fragile(jars)
    return { stack, log, mended, jar: await followed({ database, log, model: mended.model }) }
  }
  const other = await open(clone.url)
  await using _other = other.stack
  const silent = await open(proxy.url(clone.url))
  await using _silent = silent.stack
  await record(other.log, 'jar-1', [opened('ann'), added(BAD_COINS)])
  await other.jar.catchUp()
  for (const { mended } of [other, silent]) mended.isPoison = () => false
  let went = false
  proxy.judge = ({ text: statement }) => {
    if (!statement.startsWith('delete from read.parked_streams')) return 'pass'
    went = true
    proxy.silenceAll()
    return 'swallow'
  }
  const key = { projection: 'jars', stream: 'jar-1' }
  const never = silent.jar.desk.retry(key).catch(() => undefined)
  await eventually(() => went)
  const from = performance.now()
  expect(await other.jar.desk.retry(key)).toMatchObject({ type: 'released', events: 1 })
  expect(performance.now() - from).toBeLessThan(REPAIRED_MAX_MS)
  await record(other.log, 'jar-1', [added(1)])
  await other.jar.catchUp()
  expect(await other.jar.rows()).toMatchObject([{ coins: BAD_COINS + 1, version: 3 }])
  proxy.resetAll()
  await never
})
