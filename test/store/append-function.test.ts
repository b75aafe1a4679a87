import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { CompiledQuery, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { APPEND, predecessorOf, send } from './append-call.ts'
import {
  batches,
  FORGOTTEN_SUBJECT,
  type Judged,
  KNOWN_SUBJECT,
  OneByOne,
  orderlyBatches,
  type Outcome,
  type Written,
} from './append-model.ts'

const headOf = async (database: Database): Promise<bigint> => {
  const { rows } = await sql<{
    position: bigint
  }>`select coalesce(max(position), 0)::bigint as position from log.events`.execute(database.kysely)
  return rows[0]?.position ?? -1n
}

const writtenAfter = async (database: Database, head: bigint): Promise<readonly Written[]> => {
  const { rows } = await database.kysely.executeQuery<Written>(
    CompiledQuery.raw(
      `select position, stream, version, data, command_id, command_scope,
        encode(command_fingerprint, 'hex') as fingerprint
      from log.events where position > $1 order by position`,
      [head],
    ),
  )
  return rows
}

const forgottenOf = async (database: Database, run: number): Promise<readonly string[]> => {
  const { rows } = await sql<{ subject: string }>`select subject from log.subject_keys
    where destroyed_at is not null and wrapped_key is null and starts_with(subject, ${`${run}-`})
    order by subject`.execute(database.kysely)
  return rows.map((row) => row.subject)
}

const one: Judged = {
  stream: 'alone',
  scope: 'x',
  id: '0192f0c0-0000-7000-8000-000000000001',
  fingerprint: 'ab',
  offBy: 0,
  events: 2,
  subject: null,
  follows: null,
  forgets: null,
  of: 0,
  expected: 0,
  predecessor: null,
}

describeOnEachDatabase('log.append', (openFresh) => {
  it('gives a batch the outcomes of its commands one by one', { timeout: 60_000 }, async () => {
    const database = await openFresh()
    const { kysely } = database
    await using writer = await database.openWriter()
    let run = 0

    const property = fc.asyncProperty(fc.oneof(batches, orderlyBatches), async (drawn) => {
      run += 1
      const head = await headOf(database)
      const model = new OneByOne(head, [`${run}-${FORGOTTEN_SUBJECT}`])
      await sql`insert into log.subject_keys (subject, wrapped_key, destroyed_at) values
        (${`${run}-${FORGOTTEN_SUBJECT}`}, null, now()),
        (${`${run}-${KNOWN_SUBJECT}`}, '\\x00', null)`.execute(kysely)
      let of = 0
      for (const batch of drawn) {
        const sent: Judged[] = []
        const expected: Outcome[] = []
        model.beginBatch()
        for (const [index, command] of batch.entries()) {
          const stream = `${run}-${command.stream}`
          // Wrong versions are wrong for the command's own moment, deep inside the batch.
          const named = {
            ...command,
            stream,
            scope: `${run}-${command.scope}`,
            subject: command.subject && `${run}-${command.subject}`,
            forgets: command.forgets && `${run}-${command.forgets}`,
            of: (of += 1),
            expected: model.version(stream) + command.offBy,
            predecessor: predecessorOf(sent, { stream, index, follows: command.follows }),
          }
          sent.push(named)
          expected.push(model.judge(named))
        }
        expect(await send(writer, sent)).toEqual(expected)
      }
      expect(await writtenAfter(database, head)).toEqual(model.written)
      expect(await headOf(database)).toBe(head + BigInt(model.written.length))
      expect(await forgottenOf(database, run)).toEqual([...model.forgotten].sort())
    })
    await fc.assert(property, { numRuns: 240 })
  })

  it('records no event before the one in front of it, whatever the clock says', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    const future = new Date(Date.now() + 3_600_000)
    await sql`insert into log.events (position, stream, version, type, schema_version, data, metadata,
        recorded_at)
      values (1, 'earlier', 1, 'Happened', 1, '{}', '{}', ${future})`.execute(database.kysely)
    await send(writer, [one])
    await send(writer, [{ ...one, stream: 'other', scope: 'y' }])
    const times = await sql<{
      recorded_at: Date
    }>`select distinct recorded_at from log.events`.execute(database.kysely)
    expect(times.rows).toEqual([{ recorded_at: future }])
  })

  it('says when it recorded an event', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    const { rows: before } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(
      database.kysely,
    )
    await send(writer, [one])
    const { rows } = await sql<{
      recorded_at: Date
      now: Date
    }>`select recorded_at, clock_timestamp() as now
      from log.events`.execute(database.kysely)
    expect(rows[0]?.recorded_at.getTime()).toBeGreaterThanOrEqual(before[0]?.now.getTime() ?? NaN)
    expect(rows[0]?.recorded_at.getTime()).toBeLessThanOrEqual(rows[0]?.now.getTime() ?? NaN)
  })

  it('leaves the head alone when nothing is appended', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    expect(await send(writer, [{ ...one, expected: 7 }])).toMatchObject([{ outcome: 'conflict' }])
    expect(await headOf(database)).toBe(0n)
    expect(await send(writer, [])).toEqual([])
  })

  it('parts a chain from what stands in the log, even at the right version', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    await send(writer, [one])
    const chained = { ...one, scope: 'y', expected: 2 }
    expect(await send(writer, [{ ...chained, predecessor: 0 }])).toMatchObject([
      { outcome: 'conflict', version: 2 },
    ])
    // Its predecessor is a repetition, so what it decided on was committed earlier, or by another.
    expect(
      await send(writer, [
        { ...one, expected: 0 },
        { ...chained, predecessor: 1 },
      ]),
    ).toMatchObject([{ outcome: 'duplicate' }, { outcome: 'conflict', version: 2 }])
    expect(await headOf(database)).toBe(2n)
  })

  it('refuses repeatable read, under which it would not see its predecessor', async () => {
    const database = await openFresh()
    const append = database.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        const nothing = Array.from({ length: 15 }, () => [])
        await transaction.executeQuery(CompiledQuery.raw(APPEND.text, nothing))
      })
    await expect(append).rejects.toThrow('log.append needs READ COMMITTED')
  })

  it('never lets the past be changed', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    await send(writer, [one])
    const changes = [
      `update log.events set data = '{}'`,
      'delete from log.events',
      'truncate log.events',
      'truncate log.events cascade',
    ]
    for (const change of changes)
      await expect(sql.raw(change).execute(database.kysely)).rejects.toThrow(
        'The log is append-only',
      )
    expect(await writtenAfter(database, 0n)).toHaveLength(2)
  })
})

describe('log.append on PostgreSQL', () => {
  it('leaves no dead row behind for all to walk over while a snapshot is open', async () => {
    await using place = await cloneTemplate()
    await using database = await openDatabase({ engine: 'postgres', url: place.url })
    await using writer = await database.openWriter()
    const bytesBesidesEvents = async () => {
      const { rows } = await sql<{
        bytes: bigint
      }>`select sum(pg_relation_size(c.oid))::bigint as bytes
        from pg_class c where c.relnamespace = 'log'::regnamespace and c.relkind = 'r'
          and c.relname <> 'events'`.execute(database.kysely)
      return rows[0]?.bytes
    }
    const before = await bytesBesidesEvents()
    await database.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (snapshot) => {
        await sql`select from log.events`.execute(snapshot)
        for (let n = 0; n < 500; n++)
          await send(writer, [{ ...one, stream: `s-${n}`, id: randomUUID() }])
      })
    expect(await bytesBesidesEvents()).toBe(before)
  })
})
