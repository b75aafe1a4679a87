import { attempt } from './attempt.ts'
import { backoffMs } from './backoff.ts'
import type { Completer } from './completer.ts'
import { ClaimLost, describeFailure, type Exhausted, NotRetriable } from './failure.ts'
import type { Report } from './follower.ts'
import type { AnyProcess } from './process-definition.ts'
import type { AnyWork, Ask, NewTask, Task } from './task.ts'
import { assertDistinct, idOfFollowUp } from './task-id.ts'
import type { ClaimedRow, TaskTable } from './task-table.ts'

export interface CarryOutOptions<Event> {
  readonly process: AnyProcess<Event>
  readonly tasks: TaskTable
  readonly completer: Completer
  readonly report: Report
  readonly callMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
  /** Aborts what is under way: the server stops and waits no longer. */
  readonly stop: AbortSignal
}

const taskOf = (process: string, row: ClaimedRow, work: AnyWork): Task<AnyWork> => {
  const { id, name, target, key, cause, attempts, attemptsMax } = row
  return { id, process, name, target, key, work, cause, attempts, attemptsMax }
}

const followUpsOf = (task: Task<AnyWork>, asks: readonly Ask<AnyWork>[]): readonly NewTask[] => {
  assertDistinct(`The answer to ${task.process}'s ${task.name} ${task.id}`, asks)
  return asks.map((ask) => ({
    id: idOfFollowUp(task.process, task.id, ask),
    process: task.process,
    ask,
    cause: task.cause,
    parent: task.id,
  }))
}

/** One claimed task, from its attempt to its end. */
class Carrying<Event> {
  readonly #options: CarryOutOptions<Event>
  readonly #row: ClaimedRow

  constructor(options: CarryOutOptions<Event>, row: ClaimedRow) {
    this.#options = options
    this.#row = row
  }

  async run(): Promise<void> {
    const { process, stop } = this.#options
    try {
      const overdue = this.#overdue(0)
      if (overdue !== undefined) {
        await this.#giveUp({ reason: overdue, error: null })
        return
      }
      const task = this.#task()
      const { claimedAt, leftMs } = this.#row
      const deadline = claimedAt + Math.min(this.#options.callMs, leftMs ?? Infinity)
      const outcome = await attempt((signal) => process.carryOut(task, { signal, deadline }), {
        task: `${process.name}'s ${task.name} ${task.id}`,
        timeoutMs: Math.max(0, deadline - performance.now()),
        stop,
      })
      await this.#answer(task, outcome)
    } catch (error) {
      if (stop.aborted) await this.#options.tasks.release(this.#row)
      else await this.#fail(error)
    }
  }

  #task(): Task<AnyWork> {
    const { process } = this.#options
    return taskOf(process.name, this.#row, process.parseWork(this.#row.work))
  }

  /** A pure answer that throws would throw again: parked at once, it waits for somebody to look at it. */
  async #answer(task: Task<AnyWork>, outcome: unknown): Promise<void> {
    const { process, report, tasks } = this.#options
    const { id, name, attempts } = task
    let followUps: readonly NewTask[]
    try {
      followUps = followUpsOf(task, process.answer(task, outcome))
    } catch (error) {
      report(error, { process: process.name, doing: 'CARRY_OUT', task: { id, name, attempts } })
      await tasks.park(this.#row, `ANSWER: ${describeFailure(error)}`)
      return
    }
    await this.#complete(followUps)
  }

  /**
   * Where another has taken the task over, its answer counts, and not this one. Nothing is lost by that: an
   * attempt writes only on a version it read while the claim was its own (see `Attempt.deadline`), so the
   * other, who reads later, decides the same, or meets its receipt, or this one's write has not happened.
   * To store these follow-ups as well would be worse: the other's may be done and deleted by now, and done
   * again on another state they may come out another way.
   */
  async #complete(followUps: readonly NewTask[]): Promise<void> {
    const isHeld = await this.#options.completer.complete({ held: this.#row, followUps })
    if (isHeld) return
    const { process, report } = this.#options
    const { id, name, attempts } = this.#row
    const lost = new ClaimLost(`${process.name}'s ${name} ${id}`)
    report(lost, { process: process.name, doing: 'COMPLETE', task: { id, name, attempts } })
  }

  async #fail(error: unknown): Promise<void> {
    const { process, report, tasks } = this.#options
    const { id, name, attempts, attemptsMax } = this.#row
    report(error, { process: process.name, doing: 'CARRY_OUT', task: { id, name, attempts } })
    const described = describeFailure(error)
    const delayMs = backoffMs(attempts, this.#options)
    if (error instanceof NotRetriable) {
      await this.#giveUp({ reason: 'NOT_RETRIABLE', error: described })
    } else if (attempts >= attemptsMax) {
      await this.#giveUp({ reason: 'ATTEMPTS', error: described })
    } else if (this.#overdue(delayMs) !== undefined) {
      await this.#giveUp({ reason: 'DEADLINE', error: described })
    } else {
      await tasks.retryLater(this.#row, { error: described, delayMs })
    }
  }

  /** Why no attempt may begin so long from now, if so. */
  #overdue(delayMs: number): 'DEADLINE' | 'ATTEMPTS' | undefined {
    const { leftMs, attempts, attemptsMax } = this.#row
    if (leftMs !== null && performance.now() - this.#row.claimedAt + delayMs >= leftMs)
      return 'DEADLINE'
    // Attempts are counted when they begin: those that took their server with them are among them.
    return attempts > attemptsMax ? 'ATTEMPTS' : undefined
  }

  async #giveUp(failure: Exhausted): Promise<void> {
    const { process, report, tasks } = this.#options
    const { id, name, attempts } = this.#row
    try {
      const task = this.#task()
      const next = process.exhausted?.(task, failure) ?? 'PARK'
      if (next !== 'PARK') {
        await this.#complete(followUpsOf(task, next))
        return
      }
    } catch (error) {
      report(error, { process: process.name, doing: 'CARRY_OUT', task: { id, name, attempts } })
    }
    const reason = failure.error === null ? failure.reason : `${failure.reason}: ${failure.error}`
    await tasks.park(this.#row, reason)
  }
}

/** Never rejects: what cannot even be recorded is claimed again when the claim has run out. */
export const carryOut = async <Event>(
  options: CarryOutOptions<Event>,
  row: ClaimedRow,
): Promise<void> => {
  try {
    await new Carrying(options, row).run()
  } catch (error) {
    const { id, name, attempts } = row
    options.report(error, {
      process: options.process.name,
      doing: 'COMPLETE',
      task: { id, name, attempts },
    })
  }
}
