import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { GenerationGone } from './generation-gone.ts'

/** Which streams a projection holds back, as of a checkpoint. */
export interface Held {
  readonly checkpoint: Position
  /** How often rows were changed without the checkpoint. */
  readonly repairs: bigint
  readonly streams: ReadonlySet<string>
}

interface HeldRow {
  readonly checkpoint: bigint
  readonly repairs: bigint
  readonly stream: string | null
}

const SELECT = `select p.checkpoint, p.repairs, s.stream
  from read.projections p left join read.parked_streams s using (name, version, generation)
  where p.name = $1 and p.version = $2 and p.generation = $3`

/**
 * The streams held back, remembered from turn to turn: they change only together with the checkpoint or
 * with the count of repairs, and a turn that goes by older ones moves neither.
 */
export class Parks {
  readonly #kysely: Kysely<Tables>
  readonly #of: Generation
  #known: Held | undefined

  constructor(kysely: Kysely<Tables>, of: Generation) {
    this.#kysely = kysely
    this.#of = of
  }

  /** As of this checkpoint, or of the one there is by now. */
  async at(checkpoint: Position): Promise<Held> {
    if (this.#known?.checkpoint !== checkpoint) this.#known = await this.#read()
    return this.#known
  }

  moved(held: Held): void {
    this.#known = held
  }

  /** Somebody else may have changed them. */
  forget(): void {
    this.#known = undefined
  }

  async #read(): Promise<Held> {
    const { name, version, generation } = this.#of
    const { rows } = await this.#kysely.executeQuery<HeldRow>(
      CompiledQuery.raw(SELECT, [name, version, generation]),
    )
    const [first] = rows
    if (first === undefined) {
      throw new GenerationGone(this.#of)
    }
    const streams = rows.flatMap(({ stream }) => stream ?? [])
    return {
      checkpoint: position(first.checkpoint),
      repairs: first.repairs,
      streams: new Set(streams),
    }
  }
}
