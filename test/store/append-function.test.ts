import fc from 'fast-check'
import { CompiledQuery, sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database, Writer } from '../../src/database/database.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import {
  batches,
  type Drawn,
  FORGOTTEN_SUBJECT,
  KNOWN_SUBJECT,
  OneByOne,
  type Outcome,
  type Written,
} from './append-model.ts'

const APPEND = {
  name: 'append',
  text: 'select * from log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
}

type Sent = Drawn & { readonly of: number; readonly expected: number }

const send = async (writer: Writer, batch: readonly Sent[]): Promise<readonly Outcome[]> => {
  const places = batch.flatMap((command, index) =>
    Array.from({ length: command.events }, (_, place) => ({ command, index, place: place + 1 })),
  )
  return await writer.query<Outcome>(APPEND, [
    batch.map((command) => command.stream),
    batch.map((command) => command.expected),
    batch.map((command) => command.scope),
    batch.map((command) => command.id),
    batch.map((command) => command.fingerprint),
    batch.map((command) => command.subject),
    batch.map((command) => JSON.stringify({ of: command.of })),
    batch.map((command) => command.events),
    places.map(({ index }) => index + 1),
    places.map(() => 'Happened'),
    places.map(() => 1),
    places.map(({ command, place }) => JSON.stringify({ of: command.of, place })),
    batch.map((command) => command.forgets),
  ])
}

const headOf = async (database: Database): Promise<bigint> => {
  const { rows } = await sql<{ position: bigint }>`select position from log.log_head`.execute(
    database.kysely,
  )
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

const one: Sent = {
  stream: 'alone',
  scope: 'x',
  id: '0192f0c0-0000-7000-8000-000000000001',
  fingerprint: 'ab',
  offBy: 0,
  events: 2,
  subject: null,
  forgets: null,
  of: 0,
  expected: 0,
}

describeOnEachDatabase('log.append', (openFresh) => {
  it('gives a batch the outcomes of its commands one by one', { timeout: 60_000 }, async () => {
    const database = await openFresh()
    const { kysely } = database
    await using writer = await database.openWriter()
    let run = 0

    const property = fc.asyncProperty(batches, async (drawn) => {
      run += 1
      const head = await headOf(database)
      const model = new OneByOne(head, [`${run}-${FORGOTTEN_SUBJECT}`])
      await sql`insert into log.subject_keys (subject, wrapped_key, destroyed_at) values
        (${`${run}-${FORGOTTEN_SUBJECT}`}, null, now()),
        (${`${run}-${KNOWN_SUBJECT}`}, '\\x00', null)`.execute(kysely)
      let of = 0
      for (const batch of drawn) {
        const sent: Sent[] = []
        const expected: Outcome[] = []
        for (const command of batch) {
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
    await fc.assert(property, { numRuns: 120 })
  })

  it('records no event before the one in front of it, whatever the clock says', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    const future = new Date(Date.now() + 3_600_000)
    await sql`update log.log_head set recorded_at = ${future}`.execute(database.kysely)
    await send(writer, [one])
    const times = await sql<{ recorded_at: Date }>`select recorded_at from log.events`.execute(
      database.kysely,
    )
    expect(times.rows).toEqual([{ recorded_at: future }, { recorded_at: future }])
    const past = new Date(Date.now() - 3_600_000)
    await sql`update log.log_head set recorded_at = ${past}`.execute(database.kysely)
    const before = Date.now()
    await send(writer, [{ ...one, stream: 'other', scope: 'y' }])
    const head = await sql<{ recorded_at: Date }>`select recorded_at from log.log_head`.execute(
      database.kysely,
    )
    expect(head.rows[0]?.recorded_at.getTime()).toBeGreaterThan(before - 1_000)
  })

  it('takes the call of an older release, which cannot say whose key ends', async () => {
    const database = await openFresh()
    const batch = [['a'], [0], ['x'], [one.id], [one.fingerprint], [null], ['{}'], [1]]
    const events = [[1], ['Happened'], [1], ['{}']]
    const places = Array.from({ length: 12 }, (_, index) => `$${index + 1}`)
    const { rows } = await database.kysely.executeQuery<Outcome>(
      CompiledQuery.raw(`select * from log.append(${places.join(', ')})`, [...batch, ...events]),
    )
    expect(rows).toMatchObject([{ outcome: 'appended', version: 1, position: 1n }])
  })

  it('leaves the head alone when nothing is appended', async () => {
    const database = await openFresh()
    await using writer = await database.openWriter()
    expect(await send(writer, [{ ...one, expected: 7 }])).toMatchObject([{ outcome: 'conflict' }])
    expect(await headOf(database)).toBe(0n)
    expect(await send(writer, [])).toEqual([])
  })

  it('refuses repeatable read, under which it would not see its predecessor', async () => {
    const database = await openFresh()
    const append = database.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        const nothing = Array.from({ length: 13 }, () => [])
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
