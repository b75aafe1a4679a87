import type { Position } from '../store/position.ts'
import { Activity } from './activity.ts'
import type { Generation } from './checkpoint.ts'
import type { StoredGeneration } from './generation.ts'
import { modelTable } from './model-table.ts'
import type { AnyReadModel } from './read-model.ts'
import type { Runner, RunnerState } from './runner.ts'
import { Signal } from './signal.ts'
import { type Table, tableName } from './table.ts'

/** A signal that tells what it is told. */
class Reached extends Signal {
  readonly #onReached: (position: Position) => void

  constructor(onWaiters: (change: 1 | -1) => void, onReached: (position: Position) => void) {
    super(onWaiters)
    this.#onReached = onReached
  }

  override signal(position: Position): void {
    const before = this.highest
    super.signal(position)
    if (this.highest > before) this.#onReached(position)
  }
}

interface Followed {
  readonly generation: Generation
  readonly table: Table
  readonly reached: Reached
  /** None for a generation that is building: whoever builds it takes its turns. */
  runner: Runner | undefined
}

/** Takes the turns of one generation, and tells how far it is. */
export type RunnerOf = (
  of: { readonly generation: Generation; readonly table: Table },
  signals: { readonly reached: Signal; readonly demanded: Signal },
) => Runner

export interface ReadingOptions<Event> {
  readonly model: AnyReadModel<Event>
  readonly first: StoredGeneration
  readonly onWaiters: (change: 1 | -1) => void
  readonly runnerOf: RunnerOf
}

/**
 * Which generation of a read model this process reads, and the turns it takes for it.
 *
 * It changes over to a new one not when that serves, but when it has reached what this process has
 * already told its readers: until then the old one is read, and nothing new is told of it. After that
 * the old one is projected on, for processes that have not heard yet, until it is dropped.
 */
export class Reading<Event> {
  readonly model: AnyReadModel<Event>
  readonly projected: Signal
  readonly demanded = new Signal()
  readonly activity: Activity
  readonly #options: ReadingOptions<Event>
  readonly #followed = new Map<string, Followed>()
  #read: Followed
  #next: Followed | undefined
  #changed = Promise.withResolvers<void>()
  #isStarted = false
  #isPaused = false
  readonly #ending = new Set<Promise<void>>()

  constructor(options: ReadingOptions<Event>) {
    this.#options = options
    this.model = options.model
    this.activity = new Activity(options.first.checkpoint)
    this.projected = new Signal(options.onWaiters, (reached) => this.activity.reached(reached))
    this.#read = this.#follow(options.first, options.first.state !== 'building')
    this.#read.reached.signal(options.first.checkpoint)
  }

  get generation(): Generation {
    return this.#read.generation
  }

  /** Whether nothing of this version serves, or not any more. */
  get isBuilding(): boolean {
    return this.#read.runner === undefined
  }

  get state(): RunnerState {
    return this.#read.runner?.state ?? (this.#isPaused ? 'paused' : 'running')
  }

  /** What an appender needs to do a turn of the generation that is read; none while it is built. */
  get turns():
    | (Pick<Followed, 'generation' | 'table' | 'reached'> & { readonly state: RunnerState })
    | undefined {
    const { generation, table, reached, runner } = this.#read
    return runner && { generation, table, reached, state: runner.state }
  }

  start(): void {
    this.#isStarted = true
    for (const { runner } of this.#followed.values()) runner?.start()
  }

  pause(): void {
    this.#isPaused = true
    for (const { runner } of this.#followed.values()) runner?.pause()
  }

  resume(): void {
    this.#isPaused = false
    for (const { runner } of this.#followed.values()) runner?.resume()
  }

  /** How far a table is; false where it is none that this process follows. */
  hear(table: string, checkpoint: Position): boolean {
    const followed = this.#followed.get(table)
    followed?.reached.signal(checkpoint)
    return followed !== undefined
  }

  /** What read.projections says of this version. */
  look(rows: readonly StoredGeneration[]): void {
    const tables = new Set(rows.map(tableName))
    for (const row of rows) {
      if (row.state === 'serving') this.#serve(row)
      this.hear(tableName(row), row.checkpoint)
    }
    for (const [table, followed] of this.#followed) {
      if (tables.has(table) || followed === this.#next) continue
      if (followed !== this.#read) this.#followed.delete(table)
      this.#end(followed)
    }
  }

  /** Waits until a change to another generation that has begun is done. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.#next === undefined) return
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, timeoutMs)
    await Promise.race([this.#changed.promise, late.promise])
    clearTimeout(timer)
  }

  async close(): Promise<void> {
    this.projected.close()
    this.#changed.resolve()
    for (const followed of this.#followed.values()) {
      followed.reached.close()
      this.#end(followed)
    }
    await Promise.all(this.#ending)
  }

  #serve(row: StoredGeneration): void {
    const table = tableName(row)
    if (tableName(this.#read.generation) === table) {
      this.#run(this.#read)
      return
    }
    const known = this.#followed.get(table)
    if (known !== undefined && known === this.#next) return
    this.#next = known ?? this.#follow(row, true)
    this.#run(this.#next)
    this.#advance(this.#next, this.#next.reached.highest)
  }

  #follow(generation: Generation, runs: boolean): Followed {
    const { name, version, generation: letter } = generation
    const own = { name, version, generation: letter }
    const reached: Reached = new Reached(this.#options.onWaiters, (position) =>
      this.#advance(followed, position),
    )
    const table = modelTable(this.model, own)
    const followed: Followed = { generation: own, table, reached, runner: undefined }
    this.#followed.set(table.name, followed)
    if (runs) this.#run(followed)
    return followed
  }

  #run(followed: Followed): void {
    if (followed.runner !== undefined) return
    followed.runner = this.#options.runnerOf(followed, {
      reached: followed.reached,
      demanded: this.demanded,
    })
    if (this.#isPaused) followed.runner.pause()
    if (this.#isStarted) followed.runner.start()
  }

  #advance(followed: Followed, position: Position): void {
    if (followed === this.#next && position >= this.projected.highest) {
      this.#read = followed
      this.#next = undefined
      this.#changed.resolve()
      this.#changed = Promise.withResolvers<void>()
    }
    // While a change is under way nobody is told of the old one, which may be ahead of the new.
    if (followed === this.#read && this.#next === undefined) this.projected.signal(position)
  }

  /** Takes no turns for it any more. */
  #end(followed: Followed): void {
    const { runner } = followed
    if (runner === undefined) return
    followed.runner = undefined
    const ending = runner[Symbol.asyncDispose]().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}
