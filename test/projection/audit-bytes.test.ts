import { expect, it } from 'vitest'
import { audit } from '../../src/projection/audit.ts'
import { takeTurn } from '../../src/projection/turn.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { change } from './audited-jars.ts'
import { decodeJar, opened, openLog, record, turnOptions } from './tally.ts'
import { wide } from './wide.ts'

const JARS = 12
const ROW_BYTES = 100_000

describeOnEachDatabase('an audit of large rows', (openFresh) => {
  it('holds no more bytes of them at once than it may, and judges all', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    for (let jar = 10; jar < 10 + JARS; jar++)
      await record(log, `jar-${jar}`, [opened(String(jar % 10).repeat(ROW_BYTES))])
    await takeTurn(await turnOptions({ database, log, model: wide, decode: decodeJar }), LOG_START)
    const pages: number[] = []
    const kysely = database.kysely.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult({ result }) {
        if (result.rows.some((row) => 'label' in row)) pages.push(result.rows.length)
        return Promise.resolve(result)
      },
    })
    let readings = 0
    const counted: Pick<Log, 'read' | 'origins' | 'head'> = {
      origins: (streams) => log.origins(streams),
      head: () => log.head(),
      read: (after, limit) => {
        if (after === LOG_START) readings += 1
        return log.read(after, limit)
      },
    }
    const given = { log: counted, decode: decodeJar, model: wide, readModels: [wide] }
    const judged = async (bytesMax: number, rowPageBytesMax: number) =>
      await audit({ ...given, kysely, limits: { bytesMax, rowPageBytesMax } })

    const whole = await judged(1e9, 1e9)
    expect(whole).toMatchObject({ rows: JARS, differing: 0, events: BigInt(JARS) })
    expect([pages, readings]).toEqual([[JARS], 1])
    pages.length = 0
    expect(await judged(4.5 * ROW_BYTES, 1.5 * ROW_BYTES)).toEqual(whole)
    expect(Math.max(...pages)).toBe(2)
    expect(readings - 1).toBeGreaterThanOrEqual(JARS / 5)
    // A row that is larger than all that may be held comes alone.
    pages.length = 0
    expect(await judged(10, 10)).toEqual(whole)
    expect(new Set(pages)).toEqual(new Set([1]))

    await change(database, `delete from read.wide_v1_a where id = 'jar-13'`)
    await change(database, `update read.wide_v1_a set label = 'a' where id = 'jar-20'`)
    expect(await judged(4.5 * ROW_BYTES, 1.5 * ROW_BYTES)).toMatchObject({
      rows: JARS,
      differences: [
        { id: 'jar-13', kind: 'missing' },
        { id: 'jar-20', kind: 'differs', columns: ['label'] },
      ],
    })
  })
})
