import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { AppendOutcome } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START } from '../../src/store/position.ts'
import { cloneTemplate, type ClonedDatabase } from '../harness/databases.ts'
import { appendCommand } from './append-command.ts'
import { expectSoundHistory } from './sound-history.ts'

const LONG_MS = 20_000

let place: ClonedDatabase
let databases: readonly [Database, Database]
let here: Log
let there: Log

beforeEach(async () => {
  place = await cloneTemplate()
  const open = () => openDatabase({ engine: 'postgres', url: place.url })
  databases = [await open(), await open()]
  const masterKey = randomMasterKey()
  here = await eventLog({ database: databases[0], masterKey })
  there = await eventLog({ database: databases[1], masterKey })
})

afterEach(async () => {
  for (const log of [here, there]) await log[Symbol.asyncDispose]()
  for (const database of databases) await database[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

/** Appends to a few streams that both processes write, trying again on each conflict. */
const writeContended = async (log: Log, streams: readonly string[], count: number) => {
  const outcomes: AppendOutcome[] = []
  const writeOne = async (stream: string) => {
    for (;;) {
      const expectedVersion = (await log.load(stream)).length
      const outcome = await log.append(appendCommand({ stream, expectedVersion }))
      outcomes.push(outcome)
      if (outcome.type !== 'conflict') return
    }
  }
  await Promise.all(
    streams.flatMap((stream) => Array.from({ length: count }, () => writeOne(stream))),
  )
  return outcomes
}

const killListeners = async () => {
  const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen %appended%'`.execute(
    databases[0].kysely,
  )
  return rows.length
}

describe('two processes on one log', () => {
  it('write it without a gap, a lost event or a doubled one', async () => {
    const streams = ['thing-a', 'thing-b', 'thing-c']
    const own = (log: Log) =>
      Promise.all(Array.from({ length: 300 }, () => log.append(appendCommand())))
    const [mine, yours, ...alone] = await Promise.all([
      writeContended(here, streams, 10),
      writeContended(there, streams, 10),
      own(here),
      own(there),
    ])
    const outcomes = [mine, yours, ...alone].flat()
    expect(await expectSoundHistory(there, outcomes)).toHaveLength(660)
    for (const stream of streams) expect(await here.load(stream)).toHaveLength(20)
  })

  it('give one command that reaches both one effect', async () => {
    const commands = Array.from({ length: 50 }, () => appendCommand())
    const both = await Promise.all(
      commands.flatMap((command) => [here.append(command), there.append(command)]),
    )
    expect(both.filter((outcome) => outcome.type === 'appended')).toHaveLength(50)
    expect(both.filter((outcome) => outcome.type === 'duplicate')).toHaveLength(50)
    expect(await expectSoundHistory(here, both)).toHaveLength(50)
  })

  it('wake each other long before the poll', async () => {
    const start = performance.now()
    const woken = there.wake.wait(LOG_START, { timeoutMs: LONG_MS })
    await here.append(appendCommand())
    await woken
    expect(there.wake.highest).toBe(1n)
    const wokenAgain = here.wake.wait(here.wake.highest, { timeoutMs: LONG_MS })
    await there.append(appendCommand())
    await wokenAgain
    expect(performance.now() - start).toBeLessThan(LONG_MS / 2)
    expect(await there.read(LOG_START, 10)).toHaveLength(2)
  })

  it('are told the last position, however many are appended at once', async () => {
    await Promise.all(Array.from({ length: 400 }, () => here.append(appendCommand())))
    const start = performance.now()
    while (there.wake.highest < 400n)
      await there.wake.wait(there.wake.highest, { timeoutMs: LONG_MS })
    expect(performance.now() - start).toBeLessThan(LONG_MS / 2)
  })

  it('go on by their poll without a listener, and hear again soon', async () => {
    expect(await killListeners()).toBe(2)
    const start = performance.now()
    const polled = there.wake.wait(LOG_START, { timeoutMs: 300 })
    await here.append(appendCommand())
    await polled
    expect(performance.now() - start).toBeLessThan(LONG_MS / 2)
    expect(await there.read(LOG_START, 10)).toHaveLength(1)

    // Every reconnect wakes whoever waits, since a message may have been missed.
    let heard = there.wake.highest
    while (heard < 2n) {
      const waiting = there.wake.wait(heard, { timeoutMs: 500 })
      await here.append(appendCommand())
      await waiting
      heard = there.wake.highest
    }
    expect(performance.now() - start).toBeLessThan(LONG_MS / 2)
  })
})
