import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { Unavailable } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { appendCommand } from './append-command.ts'
import { cable } from './cable.ts'
import { expectSoundHistory } from './sound-history.ts'

// Far below the deadline of the patient, and far above a slow machine's hiccup.
const SOON_MS = 5_000

const logOn = (database: Database) => eventLog({ database, masterKey: randomMasterKey() })

const failureOf = async (promise: Promise<unknown>): Promise<{ error: unknown; ms: number }> => {
  const start = performance.now()
  const error = await promise.then(
    (value) => new Error(`It was answered: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  return { error, ms: performance.now() - start }
}

describeOnEachDatabase('a log whose database goes away', (openFresh) => {
  it('sends a batch again whose answer was lost, to one effect, as no repetition', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    wire.state = 'deaf'
    const commands = Array.from({ length: 50 }, () => appendCommand())
    const answers = Promise.all(commands.map((command) => log.append(command)))
    await eventually(() => wire.openings === 2)
    wire.state = 'whole'
    const outcomes = await answers
    expect(outcomes.map((outcome) => outcome.type)).toEqual(commands.map(() => 'appended'))
    expect(await expectSoundHistory(log, outcomes)).toHaveLength(50)
    const [command = appendCommand()] = commands
    expect(await log.append(command)).toMatchObject({ type: 'duplicate' })
  })

  it('tells a repetition whose batch loses its answer, also right after a start', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    const earlier = appendCommand()
    await log.append(earlier)
    // A server that has been started since has heard of no position.
    await using restarted = await logOn(wire.database)
    wire.state = 'deaf'
    const { openings } = wire
    const repeated = restarted.append({
      ...earlier,
      metadata: { ...earlier.metadata, correlationId: 'another request' },
    })
    await eventually(() => wire.openings === openings + 2)
    wire.state = 'whole'
    expect(await repeated).toMatchObject({ type: 'duplicate', receipt: { version: 1 } })
    expect(await restarted.append(appendCommand())).toMatchObject({ type: 'appended' })
  })

  it('still tells a repetition from a first attempt whose connection never opened', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    const command = appendCommand()
    await log.append(command)
    wire.state = 'cut'
    // Breaks the open connection; from then on nothing can have been sent.
    expect((await failureOf(log.append(appendCommand({ timeoutMs: 100 })))).error).toMatchObject({
      outcome: 'UNKNOWN',
    })
    const again = log.append(command)
    const openings = wire.openings
    await eventually(() => wire.openings > openings)
    wire.state = 'whole'
    expect(await again).toMatchObject({ type: 'duplicate' })
  })

  it('does not take another command with the id for its own lost attempt', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    const command = appendCommand()
    await log.append(command)
    wire.state = 'deaf'
    const other = log.append(
      appendCommand({ key: command.command, asks: 'that', stream: command.stream }),
    )
    await eventually(() => wire.openings === 2)
    wire.state = 'whole'
    expect(await other).toMatchObject({
      type: 'duplicate',
      fingerprint: command.command.fingerprint,
    })
  })

  it('says that nothing was written when nothing was sent, by the deadline', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    wire.state = 'cut'
    const { error, ms } = await failureOf(log.append(appendCommand({ timeoutMs: 300 })))
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ outcome: 'NOT_WRITTEN', cause: { name: 'NotSent' } })
    expect(ms).toBeLessThan(SOON_MS)
    wire.state = 'whole'
    expect(await log.append(appendCommand())).toMatchObject({ type: 'appended' })
  })

  it('says that it does not know when the answer stays away, by the deadline', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    const command = appendCommand({ timeoutMs: 300 })
    wire.state = 'deaf'
    const first = failureOf(log.append(command))
    await eventually(() => wire.openings === 2)
    wire.state = 'cut'
    const { error, ms } = await first
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ outcome: 'UNKNOWN' })
    expect(ms).toBeLessThan(SOON_MS)
    wire.state = 'whole'
    // The same id settles it: it had been written.
    expect(await log.append(command)).toMatchObject({ type: 'duplicate', receipt: { version: 1 } })
  })

  it('answers by the deadline while the database says nothing at all', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    wire.state = 'stalled'
    // A batch for each writer is sent; what comes then has to wait.
    const writers = wire.database.engine === 'pglite' ? 1 : 2
    let sent = failureOf(log.append(appendCommand({ timeoutMs: 200 })))
    await eventually(() => wire.statements === 1)
    if (writers === 2) {
      sent = failureOf(log.append(appendCommand({ timeoutMs: 200 })))
      await eventually(() => wire.statements === writers)
    }
    const queued = appendCommand({ timeoutMs: 200 })
    const waiting = failureOf(log.append(queued))
    const patient = log.append(appendCommand())
    const [first, second] = await Promise.all([sent, waiting])
    expect(first.error).toMatchObject({ name: 'Unavailable', outcome: 'UNKNOWN' })
    expect(second.error).toMatchObject({ name: 'Unavailable', outcome: 'NOT_WRITTEN' })
    expect(Math.max(first.ms, second.ms)).toBeLessThan(SOON_MS)
    wire.state = 'whole'
    expect(await patient).toMatchObject({ type: 'appended' })
    // Told to be not written, so it is never sent.
    expect(await log.load(queued.stream)).toEqual([])
  })

  it('answers a short deadline behind a long one in an outage', async () => {
    const wire = cable(await openFresh())
    await using log = await logOn(wire.database)
    wire.state = 'cut'
    const patient = log.append(appendCommand())
    await eventually(() => wire.openings > 0)
    const { error, ms } = await failureOf(log.append(appendCommand({ timeoutMs: 200 })))
    expect(error).toMatchObject({ name: 'Unavailable', outcome: 'NOT_WRITTEN' })
    expect(ms).toBeLessThan(SOON_MS)
    wire.state = 'whole'
    expect(await patient).toMatchObject({ type: 'appended' })
  })

  it('closes at once in an outage, and leaves nobody without an answer', async () => {
    const wire = cable(await openFresh())
    const log = await logOn(wire.database)
    wire.state = 'cut'
    const sent = failureOf(log.append(appendCommand()))
    await eventually(() => wire.openings > 0)
    const queued = failureOf(log.append(appendCommand()))
    await log.head()
    const start = performance.now()
    await log[Symbol.asyncDispose]()
    expect(performance.now() - start).toBeLessThan(2_000)
    expect((await sent).error).toMatchObject({ outcome: 'NOT_WRITTEN' })
    expect((await queued).error).toMatchObject({ outcome: 'NOT_WRITTEN' })
  })
})

describe('a log on PostgreSQL whose connection is killed', () => {
  it('sends the batch in flight again, to one effect, as no repetition', async () => {
    await using place = await cloneTemplate()
    await using database = await openDatabase({ engine: 'postgres', url: place.url })
    await using log = await logOn(database)
    const command = appendCommand()
    const locked = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const holding = database.kysely.transaction().execute(async (transaction) => {
      await sql`lock table log.events in share row exclusive mode`.execute(transaction)
      locked.resolve()
      await release.promise
    })
    await locked.promise
    const answer = log.append(command)
    await eventually(async () => {
      const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like '%log.append%'
          and pid <> pg_backend_pid() and wait_event_type = 'Lock'`.execute(database.kysely)
      return rows.length === 1
    })
    release.resolve()
    await holding
    const outcome = await answer
    expect(outcome).toMatchObject({ type: 'appended' })
    expect(await expectSoundHistory(log, [outcome])).toHaveLength(1)
  })

  it('survives the death of an idle write connection, and still knows a repetition', async () => {
    await using place = await cloneTemplate()
    await using database = await openDatabase({ engine: 'postgres', url: place.url })
    await using log = await logOn(database)
    const command = appendCommand()
    await log.append(command)
    await sql`select pg_terminate_backend(pid, 1000) from pg_stat_activity
      where datname = current_database() and query like '%log.append%'
        and pid <> pg_backend_pid()`.execute(database.kysely)
    // The death is heard of before the next statement: this is not a lost answer.
    await log.head()
    expect(await log.append(command)).toMatchObject({ type: 'duplicate' })
    expect(await log.append(appendCommand())).toMatchObject({ type: 'appended' })
  })

  it('leaves no connection behind where it cannot be opened whole', async () => {
    await using place = await cloneTemplate()
    await using proxy = await startPostgresProxy(inject('postgres').url)
    const database = await openDatabase({ engine: 'postgres', url: proxy.url(place.url) })
    proxy.judge = ({ text }) => (text.includes('readback_forgotten') ? 'cutBefore' : 'pass')
    await expect(logOn(database)).rejects.toThrow('ECONNRESET')
    await database[Symbol.asyncDispose]()
    await eventually(() => proxy.connections === 0)
  })
})
