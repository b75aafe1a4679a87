import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
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

  it('print the schema, and see when a file is not it any more', async () => {
    const file = join(folder, 'schema.graphql')
    expect(await ended(['schema', 'print', file])).toMatchObject({ code: 0, stdout: '' })
    expect(await ended(['schema', 'check', file])).toMatchObject({ code: 0, stderr: '' })
    const other = await ended(['schema', 'check', join(folder, 'none.graphql')])
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run codegen') })
  })
})
