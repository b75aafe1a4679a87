import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'

async function openWithNotes(openFresh: () => Promise<Database>): Promise<Database> {
  const database = await openFresh()
  await sql`create table notes (note text)`.execute(database.kysely)
  return database
}

async function notes({ kysely }: Pick<Database, 'kysely'>): Promise<string[]> {
  const { rows } = await sql<{ note: string }>`select note from notes order by note`.execute(kysely)
  return rows.map(({ note }) => note)
}

function insertNote({ kysely }: Pick<Database, 'kysely'>, note: string) {
  return sql`insert into notes values (${note})`.execute(kysely)
}

describeOnEachDatabase('values', (openFresh) => {
  it('reads int8, timestamptz, date, jsonb and their arrays as the same types', async () => {
    const { kysely } = await openFresh()
    const { rows } = await sql`
      select 9007199254740993::int8 as large, 1::int8 as small, array[1, null, 3]::int8[] as many,
             '2026-11-20T10:00:00.123Z'::timestamptz as instant, '2026-11-20'::date as day,
             array['2026-11-20'::date] as days, '{"a":[1]}'::jsonb as document,
             12.50::numeric as exact, 7::int4 as whole`.execute(kysely)
    expect(rows).toStrictEqual([
      {
        large: 9007199254740993n,
        small: 1n,
        many: [1n, null, 3n],
        instant: new Date('2026-11-20T10:00:00.123Z'),
        day: '2026-11-20',
        days: ['2026-11-20'],
        document: { a: [1] },
        exact: '12.50',
        whole: 7,
      },
    ])
  })

  it('takes bigint, Date, JSON text and arrays as parameters', async () => {
    const database = await openFresh()
    const instant = new Date('2026-11-20T10:00:00.123Z')
    const writer = await database.openWriter()
    const rows = await writer.query(
      {
        name: 'parameters',
        text: `select $1::int8 as large, $2::timestamptz as instant, $3::jsonb as document,
                      $4::text[] as texts, $5::int8[] as many, $6::text[]::jsonb[] as documents`,
      },
      [5n, instant, '{"a":1}', ['x', 'a "b", {c}', null], [1n, 2n], ['{"b":2}', '[]']],
    )
    await writer[Symbol.asyncDispose]()
    expect(rows).toStrictEqual([
      {
        large: 5n,
        instant,
        document: { a: 1 },
        texts: ['x', 'a "b", {c}', null],
        many: [1n, 2n],
        documents: [{ b: 2 }, []],
      },
    ])
  })

  it('counts the rows that a statement changed', async () => {
    const { kysely } = await openFresh()
    const result = await sql`create table t as select 1`.execute(kysely)
    expect(result.rows).toStrictEqual([])
    const update = await sql`update t set "?column?" = 2`.execute(kysely)
    expect(update.numAffectedRows).toBe(1n)
  })
})

describeOnEachDatabase('transactions', (openFresh) => {
  it('hides uncommitted rows from a query made while the transaction is open', async () => {
    const database = await openWithNotes(openFresh)
    const written = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const transaction = database.kysely.transaction().execute(async (kysely) => {
      await insertNote({ kysely }, 'never')
      written.resolve()
      await finish.promise
      throw new Error('rolled back')
    })
    const outcome = transaction.catch((error: unknown) => error)
    await written.promise
    const seen = notes(database)
    finish.resolve()
    expect(await outcome).toMatchObject({ message: 'rolled back' })
    expect(await seen).toStrictEqual([])
    expect(await notes(database)).toStrictEqual([])
  })

  it('keeps two transactions at once apart: one rolls back, the other commits', async () => {
    const database = await openWithNotes(openFresh)
    const settled = await Promise.allSettled(
      ['lost', 'kept'].map((note) =>
        database.kysely.transaction().execute(async (kysely) => {
          await insertNote({ kysely }, note)
          // The other transaction gets its chance to begin in between.
          await sql`select pg_sleep(0.005)`.execute(kysely)
          if (note === 'lost') throw new Error('rolled back')
        }),
      ),
    )
    expect(settled.map(({ status }) => status)).toStrictEqual(['rejected', 'fulfilled'])
    expect(await notes(database)).toStrictEqual(['kept'])
  })

  it('fails at the commit when a failed statement was passed over', async () => {
    const database = await openWithNotes(openFresh)
    const transaction = database.kysely.transaction().execute(async (kysely) => {
      await insertNote({ kysely }, 'lost')
      await sql`select 1 / 0`.execute(kysely).catch(() => undefined)
    })
    await expect(transaction).rejects.toThrow(/abort|rolled back/iu)
    expect(await notes(database)).toStrictEqual([])
  })

  it('honours isolation level and access mode', async () => {
    const database = await openWithNotes(openFresh)
    const transaction = database.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (kysely) => {
        const { rows } =
          await sql`select current_setting('transaction_isolation') as level`.execute(kysely)
        expect(rows).toStrictEqual([{ level: 'repeatable read' }])
        await insertNote({ kysely }, 'lost')
      })
    await expect(transaction).rejects.toThrow('read-only transaction')
    await insertNote(database, 'kept')
    expect(await notes(database)).toStrictEqual(['kept'])
  })

  it('fails at once when the database itself is used inside a transaction', async () => {
    const database = await openWithNotes(openFresh)
    const wrongCalls: (() => Promise<unknown>)[] = [
      () => notes(database),
      () => database.kysely.transaction().execute(async () => undefined),
      () => database.notify('channel', ''),
    ]
    for (const wrongCall of wrongCalls) {
      const transaction = database.kysely.transaction().execute(wrongCall)
      await expect(transaction).rejects.toThrow('inside a transaction that is still open')
    }
    expect(await notes(database)).toStrictEqual([])
  })

  it('lets work that was left running use the database after the transaction', async () => {
    const database = await openWithNotes(openFresh)
    const finished = Promise.withResolvers<void>()
    let later: Promise<string[]> | undefined
    await database.kysely.transaction().execute(async (kysely) => {
      await insertNote({ kysely }, 'kept')
      later = finished.promise.then(() => notes(database))
    })
    finished.resolve()
    expect(await later).toStrictEqual(['kept'])
  })

  it('rolls back to a savepoint', async () => {
    const database = await openWithNotes(openFresh)
    const transaction = await database.kysely.startTransaction().execute()
    await insertNote({ kysely: transaction }, 'kept')
    const after = await transaction.savepoint('a "point"').execute()
    await insertNote({ kysely: after }, 'lost')
    await after.rollbackToSavepoint('a "point"').execute()
    await transaction.commit().execute()
    expect(await notes(database)).toStrictEqual(['kept'])
  })
})

describeOnEachDatabase('writer', (openFresh) => {
  it('runs statements in the order of the calls', async () => {
    const database = await openFresh()
    await sql`create table calls (n int, id int generated always as identity)`.execute(
      database.kysely,
    )
    const writer = await database.openWriter()
    const insert = { name: 'insert_call', text: 'insert into calls (n) values ($1) returning n' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => writer.query<{ n: number }>(insert, [n])),
    )
    expect(answers.flat().map(({ n }) => n)).toStrictEqual(Array.from({ length: 20 }, (_, n) => n))
    const { rows } = await sql`select array_agg(n order by id) as ns from calls`.execute(
      database.kysely,
    )
    expect(rows).toStrictEqual([{ ns: Array.from({ length: 20 }, (_, n) => n) }])
    await writer[Symbol.asyncDispose]()
  })

  it('goes on after a statement that fails', async () => {
    const database = await openFresh()
    const writer = await database.openWriter()
    const divide = { name: 'divide', text: 'select 1 / $1::int as answer' }
    await expect(writer.query(divide, [0])).rejects.toThrow('division by zero')
    expect(await writer.query(divide, [1])).toStrictEqual([{ answer: 1 }])
    await writer[Symbol.asyncDispose]()
  })

  it('rejects statements after it was closed', async () => {
    const database = await openFresh()
    const writer = await database.openWriter()
    await writer[Symbol.asyncDispose]()
    await expect(writer.query({ name: 'one', text: 'select 1' }, [])).rejects.toThrow('closed')
  })
})

describeOnEachDatabase('listen', (openFresh) => {
  it('hears its own channel only, and nothing once disposed', async () => {
    const database = await openFresh()
    const heard: (string | undefined)[] = []
    const channel = 'Case, and spaces'
    const listener = await database.listen(channel, (payload) => heard.push(payload))
    expect(heard).toStrictEqual([undefined])
    await database.notify('case, and spaces', 'other')
    await database.notify(channel, 'first')
    await database.notify(channel, 'second')
    await eventually(() => expect(heard).toStrictEqual([undefined, 'first', 'second']))
    await listener[Symbol.asyncDispose]()
    await database.notify(channel, 'late')
    expect(heard).toHaveLength(3)
  })

  it('lets its callback use the database, even when told by a transaction', async () => {
    const database = await openFresh()
    let answer: Promise<unknown> | undefined
    const listener = await database.listen('channel', (payload) => {
      if (payload === 'go') answer = sql`select 1 as one`.execute(database.kysely)
    })
    await database.kysely
      .transaction()
      .execute((kysely) => sql`select pg_notify('channel', 'go')`.execute(kysely))
    await eventually(() => expect(answer).toBeDefined())
    expect(await answer).toMatchObject({ rows: [{ one: 1 }] })
    await listener[Symbol.asyncDispose]()
  })
})
