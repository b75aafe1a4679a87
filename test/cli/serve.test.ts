import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { startServerProcess } from '../harness/server.ts'

const LAUNCHER = join(import.meta.dirname, '../../src/cli/readback.mjs')
const QUERY = JSON.stringify({ query: '{ __typename }' })

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readback-serve-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const ended = async (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [LAUNCHER, ...args], { env })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}

const ask = (url: string) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: QUERY })

describe('the server as people start it', () => {
  it('says what it runs on and where to go, and stops cleanly on SIGTERM', async () => {
    await using server = await startServerProcess({ READBACK_DATA: folder })
    expect((await ask(server.url)).status).toBe(200)
    const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws')
    await once(socket, 'open')
    const closed = once(socket, 'close')
    expect(await server.kill('SIGTERM')).toBe(0)
    expect((await closed)[0]).toBe(1012)
    const output = server.output()
    expect(output).toContain(`PGlite, an embedded PostgreSQL 18`)
    for (const part of [folder, server.url, '/health/ready', 'local', 'Ctrl-C', 'Stopped.'])
      expect(output).toContain(part)
    expect(output).not.toMatch(/Warning|"level"/)
  })

  it('keeps its data over kill -9', async () => {
    const first = await startServerProcess({ READBACK_DATA: folder })
    expect(await first.kill('SIGKILL')).toBe('SIGKILL')
    await using second = await startServerProcess({ READBACK_DATA: folder })
    expect((await ask(second.url)).status).toBe(200)
  })

  it('runs on PostgreSQL, and never shows its password', async () => {
    await using clone = await cloneTemplate()
    const url = new URL(clone.url)
    url.password = 'hidden'
    await using server = await startServerProcess({ DATABASE_URL: url.href })
    expect((await ask(server.url)).status).toBe(200)
    expect(server.output()).toMatch(/Database {2}PostgreSQL 18\S* at 127\.0\.0\.1:/)
    expect(server.output()).not.toContain('hidden')
  })

  it('says in one sentence that its port or its folder is taken', async () => {
    await using server = await startServerProcess({ READBACK_DATA: folder })
    const { port } = new URL(server.origin)
    const samePort = await ended(['serve', '--memory', '--port', port])
    expect(samePort).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Port \d+ on .+\n$/) })
    const sameFolder = await ended(['serve', '--data', folder, '--port', '0'])
    expect(sameFolder.code).toBe(1)
    expect(sameFolder.stderr).toMatch(/^The data folder .+ is in use by another process.+\n$/)
  })

  it('says in one sentence that there is no database', async () => {
    const { code, stderr } = await ended(['migrate'], {
      DATABASE_URL: 'postgres://someone:hidden@127.0.0.1:1/nothing',
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Could not connect to PostgreSQL at 127\.0\.0\.1:1.+\n$/)
    expect(stderr).not.toContain('hidden')
  })
})

describe('the small verbs', () => {
  it('explain themselves, and say their version', async () => {
    const help = await ended(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['serve', 'DATABASE_URL', 'READBACK_AUTH', 'LOG_LEVEL', '--memory'])
      expect(help.stdout).toContain(name)
    expect((await ended(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('refuse a wrong setting without a stack', async () => {
    const { code, stderr } = await ended(['serve', '--port', 'x'])
    expect(code).toBe(1)
    expect(stderr).toBe('"x" is no port; give a number from 0 to 65535.\n')
  })

  it('migrate a database once', async () => {
    const env = { READBACK_DATA: folder }
    expect((await ended(['migrate'], env)).stdout).toContain('Applied 0001_log.sql.')
    expect((await ended(['migrate'], env)).stdout).toContain('at this version already')
  })

  it('tell of a newer version that has been at the database', async () => {
    await using clone = await cloneTemplate()
    const env = {
      DATABASE_URL: clone.url,
      READBACK_AUTH: 'local',
      READBACK_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    }
    const none = await ended(['projections'], env)
    expect(none.stdout).toContain('No read model has a table yet')
    await using database = await openDatabase({ engine: 'postgres', url: clone.url })
    const later = { name: '9999_later.sql', checksum: '', applied_at: new Date() }
    await database.kysely.insertInto('public.schema_migrations').values(later).execute()
    const { code, stdout } = await ended(['migrate'], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/at this version already\.\nA newer version .+ applied 9999_later\.sql;/)
  })

  it('print the schema, and see when a file is not it any more', async () => {
    const file = join(folder, 'schema.graphql')
    expect(await ended(['schema', 'print', file])).toMatchObject({ code: 0, stdout: '' })
    expect(await ended(['schema', 'check', file])).toMatchObject({ code: 0, stderr: '' })
    await appendFile(file, '# more')
    const other = await ended(['schema', 'check', file])
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('not the schema of') })
    const none = await ended(['schema', 'check', join(folder, 'none.graphql')])
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be read; saw: E/) })
    const nowhere = await ended(['schema', 'print', join(folder, 'none', 'a.graphql')])
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be written/) })
  })

  it('end without a word when nobody reads them any more', async () => {
    const child = spawn(process.execPath, [LAUNCHER, 'schema', 'print'])
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdout.destroy()
    await once(child, 'close')
    expect({ code: child.exitCode, stderr }).toEqual({ code: 141, stderr: '' })
  })

  it('that look at a database make none, and leave a folder as it was', async () => {
    await chmod(folder, 0o755)
    for (const args of [['audit'], ['projections'], ['rebuild', 'orders']]) {
      const { code, stderr } = await ended([...args, '--data', folder])
      expect(code).toBe(1)
      expect(stderr).toBe(
        `There is no database in ${folder}; say where it lies with --data, or set DATABASE_URL.\n`,
      )
    }
    expect(await readdir(folder)).toEqual([])
    expect((await stat(folder)).mode & 0o777).toBe(0o755)
  })
})
