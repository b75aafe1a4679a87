import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClonedDatabase, emptyDatabase } from './databases.ts'
import { eventually } from './eventually.ts'
import { type PostgresProxy, type Statement, startPostgresProxy } from './postgres-proxy.ts'

let place: ClonedDatabase
let proxy: PostgresProxy
let direct: pg.Client
const clients: pg.Client[] = []

beforeEach(async () => {
  place = await emptyDatabase()
  proxy = await startPostgresProxy(place.url)
  direct = await connected(place.url)
  await direct.query('create table notes (note text)')
})

afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => undefined)
  await proxy[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  // What broke a connection is told to whoever waits for its statement.
  client.on('error', () => undefined)
  clients.push(client)
  await client.connect()
  return client
}

const insert = { name: 'insert', text: 'insert into notes values ($1)' }
const write = (client: pg.Client, note: string) => client.query({ ...insert, values: [note] })

const notes = async (): Promise<readonly string[]> => {
  const { rows } = await direct.query<{ note: string }>('select note from notes order by note')
  return rows.map(({ note }) => note)
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => new Error(`It was answered: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )

describe('the proxy to PostgreSQL', () => {
  it('relays what it is given, large messages too, and tells each statement', async () => {
    const seen: Statement[] = []
    proxy.judge = (statement) => {
      seen.push(statement)
      return 'pass'
    }
    const client = await connected(proxy.url(place.url))
    const large = 'x'.repeat(3_000_000)
    await write(client, large)
    await write(client, 'small')
    const { rows } = await client.query("select note from notes where note <> 'small'")
    expect(rows).toEqual([{ note: large }])
    expect(seen.map(({ text }) => text)).toEqual([
      insert.text,
      insert.text,
      "select note from notes where note <> 'small'",
    ])
    expect(seen.every(({ connection }) => connection === 1)).toBe(true)
  })

  it('cuts an answer only after the statement has happened', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.judge = ({ text }) => (text === insert.text ? 'cutAnswer' : 'pass')
    expect(await failureOf(write(client, 'lost'))).toMatchObject({ code: 'ECONNRESET' })
    expect(await notes()).toEqual(['lost'])
    expect(proxy.cuts).toBe(1)
    await eventually(() => proxy.connections === 0)
  })

  it('cuts the answer of a COMMIT', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.judge = ({ text }) => (text === 'commit' ? 'cutAnswer' : 'pass')
    await client.query('begin')
    await write(client, 'committed')
    expect(await failureOf(client.query('commit'))).toMatchObject({ code: 'ECONNRESET' })
    expect(await notes()).toEqual(['committed'])
  })

  it('cuts a statement before it happens', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.judge = () => 'cutBefore'
    expect(await failureOf(write(client, 'never'))).toBeInstanceOf(Error)
    expect(await notes()).toEqual([])
  })

  it('goes deaf: the statement happens, and nobody hears of it', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.judge = () => 'deaf'
    let answered = false
    void failureOf(write(client, 'unheard')).then(() => (answered = true))
    await eventually(async () => (await notes()).length === 1)
    expect(answered).toBe(false)
    expect(proxy.connections).toBe(1)
    proxy.resetAll()
    await eventually(() => answered)
  })

  it('swallows: nothing happens, and nobody hears of it', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.judge = ({ connection }) => (connection === 1 ? 'swallow' : 'pass')
    let answered = false
    void failureOf(write(client, 'swallowed')).then(() => (answered = true))
    const other = await connected(proxy.url(place.url))
    await write(other, 'other')
    expect(await notes()).toEqual(['other'])
    expect(answered).toBe(false)
    proxy.silenceAll()
    void failureOf(write(other, 'silenced'))
    await write(await connected(proxy.url(place.url)), 'later')
    expect(await notes()).toEqual(['later', 'other'])
  })

  it('delays both directions without changing the order', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.delay.toServerMs = 60
    proxy.delay.toClientMs = 60
    const begun = performance.now()
    await write(client, 'slow')
    expect(performance.now() - begun).toBeGreaterThan(110)
    expect(await notes()).toEqual(['slow'])
  })

  it('freezes, and loses nothing of what was said meanwhile', async () => {
    const client = await connected(proxy.url(place.url))
    proxy.frozen = true
    const writing = write(client, 'frozen')
    const connecting = connected(proxy.url(place.url))
    await eventually(() => proxy.accepted === 2)
    expect(await notes()).toEqual([])
    proxy.frozen = false
    await writing
    await write(await connecting, 'thawed')
    expect(await notes()).toEqual(['frozen', 'thawed'])
  })

  it('refuses whoever connects while it is told to', async () => {
    proxy.refusing = true
    expect(await failureOf(connected(proxy.url(place.url)))).toBeInstanceOf(Error)
    proxy.refusing = false
    await write(await connected(proxy.url(place.url)), 'welcome')
    expect(await notes()).toEqual(['welcome'])
  })

  it('ends with its connections', async () => {
    await connected(proxy.url(place.url))
    const backends = async () => {
      const { rows } = await direct.query(
        'select from pg_stat_activity where datname = current_database()',
      )
      return rows.length
    }
    expect(await backends()).toBe(2)
    await proxy[Symbol.asyncDispose]()
    await eventually(async () => (await backends()) === 1)
    proxy = await startPostgresProxy(place.url)
  })
})
