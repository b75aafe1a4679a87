import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { parseStored, toStored } from '../../src/domain/stored.ts'
import { timelines } from '../../src/history/timeline.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { sample } from '../domain/sample.ts'
import { describeOnEachDatabase, type OpenFresh } from '../harness/databases.ts'

const EVENTS = [sample('OrderPlaced'), sample('OrderConfirmed'), sample('OrderShipped')]
const STREAM = `order-${randomUUID()}`

/** One stream of five events, between two of another. */
const written = async (openFresh: OpenFresh) => {
  const log = await eventLog({ database: await openFresh(), masterKey: randomMasterKey() })
  const append = async (stream: string, expectedVersion: number) => {
    const id = randomUUID()
    const event = toStored(EVENTS[expectedVersion % EVENTS.length] ?? sample('OrderConfirmed'))
    const outcome = await log.append({
      stream,
      expectedVersion,
      events: [{ ...event, data: JSON.parse(JSON.stringify(event.data)) }],
      command: { scope: 'test', id, fingerprint: '0'.repeat(64) },
      metadata: {
        commandId: id,
        correlationId: id,
        causationId: null,
        actor: { role: 'STAFF', subject: 'test' },
        traceparent: null,
      },
      timeoutMs: 10_000,
    })
    expect(outcome.type).toBe('appended')
  }
  const other = `order-${randomUUID()}`
  await append(other, 0)
  for (let version = 0; version < 5; version += 1) await append(STREAM, version)
  await append(other, 1)
  return { log, ...timelines({ log, parse: parseStored }) }
}

describeOnEachDatabase('a timeline', (openFresh) => {
  it('holds the typed events of one stream with their places in the log', async () => {
    const world = await written(openFresh)
    await using _log = world.log
    const bounds = { afterVersion: 0, upToVersion: 5, limit: 10 }
    const { events, hasMore } = await world.page(STREAM, bounds)
    expect(hasMore).toBe(false)
    expect(events.slice(0, 3).map(({ event }) => event)).toEqual(EVENTS)
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5])
    expect(events.map(({ position }) => position)).toEqual([2n, 3n, 4n, 5n, 6n])
    const { commandId } = events[0]?.metadata ?? {}
    expect(commandId).toMatch(/^[0-9a-f-]{36}$/)
    expect(events[0]).toMatchObject({ stream: STREAM, metadata: { correlationId: commandId } })
    expect(events[0]?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('is read forwards after a version, up to another and a limit', async () => {
    const world = await written(openFresh)
    await using _log = world.log
    for (const [afterVersion, upToVersion, limit, versions, hasMore] of [
      [0, 5, 2, [1, 2], true],
      [3, 5, 2, [4, 5], false],
      [0, 2, 2, [1, 2], false],
      [2, 9, 9, [3, 4, 5], false],
      [5, 5, 2, [], false],
      [9, 5, 2, [], false],
      [0, 5, 0, [], true],
    ] as const) {
      const bounds = { afterVersion, upToVersion, limit }
      const page = await world.page(STREAM, bounds)
      const seen = { versions: page.events.map(({ version }) => version), hasMore: page.hasMore }
      expect({ bounds, ...seen }).toEqual({ bounds, versions, hasMore })
    }
  })

  it('is read backwards before a version, down to another and a limit', async () => {
    const world = await written(openFresh)
    await using _log = world.log
    for (const [afterVersion, beforeVersion, limit, versions, hasMore] of [
      [0, 6, 2, [4, 5], true],
      [0, 3, 2, [1, 2], false],
      [0, 2, 5, [1], false],
      [2, 5, 5, [3, 4], false],
      [2, 6, 2, [4, 5], true],
      [0, 1, 2, [], false],
      [0, 6, 0, [], true],
    ] as const) {
      const bounds = { afterVersion, beforeVersion, limit }
      const page = await world.pageBefore(STREAM, bounds)
      const seen = { versions: page.events.map(({ version }) => version), hasMore: page.hasMore }
      expect({ bounds, ...seen }).toEqual({ bounds, versions, hasMore })
    }
  })
})
