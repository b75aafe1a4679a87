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

describe('readback audit', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readback-audit-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('audits beside a server on PostgreSQL, names what differs without what it holds, and ends with 1', async () => {
    await using clone = await cloneTemplate()
    await using server = await startServer({ database: clone.url })
    const { place } = await shop(overHttp(server.url))
    const { orderId } = await place()
    const { projections } = server.services
    const behind = async () => (await projections.lag()).some(({ lag }) => lag > 0n)
    await eventually(async () => !(await behind()))
    const clean = await runReadback(['audit'], { DATABASE_URL: clone.url })
    expect(clean).toMatchObject({ code: 0, stderr: '' })
    expect(clean.stdout).toMatch(
      /^orders \(version \d+, generation a\): clean\n {2}\d+ events counted/,
    )
    expect(clean.stdout.match(/: clean/g)).toHaveLength(5)
    const customers = projections.table('customers')
    await tamper(clone.url, `update ${customers} set name = 'Grace', email = 'g@example.com'`)
    await tamper(clone.url, `delete from ${projections.table('orders')}`)
    const found = await runReadback(['audit', 'customers', 'orders'], { DATABASE_URL: clone.url })
    expect(found).toMatchObject({ code: 1, stderr: '' })
    expect(found.stdout).toContain(`  ${orderId}  missing: the log has it, the table has not`)
    expect(found.stdout).toMatch(/customer-\S+ {2}differs in name, email\n/)
    expect(found.stdout).not.toMatch(/Ada|Grace|example\.com|products/)
    const json = await runReadback(['audit', 'orders', '--json'], { DATABASE_URL: clone.url })
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        name: 'orders',
        clean: false,
        differing: 1,
        differences: [{ id: orderId, kind: 'missing' }],
      },
    ])
  })

  it('audits the embedded database only while no server has it', async () => {
    const environment = { READBACK_DATA: folder, READBACK_MASTER_KEY: MASTER_KEY }
    const server = await startServerProcess(environment)
    const { place } = await shop(overHttp(server.url))
    await place()
    const taken = await runReadback(['audit', '--data', folder])
    expect(taken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is in use by another'),
    })
    await server.kill('SIGTERM')
    const audited = await runReadback(['audit', '--data', folder])
    expect(audited).toMatchObject({ code: 0, stderr: '' })
    expect(audited.stdout.match(/: clean/g)).toHaveLength(5)
  })

  it('makes nothing where there is nothing', async () => {
    await using empty = await emptyDatabase()
    const nowhere = join(folder, 'none')
    for (const [args, environment, sentence] of [
      [['audit', '--data', nowhere], {}, `There is no database in ${nowhere}`],
      [['audit', '--memory'], {}, 'A database in memory ends with its server'],
      [['audit'], { DATABASE_URL: empty.url }, 'Run `readback migrate`'],
      [['audit', 'invoices', '--data', folder], {}, 'There is no projection "invoices"; there are'],
    ] as const) {
      const refused = await runReadback(args, environment)
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toContain(sentence)
    }
  })
})
