import { CompiledQuery, sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { AppendCommand } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { groupCommit, type GroupCommit } from '../../src/store/group-commit.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import type { Staged } from '../../src/store/staged.ts'
import { batchWriter } from '../../src/store/write-batch.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { appendCommand } from './append-command.ts'
import { cable } from './cable.ts'

const BATCH_MAX = 128

/** Two writers on either engine, so that a batch is halved. */
const groupOn = (database: Database): GroupCommit =>
  groupCommit({ writers: [batchWriter(database), batchWriter(database)], appended: () => {} })

/** Sealed at once, so that all of them are staged in one turn of the event loop and share a batch. */
const sealed = (command: AppendCommand) => ({
  ...command,
  subject: null,
  datas: command.events.map(({ data }) => JSON.stringify(data)),
  plain: command.events,
})

const staged = (group: GroupCommit, command: AppendCommand, predecessor?: Staged): Staged => {
  const one = group.stage(sealed(command), predecessor)
  if (one === undefined) throw new Error('The command was parted from its predecessor.')
  return one
}

/** Each command's stream by the transaction that wrote it. */
const transactionsOf = async (database: Database) => {
  const { rows } = await database.kysely.executeQuery<{ stream: string; xmin: string }>(
    CompiledQuery.raw('select stream, xmin::text as xmin from log.events order by position'),
  )
  return rows
}

describeOnEachDatabase('commands decided on uncommitted events', (openFresh) => {
  it('share the half of a batch with their predecessors, wherever they stand in it', async () => {
    const database = await openFresh()
    await using group = groupOn(database)
    const chains = ['chain-early', 'chain-late', 'chain-long']
    const last = new Map<string, Staged>()
    const outcomes: Promise<{ readonly type: string }>[] = []
    const stage = (stream?: string) => {
      const before = stream === undefined ? undefined : last.get(stream)
      const expectedVersion = before === undefined ? 0 : before.command.expectedVersion + 1
      const command = appendCommand(stream === undefined ? {} : { stream, expectedVersion })
      const one = staged(group, command, before)
      if (stream !== undefined) last.set(stream, one)
      outcomes.push(one.outcome)
    }
    // One begins and ends in the first half by count, one reaches into the second, one lies there.
    for (let place = 0; place < 60; place += 1) {
      stage('chain-long')
      if (place < 8) stage('chain-early')
      if (place > 52) stage('chain-late')
      if (place % 2 === 0) stage()
    }
    const types = (await Promise.all(outcomes)).map(({ type }) => type)
    expect(new Set(types)).toEqual(new Set(['appended']))
    const rows = await transactionsOf(database)
    expect(rows).toHaveLength(outcomes.length)
    // In vain where the batch was not halved.
    expect(new Set(rows.map(({ xmin }) => xmin)).size).toBe(2)
    for (const chain of chains) {
      const own = rows.filter(({ stream }) => stream === chain)
      expect(new Set(own.map(({ xmin }) => xmin)).size).toBe(1)
    }
  })

  it('ride in one commit where a chain fills the whole batch', async () => {
    const database = await openFresh()
    await using group = groupOn(database)
    const chain: Staged[] = []
    for (let version = 0; version < BATCH_MAX; version += 1) {
      const command = appendCommand({ stream: 'chain', expectedVersion: version })
      chain.push(staged(group, command, chain.at(-1)))
    }
    const next = sealed(appendCommand({ stream: 'chain', expectedVersion: BATCH_MAX }))
    expect(group.stage(next, chain.at(-1))).toBeUndefined()
    const outcomes = await Promise.all(chain.map(({ outcome }) => outcome))
    expect(outcomes.filter(({ type }) => type === 'appended')).toHaveLength(BATCH_MAX)
    expect(new Set((await transactionsOf(database)).map(({ xmin }) => xmin)).size).toBe(1)
  })

  it('are parted from a predecessor whose batch has left, is full, or was given up', async () => {
    const database = await openFresh()
    const wire = cable(database)
    await using group = groupOn(wire.database)
    using opened = new DisposableStack()
    // Also where something below fails, or nothing would come to its end.
    opened.defer(() => {
      wire.state = 'whole'
    })
    const after = (one: Staged) => {
      const { stream, expectedVersion } = one.command
      return group.stage(
        sealed(appendCommand({ stream, expectedVersion: expectedVersion + 1 })),
        one,
      )
    }

    wire.state = 'stalled'
    const left = staged(group, appendCommand())
    expect(after(left)).toBeInstanceOf(Object)
    await eventually(() => wire.statements === 1)
    expect(after(left)).toBeUndefined()

    const full = staged(group, appendCommand())
    for (let place = 1; place < BATCH_MAX; place += 1) staged(group, appendCommand())
    expect(after(full)).toBeUndefined()

    const late = staged(group, appendCommand({ timeoutMs: 1 }))
    await expect(late.outcome).rejects.toMatchObject({ outcome: 'NOT_WRITTEN' })
    expect(after(late)).toBeUndefined()

    wire.state = 'whole'
    expect(await full.outcome).toMatchObject({ type: 'appended' })
    expect(await left.outcome).toMatchObject({ type: 'appended' })
    expect(after(left)).toBeUndefined()
  })

  it('are in the log once when the answer to their batch is lost', async () => {
    const database = await openFresh()
    const wire = cable(database)
    await using group = groupOn(wire.database)
    wire.state = 'deaf'
    const chain: Staged[] = []
    for (let version = 0; version < 20; version += 1) {
      const command = appendCommand({ stream: 'chain', expectedVersion: version })
      chain.push(staged(group, command, chain.at(-1)))
    }
    await eventually(() => wire.openings > 1)
    wire.state = 'whole'
    const outcomes = await Promise.all(chain.map(({ outcome }) => outcome))
    expect(outcomes).toMatchObject(
      chain.map((_, n) => ({ type: 'appended', receipt: { version: n + 1 } })),
    )
    expect(await transactionsOf(database)).toHaveLength(chain.length)
  })

  it('are not appended to what somebody else wrote where their predecessor was given up', async () => {
    const database = await openFresh()
    const wire = cable(database)
    await using group = groupOn(wire.database)
    using opened = new DisposableStack()
    opened.defer(() => {
      wire.state = 'whole'
    })
    await using rival = await eventLog({ database, masterKey: randomMasterKey() })
    wire.state = 'cut'
    const stream = 'chain'
    const first = staged(group, appendCommand({ stream, timeoutMs: 300 }))
    const second = staged(group, appendCommand({ stream, expectedVersion: 1 }), first)
    await expect(first.outcome).rejects.toMatchObject({ outcome: 'NOT_WRITTEN' })
    expect(await rival.append(appendCommand({ stream }))).toMatchObject({ type: 'appended' })
    wire.state = 'whole'
    expect(await second.outcome).toEqual({ type: 'conflict', actualVersion: 1 })
    expect(await transactionsOf(database)).toHaveLength(1)
  })

  it('are told that they were parted, and nothing of them is written', async () => {
    const database = await openFresh()
    await using log = await eventLog({ database, masterKey: randomMasterKey() })
    const first = appendCommand()
    const staging = await log.stage(first)
    if (staging.type !== 'staged') throw new Error(`It was ${staging.type}.`)
    expect(await staging.staged.outcome).toMatchObject({ type: 'appended' })
    const second = appendCommand({ stream: first.stream, expectedVersion: 1 })
    expect(await log.stage(second, staging.staged)).toEqual({ type: 'parted' })
    expect(await log.load(first.stream)).toHaveLength(1)
    const { rows } = await sql`select 1 from log.events`.execute(database.kysely)
    expect(rows).toHaveLength(1)
  })
})
