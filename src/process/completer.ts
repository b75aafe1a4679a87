import type { Completion, TaskTable } from './task-table.ts'

interface Waiting {
  readonly completion: Completion
  readonly resolve: (held: boolean) => void
  readonly reject: (error: unknown) => void
}

/**
 * Completions that come while one commits share the next commit. Each is judged for itself: one whose
 * claim was lost stores nothing and leaves the others alone.
 */
export class Completer {
  readonly #tasks: Pick<TaskTable, 'complete'>
  readonly #batchMax: number
  // At most one for each slot of each lane, since a worker waits for its own.
  readonly #waiting: Waiting[] = []
  #writing = false

  constructor(tasks: Pick<TaskTable, 'complete'>, batchMax: number) {
    this.#tasks = tasks
    this.#batchMax = batchMax
  }

  /** False where the claim was lost: then nothing was deleted, and nothing stored. */
  async complete(completion: Completion): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    this.#waiting.push({ completion, resolve, reject })
    if (!this.#writing) void this.#write()
    return await promise
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#batchMax)
      try {
        await this.#settle(batch)
      } catch {
        // One follow-up that the database refuses must not fail its neighbours.
        for (const waiting of batch) await this.#alone(waiting)
      }
    }
    this.#writing = false
  }

  async #alone(waiting: Waiting): Promise<void> {
    try {
      await this.#settle([waiting])
    } catch (error) {
      waiting.reject(error)
    }
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    const done = await this.#tasks.complete(batch.map(({ completion }) => completion))
    for (const { completion, resolve } of batch) resolve(done.has(completion.held.id))
  }
}
