import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { headOf, SAMPLE } from './import-run.ts'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { importProgress } from '../../src/cli/import/progress.ts'

const LAUNCHER = join(import.meta.dirname, '../../src/cli/readback.mjs')

const started = (...args: readonly string[]) => {
  const child = spawn(process.execPath, [LAUNCHER, 'import', ...args], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...printed }))
  return { child, printed, ended }
}

describe('npm run import', () => {
  let server: TestServer
  let folder: string
  beforeEach(async () => {
    server = await startServer()
    folder = await mkdtemp(join(tmpdir(), 'readback-verb-'))
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  const altered = async (change: object): Promise<string> => {
    const path = join(folder, 'altered.json')
    await writeFile(path, JSON.stringify({ ...(await readImportFile(SAMPLE)), ...change }))
    return path
  }

  it('says how far it is and what it came to, without a terminal in plain lines', async () => {
    const first = await started(SAMPLE, '--url', server.url).ended
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^ 41 % {2}products, 32 of 78 commands$/m)
    expect(first.stdout).toMatch(/^ {2}Orders shipped +10 +10 +0$/m)
    expect(first.stdout).not.toContain('\r')
    const second = await started(SAMPLE, '--url', server.url).ended
    expect(second.code).toBe(0)
    expect(second.stdout).toMatch(/^ {2}Orders shipped +10 +0 +10$/m)
  })

  it('sends nothing of a file with a mistake at its end', async () => {
    const before = await headOf(server)
    const { orders } = await readImportFile(SAMPLE)
    const file = await altered({
      orders: [...orders, { ...orders[0], id: 'last', lines: [] }],
    })
    const { code, stderr } = await started(file, '--url', server.url).ended
    expect(code).toBe(1)
    expect(stderr).toContain(`orders[${orders.length}].lines: must have at least one line`)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(await headOf(server)).toEqual(before)
  })

  it('names the record that the server will not take', async () => {
    const file = await altered({ currency: 'ZZZ' })
    const { code, stderr } = await started(file, '--url', server.url).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^registerProduct for product \d+ was answered with BAD_INPUT: /)
    expect(stderr).toContain('run the import again')
    expect(stderr).not.toMatch(/^ +at /m)
  })

  it('will not pass over a record that was imported before with other contents', async () => {
    expect((await started(SAMPLE, '--url', server.url).ended).code).toBe(0)
    const before = await headOf(server)
    const { customers } = await readImportFile(SAMPLE)
    const renamed = customers.map((customer) => ({ ...customer, name: `${customer.name} Ltd` }))
    const file = await altered({ customers: renamed })
    const { code, stderr } = await started(file, '--url', server.url).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^registerCustomer for customer \w+ was answered with COMMAND_ID_REUSED/)
    expect(await headOf(server)).toEqual(before)
  })

  it('stops at Ctrl-C and says how to go on', async () => {
    // Nobody listens there, so that it is still trying when it is told to stop.
    const { child, printed, ended } = started(SAMPLE, '--url', 'http://127.0.0.1:9/graphql')
    await eventually(() => printed.stdout.includes('Trying again'), { timeoutMs: 10_000 })
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/^Stopped\. .*run the import again/)
  })
})

describe('the progress of an import', () => {
  const command = { mutation: 'placeOrder', record: 'order 1', input: {} } as const

  it('is one line on a terminal, no wider than that', () => {
    const written: string[] = []
    const screen = { isTTY: true, columns: 60, write: (text: string) => written.push(text) }
    const progress = importProgress({ total: 3, screen })
    for (let count = 0; count < 3; count += 1) progress.done(command)
    progress.trouble('fetch failed\nfor a reason that is too long for one line of this terminal')
    progress.end()
    const text = written.join('')
    expect(text).toContain('100 %  orders, 3 of 3 commands')
    expect(text.indexOf('\n')).toBe(text.length - 1)
    // Each line is erased by a code of five characters, which take no place.
    for (const line of written) expect(line.length).toBeLessThanOrEqual(60 + 4)
  })

  it('without a terminal is at most a dozen lines, however much there is', () => {
    const written: string[] = []
    const screen = { write: (text: string) => written.push(text) }
    const progress = importProgress({ total: 10_000, screen })
    for (let count = 0; count < 10_000; count += 1) progress.done(command)
    expect(written.length).toBeLessThanOrEqual(12)
    expect(written.at(-1)).toBe('100 %  orders, 10000 of 10000 commands\n')
  })
})
