import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { give, openLog, openOffice } from './errands.ts'

describeOnEachDatabase('a worker whose task was taken over', (openFresh) => {
  it('stores nothing of its answer, and says so', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await using server = openOffice({
      database,
      log,
      carryOut: async () => {
        await sql`update process.tasks set claim = gen_random_uuid()`.execute(database.kysely)
        return 'done'
      },
    })
    await give(log, { name: 'a', next: [{ name: 'never', key: 'n' }] })
    await eventually(() => server.reported.length > 0)
    expect(server.reported).toMatchObject([{ name: 'ClaimLost' }])
    const { rows } = await sql<{ name: string }>`select name from process.tasks`.execute(
      database.kysely,
    )
    expect(rows).toEqual([{ name: 'a' }])
  })
})
