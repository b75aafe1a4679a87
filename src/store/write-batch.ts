import type { Database, PreparedStatement, Writer } from '../database/database.ts'
import type { AppendCommand, AppendOutcome } from './append.ts'
import { position } from './position.ts'

/** A command ready for the log: personal data sealed, JSON written. */
export interface SealedCommand extends AppendCommand {
  readonly subject: string | null
  /** The events' data. Written one command at a time, so that what is no JSON fails its own alone. */
  readonly datas: readonly string[]
}

/** Sends one batch as one statement and one durable commit; outcomes in the order of the commands. */
export interface BatchWriter extends AsyncDisposable {
  write(commands: readonly SealedCommand[]): Promise<readonly AppendOutcome[]>
}

const APPEND: PreparedStatement = {
  name: 'readback_append',
  text: 'select * from log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
}

interface OutcomeRow {
  readonly outcome: 'appended' | 'duplicate' | 'conflict' | 'forgotten'
  readonly stream: string
  readonly version: number
  readonly position: bigint | null
  readonly fingerprint: string | null
}

/** Keeps one write connection and opens it again after it broke. */
export const batchWriter = (database: Database): BatchWriter => {
  let opening: Promise<Writer> | undefined

  const writer = (): Promise<Writer> => {
    opening ??= database.openWriter()
    return opening
  }

  const discard = async () => {
    const broken = opening
    opening = undefined
    // The connection may never have opened, or be half dead; either way it is not used again.
    await broken?.then((it) => it[Symbol.asyncDispose]()).catch(() => {})
  }

  return {
    async write(commands) {
      let connection
      try {
        connection = await writer()
      } catch (cause) {
        await discard()
        throw new NotSent({ cause })
      }
      try {
        const rows = await connection.query<OutcomeRow>(APPEND, parameters(commands))
        return commands.map((command, index) => outcome(command, rows[index]))
      } catch (error) {
        if (faultOf(error) === 'connection') await discard()
        if (isRefusedByClient(error)) throw new NotSent({ cause: error })
        throw error
      }
    },
    [Symbol.asyncDispose]: discard,
  }
}

/** The batch never left this process. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  constructor(options: ErrorOptions) {
    super('The batch was not sent: there was no open write connection.', options)
  }
}

/**
 * Whose fault a failed batch is: `data`, one guilty command's (it is found by halving); `connection`,
 * nobody's, and the batch may have been committed; `other`, a bug or a refusal of the server.
 */
export type BatchFault = 'data' | 'connection' | 'other'

// By SQLSTATE class. 22 data exception, 23 integrity, 54 limit exceeded; 08 connection, 40 rollback
// (serialization, deadlock), 57 operator intervention (shutdown), 53 out of resources, 55 lock.
const CLASS_FAULTS: Readonly<Record<string, BatchFault>> = {
  '22': 'data',
  '23': 'data',
  '54': 'data',
  '08': 'connection',
  '40': 'connection',
  '57': 'connection',
  '53': 'connection',
  '55': 'connection',
}

export const faultOf = (error: unknown): BatchFault => {
  if (error instanceof NotSent) return 'connection'
  const code = codeOf(error)
  // A primary that has become a standby: the next connection may find the new primary.
  if (code === READ_ONLY) return 'connection'
  const known = code.length === 5 ? CLASS_FAULTS[code.slice(0, 2)] : undefined
  if (known !== undefined) return known
  // Node's own codes (ECONNRESET, EPIPE, ERR_STREAM_DESTROYED) have no SQLSTATE class.
  return /^E[A-Z_]+$/.test(code) || isConnectionLoss(error) ? 'connection' : 'other'
}

/** Whether a batch that failed so may stand in the log all the same. */
export const mayBeCommitted = (error: unknown): boolean => {
  if (error instanceof NotSent || faultOf(error) !== 'connection') return false
  const code = codeOf(error)
  // A server that reports these has rolled back; one that shuts down (57P0x) may have committed.
  return !(code === READ_ONLY || code === QUERY_CANCELED || /^(?:40|53|55)...$/.test(code))
}

const READ_ONLY = '25006'
const QUERY_CANCELED = '57014'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

// pg gives its own errors about lost connections no code.
const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && /connection|terminated|timeout|socket/i.test(error.message)

// pg's word for a connection that was lost before the statement.
const isRefusedByClient = (error: unknown): boolean =>
  error instanceof Error && /not queryable/i.test(error.message)

const parameters = (commands: readonly SealedCommand[]): readonly unknown[] => {
  const owners: number[] = []
  const types: string[] = []
  const schemaVersions: number[] = []
  const datas: string[] = []
  commands.forEach((command, index) => {
    for (const event of command.events) {
      owners.push(index + 1)
      types.push(event.type)
      schemaVersions.push(event.schemaVersion)
    }
    datas.push(...command.datas)
  })
  return [
    commands.map((command) => command.stream),
    commands.map((command) => command.expectedVersion),
    commands.map((command) => command.command.scope),
    commands.map((command) => command.command.id),
    commands.map((command) => command.command.fingerprint),
    commands.map((command) => command.subject),
    commands.map((command) => JSON.stringify(command.metadata)),
    commands.map((command) => command.events.length),
    owners,
    types,
    schemaVersions,
    datas,
    commands.map((command) => command.forgets ?? null),
  ]
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
    case undefined:
      throw new Error('log.append answered fewer outcomes than it was given commands.')
  }
}

const receipt = (row: OutcomeRow) => {
  if (row.position === null)
    throw new Error(`log.append answered ${row.outcome} for ${row.stream} without a position.`)
  return { stream: row.stream, version: row.version, position: position(row.position) }
}
