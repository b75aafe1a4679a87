import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { overHttp, shop } from '../e2e/shop.ts'
import { cloneTemplate, emptyDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { MASTER_KEY, startServer, startServerProcess } from '../harness/server.ts'
import { runReadback } from './run-readback.ts'
import { tamper } from './tamper.ts'

describe('readback projections', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readback-projections-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('prints how far each read model is, and ends with 1 where one is stalled or too far behind', async () => {
    await using clone = await cloneTemplate()
    const environment = { DATABASE_URL: clone.url }
    await using server = await startServer({ database: clone.url })
    const { place } = await shop(overHttp(server.url))
    await place()
    const { projections } = server.services
    await eventually(async () => (await projections.lag()).every(({ lag }) => lag === 0n))
    const current = await runReadback(['projections', '--max-lag', '0'], environment)
    expect(current).toMatchObject({ code: 0, stderr: '' })
    expect(current.stdout).toMatch(
      /^projection +version +table +condition +checkpoint +behind +seconds/,
    )
    expect(current.stdout).toMatch(/^orders +\d+ +a +current +(\d+) +0 +0\.0 +0$/m)
    expect(current.stdout).toMatch(/^The log ends at \d+\.$/m)
    projections.pause('orders')
    await place()
    await eventually(async () => (await projections.lag()).some(({ lag }) => lag > 0n))
    const behind = await runReadback(['projections'], environment)
    expect(behind).toMatchObject({ code: 0, stderr: '' })
    expect(behind.stdout).toMatch(/^orders +\d+ +a +behind +\d+ +[1-9]\d* +\d+\.\d +0$/m)
    const tooFar = await runReadback(['projections', '--max-lag', '0'], environment)
    expect(tooFar.code).toBe(1)
    expect(tooFar.stderr).toMatch(/^orders v\d+ a: \d+ events behind, over --max-lag 0\n$/)
    // Neither the log nor a checkpoint has moved for long.
    await tamper(
      clone.url,
      `alter table log.events disable trigger events_are_immutable;
       update log.events set recorded_at = recorded_at - interval '1 minute';
       update read.projections set updated_at = updated_at - interval '1 minute'`,
    )
    const stalled = await runReadback(['projections', '--json'], environment)
    expect(stalled).toMatchObject({ code: 1, stderr: '' })
    const found: { readonly projections: readonly unknown[] } = JSON.parse(stalled.stdout)
    expect(found.projections).toContainEqual(
      expect.objectContaining({ name: 'orders', condition: 'stalled', complaints: ['stalled'] }),
    )
    expect(found.projections).toContainEqual(
      expect.objectContaining({ name: 'products', condition: 'current', complaints: [] }),
    )
    await tamper(clone.url, `update read.projections set parked = 2 where name = 'products'`)
    const parked = await runReadback(['projections'], environment)
    expect(parked.code).toBe(1)
    expect(parked.stderr).toMatch(/^products v\d+ a: 2 streams are parked$/m)
  })

  it('reads the embedded database only while no server has it', async () => {
    const server = await startServerProcess({
      READBACK_DATA: folder,
      READBACK_MASTER_KEY: MASTER_KEY,
    })
    const taken = await runReadback(['projections', '--data', folder])
    expect(taken).toMatchObject({ code: 1, stdout: '' })
    expect(taken.stderr).toContain('is in use by another process')
    await server.kill('SIGTERM')
    const listed = await runReadback(['projections', '--data', folder])
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout.match(/ current /g)).toHaveLength(5)
  })

  it('makes no database where there is none', async () => {
    const nowhere = await runReadback(['projections', '--data', join(folder, 'none')])
    expect(nowhere).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no database'),
    })
    await using empty = await emptyDatabase()
    const bare = await runReadback(['projections'], { DATABASE_URL: empty.url })
    expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('`readback migrate`') })
  })
})
