import { randomUUID } from 'node:crypto'
import { CompiledQuery, type Kysely, sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database, Writer } from '../../src/database/database.ts'
import type { Tables } from '../../src/database/tables.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { send } from './append-call.ts'
import { FORGOTTEN_SUBJECT, type Judged, KNOWN_SUBJECT } from './append-model.ts'
import { fingerprintOf } from './append-command.ts'

const LARGE_EVENTS = 20_000
const ROUNDS = 10
/** Entries of indexes that an append may read for each of its commands; a handful was seen. */
const ENTRIES_EACH_MAX = 4

const judged = (wanted: Partial<Judged> = {}): Judged => ({
  stream: `thing-${randomUUID()}`,
  scope: 'x',
  id: randomUUID(),
  fingerprint: fingerprintOf('this'),
  offBy: 0,
  events: 1,
  subject: null,
  forgets: null,
  follows: null,
  of: 0,
  expected: 0,
  predecessor: null,
  ...wanted,
})

/** One batch of each kind that the function treats in its own way; `stored` stands in the log. */
const batchesOf = (stored: Judged): Readonly<Record<string, readonly Judged[]>> => {
  const chained = judged()
  const { stream } = chained
  const { stream: known } = stored
  return {
    'a single event': [judged({ subject: KNOWN_SUBJECT })],
    'a single event on a stream that stands': [judged({ stream: known, expected: 1 })],
    'a clean batch': [judged(), judged({ events: 3, subject: KNOWN_SUBJECT }), judged()],
    'a chain': [
      chained,
      judged({ stream, expected: 1, predecessor: 1 }),
      judged(),
      judged({ stream, expected: 2, predecessor: 2 }),
    ],
    'a conflict': [judged({ stream: known, expected: 7 }), judged({ subject: KNOWN_SUBJECT })],
    'a single conflict': [judged({ stream: known, expected: 0 })],
    'a repetition': [stored, judged()],
    'a repetition on its own': [stored],
    'a forgetting': [judged({ subject: FORGOTTEN_SUBJECT, forgets: FORGOTTEN_SUBJECT }), judged()],
    'an event about the forgotten': [judged({ subject: FORGOTTEN_SUBJECT })],
  }
}

/** Rows as an append would write them; the log itself would take minutes for so many. */
const grow = (database: Kysely<Tables>) =>
  sql`with head as (select coalesce(max(position), 0) as position from log.events)
    insert into log.events (position, stream, version, type, schema_version, data, metadata, recorded_at,
      command_id, command_scope, command_fingerprint)
    select head.position + n, 'grown-' || (n - 1) / 100, (n - 1) % 100 + 1, 'Happened', 1, '{}', '{}',
      now(), gen_random_uuid(), 'x', '\\x00'
    from head, generate_series(1, ${LARGE_EVENTS}) n`.execute(database)

const growKeys = (database: Kysely<Tables>) =>
  sql`insert into log.subject_keys (subject, wrapped_key, destroyed_at)
    select 'grown-' || n, '\\x00', null from generate_series(1, ${LARGE_EVENTS}) n`.execute(
    database,
  )

const analyze = async (database: Kysely<Tables>) => {
  await sql`analyze log.events`.execute(database)
  await sql`analyze log.subject_keys`.execute(database)
}

interface Read {
  readonly name: string
  readonly kind: 'table' | 'index'
  readonly scans: number
  readonly entries: number
}

const READ = `select c.relname as name, case c.relkind when 'r' then 'table' else 'index' end as kind,
    pg_stat_get_xact_numscans(c.oid)::integer as scans,
    pg_stat_get_xact_tuples_returned(c.oid)::integer as entries
  from pg_class c where c.relnamespace = 'log'::regnamespace and c.relkind in ('r', 'i')
  order by c.relname`

const readSoFar = async (database: Kysely<Tables>): Promise<readonly Read[]> =>
  (await database.executeQuery<Read>(CompiledQuery.raw(READ))).rows

/**
 * What the server counts while batches of every kind are appended, since no EXPLAIN shows the plan that
 * a function keeps: tables that were scanned, and the entries of indexes that were read for a command.
 */
const counted = async (database: Kysely<Tables>, writer: Pick<Writer, 'query'>) => {
  const before = new Map((await readSoFar(database)).map((one) => [one.name, one]))
  let commands = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const stored = judged()
    const batches = [[stored], ...Object.values(batchesOf(stored))]
    for (const batch of batches) {
      await send(writer, batch)
      commands += batch.length
    }
  }
  const read = (await readSoFar(database)).map((one) => ({
    ...one,
    scans: one.scans - (before.get(one.name)?.scans ?? 0),
    entries: one.entries - (before.get(one.name)?.entries ?? 0),
  }))
  const indexes = read.filter(({ kind }) => kind === 'index')
  return {
    scanned: read.flatMap(({ kind, scans, name }) => (kind === 'table' && scans > 0 ? name : [])),
    probed: indexes.reduce((sum, { scans }) => sum + scans, 0) >= commands,
    readMore: indexes.reduce((sum, { entries }) => sum + entries, 0) > commands * ENTRIES_EACH_MAX,
  }
}

describeOnEachDatabase('log.append', (openFresh) => {
  const BY_INDEX = { scanned: [], probed: true, readMore: false }

  /** All of it in one transaction, and so in one session, which keeps its plans. */
  const inOneSession = async (
    work: (database: Kysely<Tables>, writer: Pick<Writer, 'query'>) => Promise<void>,
  ) => {
    const database: Database = await openFresh()
    await database.kysely.transaction().execute(async (transaction) => {
      const writer: Pick<Writer, 'query'> = {
        query: async <Row>(...[{ text }, parameters]: Parameters<Writer['query']>) =>
          (await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows,
      }
      await work(transaction, writer)
    })
  }

  it('never scans a table, whatever the log held when its plans were made', async () => {
    await inOneSession(async (database, writer) => {
      // Small, and known to be small: here a scan is the cheapest plan, and it would be kept.
      await send(writer, [judged()])
      await analyze(database)
      expect(await counted(database, writer)).toEqual(BY_INDEX)
      await analyze(database)
      expect(await counted(database, writer)).toEqual(BY_INDEX)
      await grow(database)
      await growKeys(database)
      expect(await counted(database, writer)).toEqual(BY_INDEX)
      await analyze(database)
      expect(await counted(database, writer)).toEqual(BY_INDEX)
    })
  })

  it('never scans a large table that was never analyzed', async () => {
    await inOneSession(async (database, writer) => {
      await grow(database)
      await growKeys(database)
      expect(await counted(database, writer)).toEqual(BY_INDEX)
    })
  })

  it('would scan what was small without its setting, and go on when it is large', async () => {
    await inOneSession(async (database, writer) => {
      await sql`alter function log.append reset enable_seqscan`.execute(database)
      await send(writer, [judged()])
      await analyze(database)
      await counted(database, writer)
      await grow(database)
      const { scanned } = await counted(database, writer)
      expect(scanned).toContain('events')
    })
  })
})
