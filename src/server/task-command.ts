import { createHash } from 'node:crypto'
import type { CommandOptions, Commands } from '../command/commands.ts'
import type { TaskOutcome, Work } from '../domain/fulfilment/task.ts'
import type { Instant } from '../domain/instant.ts'
import { NotRetriable } from '../process/failure.ts'
import type { Attempt } from '../process/process-definition.ts'
import type { Task } from '../process/task.ts'

type CommandWork = Extract<Work, { readonly type: 'command' }>

/**
 * The id alone says what is asked: it is made of the cause, the name and the target. Hashing the work as
 * it was read would make another command of it as soon as a release reads it differently.
 */
const fingerprintOf = ({ process, id, name }: Task<Work>): string =>
  createHash('sha256')
    .update(JSON.stringify([process, id, name]))
    .digest('hex')

/**
 * The command ends with the attempt, and so before the claim does: what it then still writes, it decided
 * on a version that it read while the task was its own. Whoever takes the task over reads later. So either
 * they read the same version and decide the same, or this write meets a version that it did not expect.
 */
const optionsOf = (task: Task<Work>, { deadline }: Attempt): CommandOptions => {
  const { process, cause } = task
  return {
    fresh: false,
    request: {
      key: { scope: `process:${process}`, id: task.id },
      fingerprint: fingerprintOf(task),
      expectedVersion: null,
      actor: { role: 'PROCESS', subject: process },
      correlationId: cause.correlationId,
      causationId: `${cause.stream}@${cause.version}`,
      traceparent: cause.traceparent,
      timeoutMs: deadline - performance.now(),
    },
  }
}

/** Gives a task's command, under the task's id. */
export const giveCommand = async (
  work: CommandWork,
  options: {
    readonly commands: Commands
    readonly task: Task<Work>
    readonly attempt: Attempt
    readonly now: () => Instant
  },
): Promise<TaskOutcome> => {
  const { commands, task, attempt, now } = options
  const timing = { now: now(), occurredAt: null }
  const request = optionsOf(task, attempt)
  const answer =
    work.aggregate === 'order'
      ? await commands.order({ ...work.command, ...timing }, request)
      : await commands.product({ ...work.command, ...timing }, request)
  if (answer.type === 'accepted') return { type: 'accepted', at: now() }
  if (answer.refusal.type === 'CommandIdReused') {
    throw new NotRetriable(
      `The command id ${task.id} of ${task.process}'s ${task.name} was used for something else; ` +
        'compare the task with the event that has this command id.',
    )
  }
  return { type: 'refused', refusal: answer.refusal, at: now() }
}
