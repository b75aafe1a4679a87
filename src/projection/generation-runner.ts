import type { Database } from '../database/database.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'
import type { Announcer } from './announcer.ts'
import type { Generation } from './checkpoint.ts'
import { isGenerationGone } from './generation-gone.ts'
import type { ProjectionLimits } from './limits.ts'
import type { Decode, Origins } from './origins.ts'
import { Parks } from './parks.ts'
import type { AnyReadModel } from './read-model.ts'
import type { RunnerOf } from './reading.ts'
import { type Report, Runner } from './runner.ts'
import type { StreamParked } from './stream-parked.ts'
import { takeTurn, type Turn } from './turn.ts'

interface GenerationRunnerOptions<Event> {
  readonly database: Pick<Database, 'engine' | 'kysely' | 'query'>
  readonly log: Pick<Log, 'follow' | 'wake'>
  readonly decode: Decode<Event>
  readonly report: Report
  readonly limits: ProjectionLimits
  readonly origins: Origins<Event>
  readonly others: Announcer
  /** In which order this process goes about a table; undefined where that is not known. */
  readonly place: (table: string) => number | undefined
  /** Called where a table is found gone. */
  readonly onGone: () => void
  /** Takes a turn of a generation, and watches what it comes to. */
  readonly watch: (of: Generation, from: Position, take: () => Promise<Turn>) => Promise<Turn>
}

/** Takes the turns of one generation. */
export const generationRunner =
  <Event>(options: GenerationRunnerOptions<Event>, model: AnyReadModel<Event>): RunnerOf =>
  ({ generation, table }, { reached, demanded }) => {
    const { database, log, decode, origins, limits, report } = options
    const { others, place, onGone, watch } = options
    const { kysely } = database
    const { pageMax, parkedMax } = limits
    const parks = new Parks(kysely, generation)
    const onParked = (parked: StreamParked) =>
      report(parked, {
        projection: model.name,
        checkpoint: reached.highest,
        failures: 1,
        retryInMs: 0,
      })
    const followed = { log, decode, origins, model }
    const written = { database, generation, table, parks, pageMax, parkedMax, onParked }
    const turn = { ...followed, ...written }
    return new Runner({
      ...limits,
      projection: model.name,
      appended: log.wake,
      projected: reached,
      demanded,
      report,
      place: () => place(table.name),
      async takeTurn(from): Promise<Turn> {
        try {
          return await watch(generation, from, () => takeTurn(turn, from))
        } catch (error) {
          if (!isGenerationGone(error)) throw error
          onGone()
          return { type: 'busy' }
        }
      },
      onAdvanced: (checkpoint) => others.announce(table.name, checkpoint),
    })
  }
