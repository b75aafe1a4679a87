import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { toStored } from '../../src/domain/stored.ts'
import { eventLogPages } from '../../src/history/event-log-page.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { sample } from '../domain/sample.ts'
import { describeOnEachDatabase, type OpenFresh } from '../harness/databases.ts'

const ORDER = `order-${randomUUID()}`
const PRODUCT = `product-${randomUUID()}`
const REQUEST = randomUUID()
const OTHER = randomUUID()

/** A request that placed an order, what a process made of it, and another request in between. */
const written = async (openFresh: OpenFresh) => {
  const database = await openFresh()
  const log = await eventLog({ database, masterKey: randomMasterKey() })
  const append = async (
    stream: string,
    expectedVersion: number,
    { type, correlationId, causationId = null }: Caused,
  ) => {
    const event = toStored(sample(type))
    const id = randomUUID()
    const outcome = await log.append({
      stream,
      expectedVersion,
      events: [{ ...event, data: JSON.parse(JSON.stringify(event.data)) }],
      command: { scope: 'test', id, fingerprint: '0'.repeat(64) },
      metadata: {
        commandId: id,
        correlationId,
        causationId,
        actor: { role: causationId === null ? 'STAFF' : 'PROCESS', subject: 'test' },
        traceparent: null,
      },
      timeoutMs: 10_000,
    })
    expect(outcome.type).toBe('appended')
  }
  await append(PRODUCT, 0, { type: 'ProductRegistered', correlationId: OTHER })
  await append(ORDER, 0, { type: 'OrderPlaced', correlationId: REQUEST })
  await append(PRODUCT, 1, { type: 'ProductPriceChanged', correlationId: OTHER })
  const caused = { correlationId: REQUEST, causationId: `${ORDER}@1` }
  await append(PRODUCT, 2, { type: 'ProductDiscontinued', ...caused })
  await append(ORDER, 1, { type: 'OrderConfirmed', ...caused })
  return { database, log, ...eventLogPages(log) }
}

interface Caused {
  readonly type: Parameters<typeof sample>[0]
  readonly correlationId: string
  readonly causationId?: string | null
}

describeOnEachDatabase('a page of the event log', (openFresh) => {
  it('holds what a request caused in every stream, or what happened in one, or everything', async () => {
    const world = await written(openFresh)
    await using _log = world.log
    for (const [of, after, limit, positions, hasMore] of [
      [{ correlationId: REQUEST }, 0n, 10, [2n, 4n, 5n], false],
      [{ correlationId: REQUEST }, 0n, 2, [2n, 4n], true],
      [{ correlationId: REQUEST }, 4n, 2, [5n], false],
      [{ correlationId: REQUEST, stream: ORDER }, 0n, 10, [2n, 5n], false],
      [{ correlationId: randomUUID() }, 0n, 10, [], false],
      [{ stream: PRODUCT }, 0n, 10, [1n, 3n, 4n], false],
      [{ stream: PRODUCT }, 1n, 1, [3n], true],
      [{ stream: PRODUCT }, 2n, 2, [3n, 4n], false],
      [{ stream: `order-${randomUUID()}` }, 0n, 10, [], false],
      [{}, 0n, 3, [1n, 2n, 3n], true],
      [{}, 3n, 3, [4n, 5n], false],
      [{}, 5n, 3, [], false],
    ] as const) {
      const page = await world.page(of, { after: position(after), limit })
      const seen = { positions: page.events.map((event) => event.position), hasMore: page.hasMore }
      expect({ of, after, limit, ...seen }).toEqual({ of, after, limit, positions, hasMore })
    }
  })

  it('shows events as they were written, and of personal data only whose it is', async () => {
    const world = await written(openFresh)
    await using _log = world.log
    const { events } = await world.page({ stream: ORDER }, { after: LOG_START, limit: 1 })
    const { data, type, schemaVersion } = toStored(sample('OrderPlaced'))
    const { personal, ...rest } = sample('OrderPlaced').data
    expect(data).toHaveProperty('personal.details.name')
    expect(events[0]).toMatchObject({ type, schemaVersion, occurredAt: rest.occurredAt })
    expect(events[0]?.data).toEqual({
      ...JSON.parse(JSON.stringify(rest)),
      personal: { subject: personal.subject },
    })
  })

  it('finds a correlation id by its index, not by reading the log', async () => {
    const world = await written(openFresh)
    await using _log = world.log
    const { kysely } = world.database
    // The planner rightly reads a table of five rows whole; that it could not is what is asked.
    const plan = await kysely.connection().execute(async (connection) => {
      await sql`set enable_seqscan = off`.execute(connection)
      const { rows } = await sql<{ readonly 'QUERY PLAN': string }>`explain select position
        from log.events where (metadata ->> 'correlationId') collate "C" = ${REQUEST}
        and position > 0 order by (metadata ->> 'correlationId') collate "C", position limit 10`.execute(
        connection,
      )
      await sql`reset enable_seqscan`.execute(connection)
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain('events_correlation')
    expect(plan).not.toContain('Sort')
  })
})
