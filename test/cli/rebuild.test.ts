import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rebuildScreen } from '../../src/cli/rebuild-screen.ts'
import type { RebuildProgress } from '../../src/projection/generation.ts'
import { position } from '../../src/store/position.ts'
import { overHttp, shop } from '../e2e/shop.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { MASTER_KEY, startServer, startServerProcess } from '../harness/server.ts'
import { runReadback } from './run-readback.ts'

describe('readback rebuild', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readback-rebuild-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('has a running server read the new table, and says what it found', async () => {
    await using clone = await cloneTemplate()
    await using server = await startServer({ database: clone.url })
    const { place } = await shop(overHttp(server.url))
    await place()
    const { projections } = server.services
    const before = projections.table('orders')
    const environment = { DATABASE_URL: clone.url }
    const ended = await runReadback(['rebuild', 'orders', '--duty', '1'], environment)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toMatch(/^Rebuilding orders from \d+ events, 100 % of its time\.\n/)
    expect(ended.stdout).toMatch(
      /orders is served from its new table at event \d+\. 1 rows were compared; 0 of them/,
    )
    await eventually(() => projections.table('orders') === before.replace(/a$/, 'b'))
    const none = await runReadback(['rebuild', 'orders', '--cancel'], environment)
    expect(none).toMatchObject({ code: 1, stderr: 'No rebuild of orders is under way.\n' })
  })

  it('works on the embedded database while no server has it', { timeout: 60_000 }, async () => {
    const server = await startServerProcess({
      READBACK_DATA: folder,
      READBACK_MASTER_KEY: MASTER_KEY,
    })
    const { place } = await shop(overHttp(server.url))
    await place()
    const taken = await runReadback(['rebuild', '--all', '--data', folder])
    expect(taken.code).toBe(1)
    expect(taken.stderr).toMatch(/in use|another process/i)
    await server[Symbol.asyncDispose]()
    const ended = await runReadback(['rebuild', '--all', '--data', folder])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout.match(/is served from its new table/g)).toHaveLength(5)
  })
})

const progress = (done: bigint): RebuildProgress => ({
  name: 'orders',
  version: 1,
  generation: 'b',
  done: position(done),
  of: position(1_000n),
  eventsPerSecond: 10.4,
  remainingMs: Number(1_000n - done) * 100,
  duty: 0.5,
  startedAt: new Date(0),
  tended: true,
  failure: undefined,
})

describe('the progress of a rebuild', () => {
  it('is one line on a terminal, and a line now and then elsewhere', () => {
    const written: string[] = []
    const write = (text: string) => written.push(text)
    const terminal = rebuildScreen({ isTTY: true, columns: 40, write })
    terminal.show(progress(250n))
    terminal.end()
    expect(written).toEqual(['\r\u001b[2K██████░░░░░░░░░░░░░░░░░░  25 %  250 of ', '\n'])
    written.length = 0
    const plain = rebuildScreen({ write })
    for (const done of [50n, 250n, 260n, 900n]) plain.show(progress(done))
    plain.end()
    expect(written).toEqual([
      ' 25 %  250 of 1000 events, 10/s, 1 min 15 s left\n',
      ' 90 %  900 of 1000 events, 10/s, 10 s left\n',
    ])
  })
})
