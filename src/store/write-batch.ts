import {
  type DatabaseFault,
  databaseFault,
  isRefusedByClient,
  mayHaveHappened,
} from '../database/database-fault.ts'
import type { Database, PreparedStatement, Writer } from '../database/database.ts'
import type { AppendCommand, AppendOutcome } from './append.ts'
import type { NewEvent } from './event.ts'
import { appendWithTurns } from './append-with-turns.ts'
import type { InlineTurns } from './inline.ts'
import { NotSent } from './not-sent.ts'
import { withoutOwnAttempts } from './own-attempt.ts'
import { latest, LOG_START, position, type Position } from './position.ts'
import { type Handover, writtenEvents } from './written-events.ts'

/** A command ready for the log: personal data sealed, JSON written. */
export interface SealedCommand extends AppendCommand {
  readonly subject: string | null
  /** The events' data. Written one command at a time, so that what is no JSON fails its own alone. */
  readonly datas: readonly string[]
  /** The events as they were before they were sealed. */
  readonly plain: readonly NewEvent[]
}

/** A command in its batch. */
export interface BatchItem {
  readonly command: SealedCommand
  /** The item whose uncommitted events the command was decided on. */
  readonly predecessor: BatchItem | undefined
}

/** Sends one batch as one statement and one durable commit; outcomes in the order of the commands. */
export interface BatchWriter extends AsyncDisposable {
  write(batch: readonly BatchItem[], again?: SentBefore): Promise<readonly AppendOutcome[]>
  /** The highest position that was answered. */
  readonly heard: Position
}

/** An earlier attempt at a batch may have been committed without an answer. */
export interface SentBefore {
  /** The highest position that had been answered before the first attempt. */
  readonly headBefore: Position
}

const APPEND: PreparedStatement = {
  name: 'readback_append',
  text: 'select * from log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)',
  // The ids are not among them: in binary a UUID is sixteen bytes, which pg would have to be told of.
  arrays: [
    ...(['text', 'int4', 'int4', 'text', null, 'text', 'text', 'text', 'jsonb', 'int4'] as const),
    ...(['int4', 'int4', 'text', 'int4', 'jsonb'] as const),
  ],
}

interface OutcomeRow {
  /** `all`: one row for the whole batch, of which everything was appended past its position. */
  readonly outcome: 'all' | 'appended' | 'duplicate' | 'conflict' | 'forgotten'
  readonly stream: string
  readonly version: number
  readonly position: bigint | null
  readonly fingerprint: string | null
  readonly recorded_at: Date
}

/** Keeps one write connection and opens it again after it broke. */
export const batchWriter = (
  database: Database,
  inline?: InlineTurns,
  handover?: Handover,
): BatchWriter => {
  let opening: Promise<Writer> | undefined
  let heard = LOG_START

  const writer = (): Promise<Writer> => {
    opening ??= database.openWriter()
    return opening
  }

  const discard = async () => {
    const broken = opening
    opening = undefined
    handover?.lost()
    // The connection may never have opened, or be half dead; either way it is not used again.
    await broken?.then((it) => it[Symbol.asyncDispose]()).catch(() => {})
  }

  const send = async (connection: Writer, batch: readonly BatchItem[], again?: SentBefore) =>
    inline === undefined || again !== undefined
      ? await connection.query<OutcomeRow>(APPEND, parameters(batch))
      : await appendWithTurns<OutcomeRow>({
          connection,
          inline,
          append: APPEND,
          parameters: parameters(batch),
          commands: batch.map(({ command }) => command),
        })

  const handOver = (
    commands: readonly SealedCommand[],
    outcomes: readonly AppendOutcome[],
    [row]: readonly OutcomeRow[],
  ) => {
    if (row === undefined || handover === undefined) return
    try {
      const written = writtenEvents({ commands, outcomes, recordedAt: row.recorded_at })
      if (written !== undefined) handover.written(written)
    } catch {
      // The batch is committed; what cannot be handed over is read.
      handover.lost()
    }
  }

  return {
    get heard() {
      return heard
    },
    async write(batch, again) {
      const commands = batch.map(({ command }) => command)
      let connection
      try {
        connection = await writer()
      } catch (cause) {
        await discard()
        throw new NotSent({ cause })
      }
      try {
        const rows = await send(connection, batch, again)
        const outcomes = outcomesOf(commands, rows)
        handOver(commands, outcomes, rows)
        const told =
          again === undefined
            ? outcomes
            : await withoutOwnAttempts(connection, { commands, outcomes, ...again })
        for (const one of told) if ('receipt' in one) heard = latest(heard, one.receipt.position)
        return told
      } catch (error) {
        // What it prepared may be for a function that a migration has replaced: a new one finds the new one.
        if (faultOf(error) !== 'data') await discard()
        if (isRefusedByClient(error)) throw new NotSent({ cause: error })
        throw error
      }
    },
    [Symbol.asyncDispose]: discard,
  }
}

/**
 * Whose fault a failed batch is: `data`, one guilty command's (it is found by halving); `connection`,
 * nobody's, and the batch may have been committed; `other`, a bug or a refusal of the server.
 */
export const faultOf = (error: unknown): DatabaseFault =>
  error instanceof NotSent ? 'connection' : databaseFault(error)

/** Whether a batch that failed so may stand in the log all the same. */
export const mayBeCommitted = (error: unknown): boolean =>
  !(error instanceof NotSent) && mayHaveHappened(error)

const parameters = (batch: readonly BatchItem[]): readonly unknown[] => {
  const commands = batch.map(({ command }) => command)
  const owners: number[] = []
  const places: number[] = []
  const types: string[] = []
  const schemaVersions: number[] = []
  for (const [index, { events }] of commands.entries())
    for (const [place, { type, schemaVersion }] of events.entries()) {
      owners.push(index + 1)
      places.push(place + 1)
      types.push(type)
      schemaVersions.push(schemaVersion)
    }
  return [
    commands.map((command) => command.stream),
    commands.map((command) => command.expectedVersion),
    predecessors(batch),
    commands.map((command) => command.command.scope),
    commands.map((command) => command.command.id),
    commands.map((command) => command.command.fingerprint),
    commands.map((command) => command.subject),
    commands.map((command) => command.forgets ?? null),
    commands.map((command) => JSON.stringify(command.metadata)),
    commands.map((command) => command.events.length),
    owners,
    places,
    types,
    schemaVersions,
    commands.flatMap((command) => command.datas),
  ]
}

/** By place in the batch, from 1; 0 for one that is not in this call, which makes it a conflict. */
const predecessors = (batch: readonly BatchItem[]): readonly (number | null)[] => {
  if (batch.every(({ predecessor }) => predecessor === undefined)) return batch.map(() => null)
  const places = new Map(batch.map((item, index) => [item, index + 1]))
  return batch.map(({ predecessor }) =>
    predecessor === undefined ? null : (places.get(predecessor) ?? 0),
  )
}

const outcomesOf = (
  commands: readonly SealedCommand[],
  rows: readonly OutcomeRow[],
): readonly AppendOutcome[] => {
  const [first] = rows
  return first?.outcome === 'all'
    ? allAppended(commands, first)
    : commands.map((command, index) => outcome(command, rows[index]))
}

const allAppended = (
  commands: readonly SealedCommand[],
  row: OutcomeRow,
): readonly AppendOutcome[] => {
  let last = row.position ?? 0n
  return commands.map(({ stream, expectedVersion, events }) => {
    last += BigInt(events.length)
    const version = expectedVersion + events.length
    return { type: 'appended', receipt: { stream, version, position: position(last) } }
  })
}

const outcome = (command: SealedCommand, row: OutcomeRow | undefined): AppendOutcome => {
  switch (row?.outcome) {
    case 'appended':
      return { type: 'appended', receipt: receipt(row) }
    case 'duplicate':
      return { type: 'duplicate', receipt: receipt(row), fingerprint: row.fingerprint ?? '' }
    case 'conflict':
      return { type: 'conflict', actualVersion: row.version }
    case 'forgotten':
      return { type: 'forgotten', subject: command.subject ?? command.stream }
    case 'all':
    case undefined:
      throw new Error('log.append answered fewer outcomes than it was given commands.')
  }
}

const receipt = (row: OutcomeRow) => {
  if (row.position === null)
    throw new Error(`log.append answered ${row.outcome} for ${row.stream} without a position.`)
  return { stream: row.stream, version: row.version, position: position(row.position) }
}
