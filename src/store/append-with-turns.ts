import { databaseFault } from '../database/database-fault.ts'
import type { PreparedStatement, Writer } from '../database/database.ts'
import type { Metadata, NewEvent } from './event.ts'
import type { Ask, ComingEvent, InlineTurn, InlineTurns } from './inline.ts'
import { NotSent } from './not-sent.ts'

interface PlainCommand {
  readonly stream: string
  readonly expectedVersion: number
  readonly metadata: Metadata
  readonly plain: readonly NewEvent[]
}

export interface AppendWithTurns {
  readonly connection: Writer
  readonly inline: InlineTurns
  readonly append: PreparedStatement
  readonly parameters: readonly unknown[]
  readonly commands: readonly PlainCommand[]
}

/** Appends a batch together with whatever turns of projections can share its commit. */
export const appendWithTurns = async <Row>(options: AppendWithTurns): Promise<readonly Row[]> => {
  const { connection, append, parameters } = options
  const alone = async () => await connection.query<Row>(append, parameters)
  const turn = await prepared(options)
  if (turn === undefined) return await alone()
  let moved: readonly string[] | undefined
  let failure: unknown
  try {
    const rows = await connection.query<Row & { readonly moved: string }>(
      { ...append, name: turn.name, text: withTurn(append, turn) },
      [...parameters, ...turn.parameters],
    )
    moved = (rows[0]?.moved ?? '').split(',').filter((name) => name !== '')
    return rows
  } catch (error) {
    if (databaseFault(error) === 'connection') throw error
    // Nothing of it was written, and whether the turn was to blame or the batch, the batch alone will tell.
    const rows = await alone()
    failure = error
    return rows
  } finally {
    turn.settled(moved, failure)
  }
}

const prepared = async ({
  connection,
  inline,
  commands,
}: AppendWithTurns): Promise<InlineTurn | undefined> => {
  let lostBy: unknown
  const ask: Ask = async <Row>(statement: PreparedStatement, values: readonly unknown[]) => {
    try {
      return await connection.query<Row>(statement, values)
    } catch (error) {
      if (databaseFault(error) === 'connection') lostBy = error
      throw error
    }
  }
  try {
    return await inline.prepare(comingEvents(commands), ask)
  } catch {
    // A fold that fails is the worker's to report, and no reason for an append to.
    if (lostBy === undefined) return undefined
    throw new NotSent({ cause: lostBy })
  }
}

// One statement: no connection holds the lock on the log while the database waits for this process.
const withTurn = (append: PreparedStatement, { expressions }: InlineTurn): string =>
  `with appended as materialized (${append.text}), ${expressions}
    select a.*, (select m.moved from moved m) as moved from appended a`

const comingEvents = (commands: readonly PlainCommand[]): readonly ComingEvent[] =>
  commands.flatMap(({ stream, expectedVersion, metadata, plain }) =>
    plain.map((event, index) => ({
      ...event,
      stream,
      version: expectedVersion + index + 1,
      metadata,
    })),
  )
