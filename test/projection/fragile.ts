import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import { type ParkingDesk, parkingDesk } from '../../src/projection/parking-desk.ts'
import type { AnyReadModel, Occurrence } from '../../src/projection/read-model.ts'
import type { StreamParked } from '../../src/projection/stream-parked.ts'
import { takeTurn, type TurnOptions } from '../../src/projection/turn.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'
import { decodeJar, type JarEvent, turnOptions } from './tally.ts'

/** A read model that cannot project some events until its code is mended. */
export interface Fragile {
  readonly model: AnyReadModel<JarEvent>
  isPoison: (occurrence: Occurrence<JarEvent>) => boolean
}

export const BAD_COINS = 13

export const isBad = ({ event }: Occurrence<JarEvent>): boolean =>
  event.type === 'CoinsAdded' && event.coins % 100 === BAD_COINS

export const fragile = (model: AnyReadModel<JarEvent>, isPoison = isBad): Fragile => {
  const made: Fragile = {
    isPoison,
    model: {
      ...model,
      project(row, occurrence, origin) {
        const after = model.project(row, occurrence, origin)
        if (made.isPoison(occurrence))
          throw new RangeError(`Nobody counts the coins of Ann Devon, ${occurrence.stream}.`)
        return after
      },
    },
  }
  return made
}

export interface Followed {
  readonly options: TurnOptions<JarEvent>
  readonly desk: ParkingDesk
  readonly parked: StreamParked[]
  /** Takes so many turns. */
  turns(count: number): Promise<void>
  /** Takes turns until nothing is left; answers the checkpoint. */
  catchUp(): Promise<Position>
  rows(): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** A projection that is driven turn by turn. */
export const followed = async (of: {
  readonly database: Database
  readonly log: Log
  readonly model: AnyReadModel<JarEvent>
  readonly generation?: string
  readonly pageMax?: number
  readonly parkedMax?: number
}): Promise<Followed> => {
  const { database, log, model, generation = 'a' } = of
  const parked: StreamParked[] = []
  const options = await turnOptions<JarEvent>({ ...of, decode: decodeJar, parked })
  let at = LOG_START
  const step = async (): Promise<boolean> => {
    const turn = await takeTurn(options, at)
    if (turn.type === 'advanced' || turn.type === 'overtaken') at = turn.checkpoint
    return turn.type !== 'idle'
  }
  return {
    options,
    parked,
    desk: parkingDesk({
      database,
      log,
      decode: decodeJar,
      readModels: [model],
      served: (name) => ({ name, version: model.version, generation }),
    }),
    async turns(count) {
      for (let i = 0; i < count; i++) await step()
    },
    async catchUp() {
      while (await step());
      return at
    },
    rows: async () =>
      (
        await sql<Readonly<Record<string, unknown>>>`
          select * from ${sql.table(options.table.name)} order by id`.execute(database.kysely)
      ).rows,
  }
}

/** Rows but for their places, which rise where a stream is repaired. */
export const withoutPlace = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'position')))
