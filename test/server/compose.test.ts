import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { application } from '../../src/server/compose.ts'
import { pinoLogger } from '../../src/server/logger.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer } from '../harness/server.ts'

const QUERY = JSON.stringify({ query: '{ orders(first: 1) { totalCount } }' })

describe('the composed service', () => {
  it.each(['memory', 'postgres'])('serves on %s and becomes ready', async (engine) => {
    await using clone = engine === 'postgres' ? await cloneTemplate() : undefined
    await using server = await startServer({ database: clone?.url ?? 'memory' })
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: QUERY,
    })
    expect(await answer.json()).toMatchObject({ data: { orders: { totalCount: 0 } } })
    expect((await fetch(`${server.origin}/health/ready`)).status).toBe(200)
    expect(server.logged).toStrictEqual([])
  })

  it('closes what it has opened when a later step fails', async () => {
    await using clone = await cloneTemplate()
    const starting = application({
      database: { engine: 'postgres', url: clone.url },
      masterKey: { from: 'text', base64: 'c2hvcnQ=', source: 'THE_KEY' },
      logger: pinoLogger('silent', { write: () => {} }),
    })
    await expect(starting).rejects.toThrow('THE_KEY must hold 32 bytes')
    const client = new pg.Client({ connectionString: clone.url })
    await client.connect()
    const others = () =>
      client.query(
        "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
      )
    await eventually(async () => (await others()).rowCount === 0)
    await client.end()
  })
})
