import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { AppendCommand, Receipt } from '../../src/store/append.ts'
import type { JsonObject } from '../../src/store/event.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log, TailOf } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { position } from '../../src/store/position.ts'
import type { Anchor, FoundTail } from '../../src/store/tail.ts'
import type { OpenFresh } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { appendCommand, happened } from './append-command.ts'

export const setUp = async (openFresh: OpenFresh) => {
  const database = await openFresh()
  const reports: unknown[] = []
  const log = await eventLog({
    database,
    masterKey: randomMasterKey(),
    report: (error) => void reports.push(error),
  })
  return { database, log, reports, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() }
}

export const asking = (stream: string, asked: Partial<TailOf> = {}): TailOf => ({
  stream,
  after: null,
  stateVersion: null,
  subject: null,
  ...asked,
})

export const found = async (log: Log, asked: TailOf): Promise<FoundTail> => {
  const tail = await log.tail(asked)
  if (tail.type === 'lost') throw new Error('The tail was lost.')
  return tail
}

export const anchorOf = (
  { version, position: at }: Receipt,
  { command }: AppendCommand,
): Anchor => ({
  version,
  position: at,
  commandId: command.id,
})

/** Appends so many events, in commands of one or as many as are said, and tells where the last stands. */
export const grow = async (
  log: Log,
  stream: string,
  { from, events, each = 1 }: { readonly from: number; readonly events: number; each?: number },
): Promise<Anchor> => {
  let anchor: Anchor = { version: 0, position: position(0n), commandId: null }
  for (let version = from; version < from + events; version += each) {
    const more = Array.from({ length: each - 1 }, () => happened())
    const command = appendCommand({
      stream,
      expectedVersion: version,
      events: [happened({ n: version + 1 }), ...more],
    })
    const outcome = await log.append(command)
    if (outcome.type !== 'appended') throw new Error(`The event was not appended: ${outcome.type}`)
    anchor = anchorOf(outcome.receipt, command)
  }
  return anchor
}

export const snapshotRows = async (database: Database) => {
  const { rows } = await sql<{
    readonly stream: string
    readonly version: number
    readonly state: JsonObject
  }>`select stream, version, state from log.snapshots`.execute(database.kysely)
  return rows
}

/** Has a state stored and waits for it. */
export const kept = async (
  { log, database }: { readonly log: Log; readonly database: Database },
  of: { stream: string; anchor: Anchor; state: JsonObject; stateVersion?: number },
): Promise<void> => {
  const { stream, anchor, state, stateVersion = 1 } = of
  log.snapshots.keep({ stream, anchor, stateVersion, state: () => state })
  await eventually(async () =>
    (await snapshotRows(database)).some((row) => row.version === anchor.version),
  )
}
