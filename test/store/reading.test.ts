import { randomUUID } from 'node:crypto'
import type { KyselyPlugin } from 'kysely'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { LogGap } from '../../src/store/follow.ts'
import { streamLoader } from '../../src/store/load.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { appendCommand, happened } from './append-command.ts'

const logOn = (database: Database) => eventLog({ database, masterKey: randomMasterKey() })

/** The same database, with a count of the queries whose answers came. */
const counted = (database: Database) => {
  const count = { answers: 0 }
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      count.answers += 1
      return result
    },
  }
  return { count, database: { ...database, kysely: database.kysely.withPlugin(plugin) } }
}

describeOnEachDatabase('reading the log', (openFresh) => {
  it('loads a stream whole and in order, with all that was said of each event', async () => {
    await using log = await logOn(await openFresh())
    const command = appendCommand({ events: [happened({ n: 1 }), happened({ n: 2 })] })
    await log.append(command)
    await log.append(
      appendCommand({ ...command, key: { scope: 's', id: randomUUID() }, expectedVersion: 2 }),
    )
    const events = await log.load(command.stream)
    expect(events.map((event) => [event.version, event.data])).toEqual([
      [1, { n: 1 }],
      [2, { n: 2 }],
      [3, { n: 1 }],
      [4, { n: 2 }],
    ])
    expect(events[0]).toEqual({
      position: 1n,
      stream: command.stream,
      version: 1,
      type: 'Happened',
      schemaVersion: 1,
      data: { n: 1 },
      metadata: command.metadata,
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(await log.load('thing-never-seen')).toEqual([])
  })

  it('lets concurrent loads share a query, each with its own stream', async () => {
    const fresh = await openFresh()
    await using log = await logOn(fresh)
    const commands = Array.from({ length: 300 }, (_, n) =>
      appendCommand({ events: [happened({ n })] }),
    )
    await Promise.all(commands.map((command) => log.append(command)))
    const { count, database } = counted(fresh)
    const loader = streamLoader(database)
    const loads = commands.flatMap(({ stream }) => [loader.load(stream), loader.load(stream)])
    const streams = await Promise.all(loads)
    expect(streams.map(([event]) => event?.data)).toEqual(
      commands.flatMap((_, n) => [{ n }, { n }]),
    )
    expect(count.answers).toBe(2)
  })

  it('loads everything committed before it was asked, whatever is under way', async () => {
    const fresh = await openFresh()
    await using log = await logOn(fresh)
    const stream = `thing-${randomUUID()}`
    for (let version = 0; version < 30; version++) {
      const early = [log.load(stream), log.load('thing-other'), log.load(stream)]
      await log.append(appendCommand({ stream, expectedVersion: version }))
      expect(await log.load(stream)).toHaveLength(version + 1)
      await Promise.all(early)
    }
  })

  it('tells whoever loads that the database failed, and loads again afterwards', async () => {
    const fresh = await openFresh()
    await using log = await logOn(fresh)
    await sql`alter table log.events rename to hidden`.execute(fresh.kysely)
    const failures = await Promise.allSettled([log.load('thing-a'), log.load('thing-b')])
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await sql`alter table log.hidden rename to events`.execute(fresh.kysely)
    expect(await log.load('thing-a')).toEqual([])
  })

  it('pages through a stream and finds the first event of each', async () => {
    await using log = await logOn(await openFresh())
    const command = appendCommand({ events: [happened({ n: 1 }), happened({ n: 2 }), happened()] })
    const other = appendCommand({ events: [happened({ n: 4 })] })
    await log.append(command)
    await log.append(other)
    const page = await log.readStream(command.stream, { afterVersion: 1, limit: 1 })
    expect(page.map((event) => event.version)).toEqual([2])
    expect(await log.readStream(command.stream, { afterVersion: 3, limit: 9 })).toEqual([])
    const origins = await log.origins([command.stream, other.stream, 'thing-never-seen'])
    expect([...origins.keys()].toSorted()).toEqual([command.stream, other.stream].toSorted())
    expect(origins.get(command.stream)).toMatchObject({ version: 1, data: { n: 1 } })
    expect(origins.get(other.stream)).toMatchObject({ version: 1, position: 4n, data: { n: 4 } })
  })

  it('finds the receipt of an accepted command, and none of another scope', async () => {
    await using log = await logOn(await openFresh())
    const command = appendCommand({ events: [happened(), happened()] })
    await log.append(command)
    const { scope, id, fingerprint } = command.command
    expect(await log.receipt({ scope, id })).toEqual({
      receipt: { stream: command.stream, version: 2, position: 2n },
      fingerprint,
    })
    expect(await log.receipt({ scope: 'other', id })).toBeUndefined()
  })

  it('follows the log in pages, and stops loudly at a hole', async () => {
    const database = await openFresh()
    await using log = await logOn(database)
    await Promise.all(Array.from({ length: 6 }, () => log.append(appendCommand())))
    const page = await log.read(position(2n), 3)
    expect(page.map((event) => event.position)).toEqual([3n, 4n, 5n])
    expect(await log.read(position(6n), 3)).toEqual([])
    await sql`alter table log.events disable trigger events_are_immutable`.execute(database.kysely)
    await sql`delete from log.events where position = 4`.execute(database.kysely)
    expect(await log.read(LOG_START, 3)).toHaveLength(3)
    await expect(log.read(LOG_START, 10)).rejects.toThrow(LogGap)
    // The hole right at the checkpoint, where a page begins.
    await expect(log.read(position(3n), 1)).rejects.toThrow('event 4 was expected next, 5 was seen')
  })
})
