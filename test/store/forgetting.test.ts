import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { AppendCommand } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { subjectKeys } from '../../src/store/subject-keys.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { aboutPerson, appendCommand, type Wanted } from './append-command.ts'
import { cable } from './cable.ts'

const DETAILS = { name: 'Ágnes Nemeskéri' }

const person = () => `customer-${randomUUID()}`

const registering = (subject: string) =>
  appendCommand({ stream: subject, events: [aboutPerson(subject, DETAILS)] })

const ordering = (subject: string) => appendCommand({ events: [aboutPerson(subject, DETAILS)] })

const forgetting = (subject: string, wanted: Wanted = {}): AppendCommand => ({
  ...appendCommand({ stream: subject, expectedVersion: 1, ...wanted }),
  forgets: subject,
})

const keyOf = async ({ kysely }: Database, subject: string) => {
  const { rows } = await sql<{ there: boolean; destroyed: boolean }>`
    select wrapped_key is not null as there, destroyed_at is not null as destroyed
    from log.subject_keys where subject = ${subject}`.execute(kysely)
  return rows[0]
}

const ALIVE = { there: true, destroyed: false }
const DESTROYED = { there: false, destroyed: true }

const isOpen = async (log: Log, subject: string) => {
  const [event] = await log.load(subject)
  const personal = event?.data['personal']
  return JSON.stringify(personal).includes(DETAILS.name)
}

describeOnEachDatabase('a command that forgets somebody', (openFresh) => {
  it('destroys their key in its own commit, and only if it is appended', async () => {
    const database = await openFresh()
    await using log = await eventLog({ database, masterKey: randomMasterKey() })
    const subject = person()
    await log.append(registering(subject))
    const used = appendCommand()
    await log.append(used)
    const conflict = forgetting(subject, { expectedVersion: 7 })
    expect(await log.append(conflict)).toMatchObject({ type: 'conflict' })
    const reused = forgetting(subject, { key: used.command, asks: 'that' })
    expect(await log.append(reused)).toMatchObject({ type: 'duplicate' })
    expect(await keyOf(database, subject)).toEqual(ALIVE)
    expect(await isOpen(log, subject)).toBe(true)
    const command = forgetting(subject)
    expect(await log.append(command)).toMatchObject({ type: 'appended' })
    expect(await keyOf(database, subject)).toEqual(DESTROYED)
    expect(await isOpen(log, subject)).toBe(false)
    expect(await log.append(command)).toMatchObject({ type: 'duplicate' })
  })

  it('leaves the key alone when it fails with its batch, or never reaches the database', async () => {
    const wire = cable(await openFresh())
    await using log = await eventLog({ database: wire.database, masterKey: randomMasterKey() })
    const subject = person()
    await log.append(registering(subject))
    // What no smallint can hold fails the command inside the function, after the lock.
    const bad = appendCommand().events
    const guilty = forgetting(subject, { events: [{ ...bad[0], schemaVersion: 99_999 }] })
    await expect(log.append(guilty)).rejects.toThrow('nothing of it was written')
    wire.state = 'cut'
    await expect(log.append(forgetting(subject, { timeoutMs: 200 }))).rejects.toMatchObject({
      name: 'Unavailable',
    })
    wire.state = 'whole'
    expect(await keyOf(wire.database, subject)).toEqual(ALIVE)
    expect(await log.append(ordering(subject))).toMatchObject({ type: 'appended' })
  })

  it('has one effect when its answer was lost, and is no repetition', async () => {
    const wire = cable(await openFresh())
    await using log = await eventLog({ database: wire.database, masterKey: randomMasterKey() })
    const subject = person()
    await log.append(registering(subject))
    wire.state = 'deaf'
    const answer = log.append(forgetting(subject))
    await eventually(() => wire.openings === 2)
    wire.state = 'whole'
    expect(await answer).toMatchObject({ type: 'appended', receipt: { version: 2 } })
    expect(await keyOf(wire.database, subject)).toEqual(DESTROYED)
    expect(await isOpen(log, subject)).toBe(false)
  })

  it('of two at once is one, whoever asks first', async () => {
    const database = await openFresh()
    const masterKey = randomMasterKey()
    await using here = await eventLog({ database, masterKey })
    await using there = await eventLog({ database, masterKey })
    for (let round = 0; round < 20; round += 1) {
      const subject = person()
      await here.append(registering(subject))
      const outcomes = await Promise.all(
        [here, there, here, there].map((log) => log.append(forgetting(subject))),
      )
      const types = outcomes.map(({ type }) => type).sort()
      expect(types).toEqual(['appended', 'conflict', 'conflict', 'conflict'])
      expect(await here.load(subject)).toHaveLength(2)
    }
  })

  it('is followed by nothing of theirs, also out of the same batch or a process with the key', async () => {
    const database = await openFresh()
    const wire = cable(database)
    const masterKey = randomMasterKey()
    await using here = await eventLog({ database: wire.database, masterKey })
    await using there = await eventLog({ database, masterKey })
    const subject = person()
    await here.append(registering(subject))
    await there.append(ordering(subject))
    const { statements } = wire
    wire.state = 'stalled'
    const alone = here.append(appendCommand())
    await eventually(() => wire.statements === statements + 1)
    // While that one is under way they find each other in the next batch.
    const together = [here.append(forgetting(subject)), here.append(ordering(subject))]
    await here.head()
    wire.state = 'whole'
    const batch = await Promise.all([alone, ...together])
    expect(wire.statements).toBe(statements + 2)
    expect(batch.map(({ type }) => type)).toEqual(['appended', 'appended', 'forgotten'])
    expect(await there.append(ordering(subject))).toEqual({ type: 'forgotten', subject })
  })

  it('is not undone by a look-up that began before and ends after', async () => {
    const whole = await openFresh()
    const masterKey = randomMasterKey()
    const subject = person()
    await using log = await eventLog({ database: whole, masterKey })
    await log.append(registering(subject))

    let gate = Promise.resolve()
    const asked = Promise.withResolvers<void>()
    const kysely = whole.kysely.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        asked.resolve()
        await gate
        return result
      },
    })
    const keys = subjectKeys({ database: { ...whole, kysely }, masterKey })
    const opened = Promise.withResolvers<void>()
    gate = opened.promise
    const late = keys.find([subject])
    await asked.promise
    await log.append(forgetting(subject))
    keys.doubt(subject)
    opened.resolve()
    // It may be used by who asked for it then, and by nobody after.
    expect((await late).get(subject)).toMatchObject({ type: 'key' })
    expect((await keys.find([subject])).get(subject)).toEqual({ type: 'destroyed' })
  })
})

describe('the news that somebody is forgotten', () => {
  const twoProcesses = async (stack: AsyncDisposableStack) => {
    const { url } = stack.use(await cloneTemplate())
    const masterKey = randomMasterKey()
    const database = stack.use(await openDatabase({ engine: 'postgres', url }))
    const here = stack.use(await eventLog({ database, masterKey }))
    const there = stack.use(await eventLog({ database, masterKey }))
    const subject = person()
    await here.append(registering(subject))
    expect(await isOpen(there, subject)).toBe(true)
    return { database, here, there, subject }
  }

  it('lets another process ask for the key again, long before it would by itself', async () => {
    await using stack = new AsyncDisposableStack()
    const { here, there, subject } = await twoProcesses(stack)
    await here.append(forgetting(subject))
    await eventually(async () => !(await isOpen(there, subject)))
  })

  it('that was missed is made good when a process listens again', async () => {
    await using stack = new AsyncDisposableStack()
    const { database, here, there, subject } = await twoProcesses(stack)
    const { rows } = await sql<{ cut: boolean }>`select pg_terminate_backend(pid) as cut
      from pg_stat_activity where datname = current_database() and query ~ '^listen .*forgotten'
    `.execute(database.kysely)
    expect(rows).toHaveLength(2)
    await here.append(forgetting(subject))
    await eventually(async () => !(await isOpen(there, subject)))
  })

  it('is of no need for what is written: the tombstone is seen at once', async () => {
    await using stack = new AsyncDisposableStack()
    const { here, there, subject } = await twoProcesses(stack)
    for (let round = 0; round < 20; round += 1) {
      const other = person()
      await here.append(registering(other))
      expect(await isOpen(there, other)).toBe(true)
      await here.append(forgetting(other))
      expect(await there.append(ordering(other))).toEqual({ type: 'forgotten', subject: other })
    }
    expect(await isOpen(there, subject)).toBe(true)
  })
})
