import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { foldPage, route } from '../../src/projection/fold.ts'
import { occurrenceOf } from '../../src/projection/origins.ts'
import { LOG_START } from '../../src/store/position.ts'
import type { Log } from '../../src/store/log.ts'
import { decodeJar, jars, owners } from './tally.ts'

const EVENTS_MAX = 100_000

/** Compares the tables with the log folded anew, row by row, and the checkpoints with its head. */
export const expectCleanAudit = async ({ kysely }: Database, log: Log): Promise<void> => {
  const page = (await log.read(LOG_START, EVENTS_MAX)).map((one) => occurrenceOf(one, decodeJar))
  const origins = new Map(page.filter((one) => one.version === 1).map((one) => [one.stream, one]))
  for (const model of [jars, owners]) {
    const expected = foldPage(model, route(model, page, origins), []).written.map(
      ({ row, position, version }) => ({
        ...row,
        position,
        ...(model.follows === 'stream' ? { version } : {}),
      }),
    )
    const { rows } = await sql<{ id: string }>`
      select * from ${sql.table(`read.${model.name}_v1_a`)}`.execute(kysely)
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)
    expect(rows.sort(byId)).toEqual(expected.sort(byId))
  }
  const { rows } = await sql`select distinct checkpoint from read.projections`.execute(kysely)
  expect(rows).toEqual([{ checkpoint: BigInt(page.length) }])
}
