import * as z from 'zod'
import type { DeskAnswer } from '../process/task-desk.ts'
import { typenameOf } from './accepted.ts'
import { builder } from './builder.ts'
import { reason, readInput } from './input.ts'
import { refused } from './operator-refusal.ts'
import { TaskNotParked } from './operator-refusals.ts'

const taskId = z
  .string()
  .regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, "must be a task's id, a UUID in lower case")
const retryTask = z.object({ taskId })
const skipTask = z.object({ taskId, reason })

interface Settled<Name extends string> {
  readonly type: 'done'
  readonly typename: Name
  readonly taskId: string
}

const settled = <Name extends string>(typename: Name, id: string, { type }: DeskAnswer) =>
  type === 'done'
    ? ({ type, typename, taskId: id } satisfies Settled<Name>)
    : refused({ type: 'TaskNotParked', taskId: id })

const TaskRetried = builder.objectRef<Settled<'TaskRetried'>>('TaskRetried').implement({
  description: 'The task is due again.',
  fields: (t) => ({ taskId: t.exposeID('taskId', { description: 'The task.' }) }),
})

const TaskSkipped = builder.objectRef<Settled<'TaskSkipped'>>('TaskSkipped').implement({
  description: 'The task is gone, and the next of its key is done.',
  fields: (t) => ({ taskId: t.exposeID('taskId', { description: 'The task.' }) }),
})

const RetryTaskResult = builder.unionType('RetryTaskResult', {
  description: 'What became of `retryTask`.',
  types: [TaskRetried, TaskNotParked],
  resolveType: typenameOf,
})

const SkipTaskResult = builder.unionType('SkipTaskResult', {
  description: 'What became of `skipTask`.',
  types: [TaskSkipped, TaskNotParked],
  resolveType: typenameOf,
})

const RetryTaskInput = builder.inputType('RetryTaskInput', {
  description: 'Which task to try again.',
  fields: (t) => ({ taskId: t.id({ required: true, description: "The task's id." }) }),
})

const SkipTaskInput = builder.inputType('SkipTaskInput', {
  description: 'Which task to give up.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: "The task's id." }),
    reason: t.string({
      required: true,
      description: 'Why it need not be done. At most 500 characters.',
    }),
  }),
})

builder.mutationFields((t) => ({
  retryTask: t.field({
    type: RetryTaskResult,
    nullable: true,
    description:
      'Has a parked task tried again, as if for the first time and without its deadline. For operators: it records nothing in the log.',
    args: { input: t.arg({ type: RetryTaskInput, required: true, description: 'The task.' }) },
    resolve: async (_root, { input }, { services }) => {
      const wanted = readInput(retryTask, input)
      return settled('TaskRetried', wanted.taskId, await services.tasks.retry(wanted.taskId))
    },
  }),
  skipTask: t.field({
    type: SkipTaskResult,
    nullable: true,
    description:
      'Gives a parked task up, so that the next of its key is done. Who did so and why is kept. For operators: it records nothing in the log.',
    args: {
      input: t.arg({ type: SkipTaskInput, required: true, description: 'The task, and why.' }),
    },
    resolve: async (_root, { input }, { services, viewer }) => {
      const wanted = readInput(skipTask, input)
      const why = { reason: wanted.reason, by: viewer.actor.subject }
      return settled('TaskSkipped', wanted.taskId, await services.tasks.skip(wanted.taskId, why))
    },
  }),
}))
