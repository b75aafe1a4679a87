import type { Database } from '../../src/database/database.ts'
import type { ProjectionLimits } from '../../src/projection/limits.ts'
import type { Decode } from '../../src/projection/origins.ts'
import { type Projections, projections } from '../../src/projection/projections.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { InlineTurns } from '../../src/store/inline.ts'
import type { Log } from '../../src/store/log.ts'
import { masterKey } from './tally.ts'

export interface InlineLog extends AsyncDisposable {
  readonly log: Log
  readonly engine: Projections
  /** How often each projection was moved by an append. */
  readonly moves: ReadonlyMap<string, number>
  readonly reported: readonly unknown[]
}

export interface InlineLogOptions<Event> {
  readonly database: Database
  readonly models: readonly AnyReadModel<Event>[]
  readonly decode: Decode<Event>
  readonly inline: readonly string[]
  readonly limits?: Partial<ProjectionLimits>
}

/** A log whose appends carry turns, as a server has it; its workers are not started. */
export const inlineLog = async <Event>(options: InlineLogOptions<Event>): Promise<InlineLog> => {
  const { database, models, decode, inline, limits } = options
  const moves = new Map<string, number>()
  const reported: unknown[] = []
  const wired: { turns?: InlineTurns } = {}
  const counted: InlineTurns = {
    async prepare(...batch) {
      const turn = await wired.turns?.prepare(...batch)
      return (
        turn && {
          ...turn,
          settled(moved, failure) {
            for (const name of moved ?? []) moves.set(name, (moves.get(name) ?? 0) + 1)
            turn.settled(moved, failure)
          },
        }
      )
    },
  }
  const log = await eventLog({ database, masterKey, inline: counted })
  const engine = await projections({
    database,
    log,
    readModels: models,
    decode,
    inline,
    report: (error) => reported.push(error),
    ...(limits === undefined ? {} : { limits }),
  })
  wired.turns = engine.inline
  return {
    log,
    engine,
    moves,
    reported,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}
