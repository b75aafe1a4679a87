import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'

const COMMANDS = 40
const LARGE_EVENTS = 100_000

/** Rows as an append would write them; the log itself would take minutes for so many. */
const fill = (database: Database, events: number) =>
  sql`insert into log.events (position, stream, version, type, schema_version, data, metadata, recorded_at)
    select n, 'thing-' || (n - 1) / 100, (n - 1) % 100 + 1, 'Happened', 1, '{}', '{}', now()
    from generate_series((select coalesce(max(position), 0) + 1 from log.events),
      (select coalesce(max(position), 0) + ${events} from log.events)) n`.execute(database.kysely)

interface Scans {
  readonly events: number
  readonly snapshots: number
  readonly probes: number
}

const scansSoFar = (database: Kysely<Tables>) =>
  sql<Scans>`select pg_stat_get_xact_numscans('log.events'::regclass)::integer as events,
    pg_stat_get_xact_numscans('log.snapshots'::regclass)::integer as snapshots,
    pg_stat_get_xact_numscans('log.events_stream_version'::regclass)::integer as probes`
    .execute(database)
    .then(({ rows: [row] }) => row ?? { events: 0, snapshots: 0, probes: 0 })

/**
 * How often tables were scanned from end to end while tails were asked for: counted by the server, since
 * no EXPLAIN shows the plan that a function keeps.
 */
const scans = async (database: Database): Promise<unknown> =>
  await database.kysely.transaction().execute(async (transaction) => {
    const streams = Array.from({ length: 5 }, (_, n) => `thing-${n}`)
    const before = await scansSoFar(transaction)
    for (let command = 0; command < COMMANDS; command += 1)
      await sql`select * from log.tails(${streams}::text[], ${[0, 1, 50, 99, 100]}::integer[],
        ${[0, 1, 1, 1, 1]}::integer[], 20, 1000)`.execute(transaction)
    const after = await scansSoFar(transaction)
    return {
      events: after.events - before.events,
      snapshots: after.snapshots - before.snapshots,
      probed: after.probes - before.probes >= COMMANDS * streams.length,
    }
  })

describeOnEachDatabase('the query for tails', (openFresh) => {
  const NO_SCANS = { events: 0, snapshots: 0, probed: true }

  it('never scans the log, whatever it held when the query was planned', async () => {
    const database = await openFresh()
    expect(await scans(database)).toEqual(NO_SCANS)
    await fill(database, 3)
    await sql`analyze log.events`.execute(database.kysely)
    await sql`analyze log.snapshots`.execute(database.kysely)
    // Small, and known to be small: here a scan is the cheapest plan, and it would be kept.
    expect(await scans(database)).toEqual(NO_SCANS)
    await fill(database, LARGE_EVENTS)
    expect(await scans(database)).toEqual(NO_SCANS)
    await sql`analyze log.events`.execute(database.kysely)
    expect(await scans(database)).toEqual(NO_SCANS)
  })

  it('never scans a large log that was never analyzed, with snapshots in it', async () => {
    const database = await openFresh()
    await fill(database, LARGE_EVENTS)
    await sql`insert into log.snapshots (stream, version, position, state_version, state)
      select stream, version, position, 1, '{}' from log.events where version = 90`.execute(
      database.kysely,
    )
    expect(await scans(database)).toEqual(NO_SCANS)
    const { rows } = await sql<{ readonly version: number; readonly type: string | null }>`
      select * from log.tails(${['thing-7', `thing-${randomUUID()}`]}::text[], '{0,0}', '{1,1}', 20, 1000)`.execute(
      database.kysely,
    )
    expect(rows.map(({ version, type }) => [version, type])).toEqual([
      [90, null],
      ...Array.from({ length: 10 }, (_, n) => [91 + n, 'Happened']),
    ])
  })
})
