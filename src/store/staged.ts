import { Unavailable, type AppendOutcome } from './append.ts'
import type { SealedCommand } from './write-batch.ts'

/** Commands that will be sent together, as long as it is open. */
export interface Batch {
  readonly staged: Staged[]
  events: number
  open: boolean
}

/** What became of a command that was handed to the log. */
export type Staging =
  | { readonly type: 'staged'; readonly staged: Staged }
  | { readonly type: 'forgotten'; readonly subject: string }
  /** The batch of its predecessor has left without it; nothing was written. */
  | { readonly type: 'parted' }

/**
 * A command on its way into the log. It is answered once: by the log, or by its deadline, after which
 * it is not sent (again).
 */
export class Staged {
  readonly command: SealedCommand
  /** The command whose uncommitted events this one was decided on; only both together can be appended. */
  readonly predecessor: Staged | undefined
  readonly outcome: Promise<AppendOutcome>
  readonly queuedAt = performance.now()
  readonly deadline: number
  settled = false
  /** It may have reached the database. */
  sent = false
  readonly #batch: Batch
  readonly #answer = Promise.withResolvers<AppendOutcome>()
  readonly #timer: NodeJS.Timeout

  constructor(command: SealedCommand, batch: Batch, predecessor: Staged | undefined) {
    this.command = command
    this.predecessor = predecessor
    this.#batch = batch
    this.outcome = this.#answer.promise
    this.deadline = this.queuedAt + command.timeoutMs
    this.#timer = setTimeout(() => {
      this.giveUp(this.sent, new Error(`No answer came within ${command.timeoutMs} ms.`))
    }, command.timeoutMs)
  }

  /** Whether a command decided on this one's events can still share its batch. */
  get open(): boolean {
    return this.#batch.open && !this.settled
  }

  get batch(): Batch {
    return this.#batch
  }

  resolve(outcome: AppendOutcome): void {
    this.#settle()
    this.#answer.resolve(outcome)
  }

  reject(error: Error): void {
    this.#settle()
    this.#answer.reject(error)
  }

  giveUp(mayBeWritten: boolean, cause: unknown): void {
    this.reject(new Unavailable(mayBeWritten ? 'UNKNOWN' : 'NOT_WRITTEN', { cause }))
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.settled = true
  }
}
