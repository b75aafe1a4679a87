import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { type AppendCommand, type AppendOutcome, Overloaded } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Json } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { appendCommand, happened } from './append-command.ts'
import { cable } from './cable.ts'
import { expectSoundHistory } from './sound-history.ts'

const QUEUE_MAX = 10_000

const logOn = (database: Database) => eventLog({ database, masterKey: randomMasterKey() })

const commits = async (database: Database): Promise<number> => {
  const { rows } = await sql<{ n: bigint }>`select count(distinct xmin::text) as n
    from log.events`.execute(database.kysely)
  return Number(rows[0]?.n)
}

const many = (count: number): readonly AppendCommand[] =>
  Array.from({ length: count }, () => appendCommand())

const appendAll = (log: Log, commands: readonly AppendCommand[]) =>
  Promise.allSettled(commands.map((command) => log.append(command)))

const outcomesOf = (settled: readonly PromiseSettledResult<AppendOutcome>[]) =>
  settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))

const circular: { [key: string]: Json } = {}
circular['self'] = circular

const guilty: Readonly<Record<string, AppendCommand>> = {
  'U+0000': appendCommand({ events: [happened({ note: 'a\u0000b' })] }),
  'a lone surrogate': appendCommand({ events: [happened({ note: '\ud800' })] }),
  'U+0000 in its stream': appendCommand({ stream: 'thing-\u0000' }),
  'a stream too long for an index': appendCommand({ stream: randomBytes(5_000).toString('hex') }),
  'an id that is no UUID': appendCommand({ key: { scope: 'tester', id: 'first' } }),
  'a version beyond integer': appendCommand({ expectedVersion: 2 ** 31 }),
  'data that is no JSON': appendCommand({ events: [happened(circular)] }),
}

describeOnEachDatabase('group commit', (openFresh) => {
  it('lets concurrent appends share commits', async () => {
    const database = await openFresh()
    await using log = await logOn(database)
    const outcomes = await Promise.all(many(500).map((command) => log.append(command)))
    expect(outcomes.every((outcome) => outcome.type === 'appended')).toBe(true)
    // 500 are four batches of at most 128, each of which leaves in at most two halves.
    expect(await commits(database)).toBeLessThanOrEqual(8)
    expect(await expectSoundHistory(log, outcomes)).toHaveLength(500)
  })

  it('bounds the events of a batch, but never splits a command', async () => {
    const database = await openFresh()
    await using log = await logOn(database)
    const heavy = () =>
      appendCommand({
        events: [happened(), ...Array.from({ length: 599 }, () => happened())],
      })
    await Promise.all([heavy(), heavy(), heavy()].map((command) => log.append(command)))
    expect(await commits(database)).toBe(3)
    const whole = appendCommand({
      events: [happened(), ...Array.from({ length: 1_499 }, () => happened())],
    })
    expect(await log.append(whole)).toMatchObject({ type: 'appended', receipt: { version: 1_500 } })
  })

  it('fails a guilty command alone among 256', async () => {
    const database = await openFresh()
    await using log = await logOn(database)
    const all: AppendOutcome[] = []
    for (const [crime, command] of Object.entries(guilty)) {
      const batch = many(255).toSpliced(100, 0, command)
      // One in front, so that the 256 wait for it and ride together.
      const settled = await appendAll(log, [appendCommand(), ...batch])
      const failed = settled.flatMap((one, index) => (one.status === 'rejected' ? index : []))
      expect({ crime, failed }).toEqual({ crime, failed: [101] })
      const outcomes = outcomesOf(settled)
      expect(outcomes.filter((outcome) => outcome.type === 'appended')).toHaveLength(256)
      all.push(...outcomes)
    }
    await expectSoundHistory(log, all)
  })

  it('takes a bounded number of commands and says so to the next', async () => {
    const database = await openFresh()
    const wire = cable(database)
    await using log = await logOn(wire.database)
    wire.state = 'stalled'
    const first = log.append(appendCommand())
    await eventually(() => wire.statements === 1)
    const waiting = appendAll(log, many(QUEUE_MAX))
    const refused = appendCommand()
    await expect(log.append(refused)).rejects.toThrow(Overloaded)
    wire.state = 'whole'
    await first
    expect(outcomesOf(await waiting)).toHaveLength(QUEUE_MAX)
    expect(await log.load(refused.stream)).toEqual([])
    expect(await log.append(refused)).toMatchObject({ type: 'appended' })
  })

  it('takes no more commands while the oldest waits too long', async () => {
    const database = await openFresh()
    const wire = cable(database)
    await using log = await logOn(wire.database)
    wire.state = 'stalled'
    const accepted = [log.append(appendCommand())]
    await eventually(() => wire.statements === 1)
    accepted.push(log.append(appendCommand()))
    const refusals: unknown[] = []
    await eventually(
      () => {
        accepted.push(log.append(appendCommand()))
        accepted.at(-1)?.catch((error: unknown) => refusals.push(error))
        return refusals.length > 0
      },
      { timeoutMs: 4_000, intervalMs: 100 },
    )
    expect(refusals[0]).toBeInstanceOf(Overloaded)
    expect(refusals[0]).toMatchObject({ retryAfterMs: expect.any(Number) })
    wire.state = 'whole'
    const settled = await Promise.allSettled(accepted)
    const outcomes = outcomesOf(settled)
    expect(outcomes).toHaveLength(settled.length - refusals.length)
    expect(await expectSoundHistory(log, outcomes)).toHaveLength(outcomes.length)
  })

  it('writes what waits before it closes, and takes nothing afterwards', async () => {
    const database = await openFresh()
    const log = await logOn(database)
    const waiting = appendAll(log, many(300))
    await log.head()
    await log[Symbol.asyncDispose]()
    expect(outcomesOf(await waiting)).toHaveLength(300)
    await expect(log.append(appendCommand())).rejects.toThrow('shutting down')
    const { rows } = await sql`select 1 from log.events`.execute(database.kysely)
    expect(rows).toHaveLength(300)
  })

  it('goes on when each outcome brings the next command', async () => {
    const database = await openFresh()
    await using log = await logOn(database)
    // Each chain lands its next command a different number of steps after the outcome of the last.
    const chain = async (steps: number) => {
      for (let turn = 0; turn < 20; turn++) {
        await log.append(appendCommand())
        for (let step = 0; step < steps; step++) await Promise.resolve()
      }
    }
    for (let steps = 0; steps < 6; steps++) await chain(steps)
    expect(await log.head()).toBe(120n)
  })
})
