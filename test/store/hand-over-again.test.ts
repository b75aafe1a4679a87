import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { appendCommand } from './append-command.ts'
import { cable } from './cable.ts'
import { append, expectSame, followingWriter } from './following-writer.ts'

const masterKey = randomMasterKey()

describeOnEachDatabase('events of a writer whose connection breaks', (openFresh) => {
  it('are read where the answer to their batch was lost', async () => {
    const wire = cable(await openFresh())
    await using here = followingWriter(wire.database, masterKey)
    await here.goOn()
    wire.state = 'deaf'
    const answer = append(here, appendCommand())
    await eventually(() => wire.openings === 2)
    wire.state = 'whole'
    expect(await answer).toMatchObject([{ type: 'appended' }])
    await here.goOn()
    await append(here, appendCommand())
    await here.goOn()
    await expectSame(here, wire.database)
    expect(here.followed).toHaveLength(2)
  })

  it('are only what this call wrote where a batch is sent again', async () => {
    const database = await openFresh()
    const wire = cable(database)
    await using here = followingWriter(wire.database, masterKey)
    await using there = followingWriter(database, masterKey)
    const [theirs, ours] = [appendCommand(), appendCommand()]
    await append(here, appendCommand())
    wire.state = 'cut'
    // Breaks an open connection: nobody knows what of the batch was written.
    const answers = append(here, theirs, ours)
    await eventually(() => wire.openings > 1)
    await append(there, theirs)
    await here.goOn()
    const { queries } = here
    wire.state = 'whole'
    await answers
    expect(await here.follow(position(2n), 500)).toMatchObject([{ stream: ours.stream }])
    expect(here.queries).toBe(queries)
    await here.goOn()
    await expectSame(here, database)
  })

  it('are not those of a life of the log that ended with the connection', async () => {
    const wire = cable(await openFresh())
    const { kysely } = wire.database
    await using here = followingWriter(wire.database, masterKey)
    await here.goOn()
    await append(here, appendCommand(), appendCommand(), appendCommand())
    expect(await here.follow(LOG_START, 500)).toHaveLength(3)
    // What a database does that comes back from a backup.
    wire.state = 'cut'
    await sql`alter table log.events disable trigger all`.execute(kysely)
    await sql`delete from log.events where position > 1`.execute(kysely)
    const answer = append(here, appendCommand())
    await eventually(() => wire.openings > 1)
    wire.state = 'whole'
    await answer
    await here.goOn()
    await expectSame(here, wire.database)
    expect(here.followed).toHaveLength(2)
  })
})
