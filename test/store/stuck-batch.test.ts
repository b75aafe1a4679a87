import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { appendCommand } from './append-command.ts'

/** Far below the 10 s after which a connection that says nothing is given up. */
const PATIENCE_MS = 4_000

it('a few commands do not wait for a batch whose connection says nothing any more', async () => {
  await using opened = new AsyncDisposableStack()
  const place = opened.use(await cloneTemplate())
  const proxy = opened.use(await startPostgresProxy(place.url))
  const database = opened.use(await openDatabase({ engine: 'postgres', url: proxy.url(place.url) }))
  const log = opened.use(await eventLog({ database, masterKey: randomMasterKey() }))
  // Before the log closes: it would wait for that connection, too.
  opened.defer(() => proxy.resetAll())
  await log.append(appendCommand())
  let isFirst = true
  proxy.judge = ({ text }) => {
    if (!isFirst || !text.includes('log.append')) return 'pass'
    isFirst = false
    return 'swallow'
  }
  const stuck = log
    .append(appendCommand({ timeoutMs: PATIENCE_MS }))
    .catch((error: unknown) => error)
  await eventually(() => !isFirst)
  const others = []
  for (let sent = 0; sent < 3; sent += 1)
    others.push(await log.append(appendCommand({ timeoutMs: PATIENCE_MS })))
  expect(others.map(({ type }) => type)).toEqual(['appended', 'appended', 'appended'])
  expect(await stuck).toMatchObject({ name: 'Unavailable', outcome: 'UNKNOWN' })
})
