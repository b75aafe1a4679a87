import { createServer } from 'node:net'
import { once } from 'node:events'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { openPostgresWriter } from '../../src/database/postgres-writer.ts'
import type { ClonedDatabase } from '../harness/databases.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'

const backend = { name: 'backend', text: 'select pg_backend_pid() as pid' }
const sleep = { name: 'sleep', text: 'select pg_sleep(60)' }

let place: ClonedDatabase
let database: Database

beforeEach(async () => {
  place = await cloneTemplate()
  database = await openDatabase({ engine: 'postgres', url: place.url })
})

afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

async function terminate(condition: string): Promise<number> {
  const { rows } = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and ${sql.raw(condition)}`.execute(database.kysely)
  return rows.length
}

describe('opening PostgreSQL', () => {
  it('says where it connected, as readback, without the password', async () => {
    const url = new URL(place.url)
    url.password = 'secret'
    const other = await openDatabase({ engine: 'postgres', url: url.href })
    expect(other.place).toBe(`${url.hostname}:${url.port}${url.pathname}`)
    const { rows } = await sql`show application_name`.execute(other.kysely)
    expect(rows).toStrictEqual([{ application_name: 'readback' }])
    await other[Symbol.asyncDispose]()
  })

  it('fails clearly when nobody answers, without the password', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    server.close()
    await once(server, 'close')
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const url = `postgres://someone:secret@127.0.0.1:${port}/orders`
    const failure = await openDatabase({ engine: 'postgres', url }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    expect(String(failure)).toContain(
      `Could not connect to PostgreSQL at 127.0.0.1:${port}/orders as someone; saw: connect ECONNREFUSED`,
    )
    expect(String(failure)).not.toContain('secret')
  })

  it('fails clearly when the server refuses the user', async () => {
    const url = new URL(place.url)
    url.username = 'nobody_we_know'
    url.password = 'secret'
    const failure = openDatabase({ engine: 'postgres', url: url.href })
    await expect(failure).rejects.toThrow(
      /as nobody_we_know; saw: role "nobody_we_know" does not exist; do: /u,
    )
  })

  it('keeps the password of an unreadable URL out of its error', async () => {
    const url = 'postgres://someone:sec/ret@host:not-a-port/orders'
    const failure = await openDatabase({ engine: 'postgres', url }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ message: expect.stringContaining('could not be read') })
    expect(JSON.stringify(failure)).not.toContain('sec/ret')
    expect(failure).not.toHaveProperty('cause')
  })
})

describe('a lost PostgreSQL connection', () => {
  it('costs the pool nothing but the connection', async () => {
    await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.05)`.execute(database.kysely)))
    expect(await terminate("application_name = 'readback'")).toBeGreaterThan(0)
    await eventually(() => sql`select 1`.execute(database.kysely))
  })

  it('ends no more than the transaction that was open on it', async () => {
    const held = Promise.withResolvers<void>()
    const killed = Promise.withResolvers<void>()
    const transaction = database.kysely.transaction().execute(async (open) => {
      await sql`select 1 as held`.execute(open)
      held.resolve()
      await killed.promise
      // Heard of while no statement was under way, when nobody but us can be told.
      await eventually(async () => {
        await expect(sql`select 2`.execute(open)).rejects.toThrow('not queryable')
      })
      await sql`select 2`.execute(open)
    })
    const failure = transaction.catch((error: unknown) => error)
    await held.promise
    expect(await terminate("query = 'select 1 as held'")).toBe(1)
    killed.resolve()
    expect(await failure).toBeInstanceOf(Error)
    await sql`select 1`.execute(database.kysely)
  })

  it("rejects the writer's pending and later statements instead of hanging", async () => {
    const writer = await database.openWriter()
    const running = writer.query(sleep, []).catch((error: unknown) => error)
    const waiting = writer.query(backend, []).catch((error: unknown) => error)
    await eventually(async () => (await terminate("query like '%pg_sleep(60)%'")) === 1)
    expect(await running).toBeInstanceOf(Error)
    expect(await waiting).toBeInstanceOf(Error)
    await expect(writer.query(backend, [])).rejects.toThrow(/connection/iu)
    await writer[Symbol.asyncDispose]()
    const next = await database.openWriter()
    expect(await next.query(backend, [])).toHaveLength(1)
    await next[Symbol.asyncDispose]()
  })

  it('makes a listener connect again and say so', async () => {
    const heard: (string | undefined)[] = []
    const listener = await database.listen('wake', (payload) => heard.push(payload))
    expect(await terminate("query like 'listen %'")).toBe(1)
    await eventually(() => expect(heard).toStrictEqual([undefined, undefined]))
    await database.notify('wake', 'again')
    await eventually(() => expect(heard).toStrictEqual([undefined, undefined, 'again']))
    await listener[Symbol.asyncDispose]()
    await eventually(async () => (await terminate("query like 'listen %'")) === 0)
  })
})

describe('the PostgreSQL writer', () => {
  it('is a connection of its own that prepares each statement once', async () => {
    const writer = await database.openWriter()
    const [first] = await writer.query<{ pid: number }>(backend, [])
    const [second] = await writer.query<{ pid: number }>(backend, [])
    expect(second).toStrictEqual(first)
    const prepared = await writer.query(
      { name: 'prepared', text: 'select name from pg_prepared_statements order by name' },
      [],
    )
    expect(prepared).toStrictEqual([{ name: 'backend' }, { name: 'prepared' }])
    await writer[Symbol.asyncDispose]()
  })

  it('gives up a statement that takes too long, and its connection with it', async () => {
    const options = { allowUnsafeDurability: false, queryTimeoutMs: 50 }
    const writer = await openPostgresWriter(place.url, options)
    const slow = writer.query(sleep, []).catch((error: unknown) => error)
    const behind = writer.query(backend, []).catch((error: unknown) => error)
    expect(await slow).toMatchObject({ message: 'Query read timeout' })
    expect(await behind).toMatchObject({ message: expect.stringContaining('onnection') })
    await writer[Symbol.asyncDispose]()
  })

  it('refuses synchronous_commit off unless that is allowed', async () => {
    await alterDatabase('synchronous_commit', 'off')
    await expect(database.openWriter()).rejects.toThrow('saw: synchronous_commit = off')
    const careless = await openDatabase({
      engine: 'postgres',
      url: place.url,
      allowUnsafeDurability: true,
    })
    const writer = await careless.openWriter()
    await writer[Symbol.asyncDispose]()
    await careless[Symbol.asyncDispose]()
  })

  it('refuses another isolation than read committed, whatever is allowed', async () => {
    await alterDatabase('default_transaction_isolation', "'repeatable read'")
    const options = { allowUnsafeDurability: true }
    await expect(openPostgresWriter(place.url, options)).rejects.toThrow(
      'saw: default_transaction_isolation = repeatable read',
    )
  })
})

async function alterDatabase(setting: string, value: string): Promise<void> {
  const name = new URL(place.url).pathname.slice(1)
  await sql.raw(`alter database ${name} set ${setting} = ${value}`).execute(database.kysely)
}
