import type { DeskAnswer, TaskListing, TaskState } from '../process/task-desk.ts'
import { builder } from './builder.ts'
import { pageBounds } from './connection.ts'
import { clientError } from './error-code.ts'
import { readInput, text } from './input.ts'

const REASON_LENGTH_MAX = 500
const PROCESS_NAME_LENGTH_MAX = 100
const TASK_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

const TaskStateEnum = builder.enumType('TaskState', {
  description: 'How far a task has got. A task that is done is gone.',
  values: {
    SCHEDULED: { description: 'It is to be done later.' },
    DUE: { description: 'It waits for somebody to do it.' },
    CLAIMED: { description: 'Somebody is doing it.' },
    PARKED: { description: 'It was given up; an operator has to retry or skip it.' },
  } satisfies Record<TaskState, object>,
})

const TaskType = builder.objectRef<TaskListing>('Task').implement({
  description: 'Something that a process was asked to do by an event and has not done yet.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Its id: also that of its command, and its idempotency key at a gateway.',
    }),
    process: t.exposeString('process', { description: 'The process that is to do it.' }),
    name: t.exposeString('name', { description: 'What is to be done.' }),
    target: t.exposeString('target', {
      description: 'What tells it from others of its name, such as the number of a line.',
    }),
    key: t.exposeString('key', { description: 'Tasks of one key are done one after another.' }),
    lane: t.exposeString('lane', { description: 'The kind of work it is.' }),
    state: t.field({
      type: TaskStateEnum,
      description: 'How far it has got.',
      resolve: ({ state }) => state,
    }),
    eventId: t.id({
      description: 'The event that caused it, `<stream>@<version>`.',
      resolve: ({ stream, version }) => `${stream}@${version}`,
    }),
    correlationId: t.exposeID('correlationId', {
      description: 'The same for everything that one request caused; see `eventLog`.',
    }),
    askedAt: t.field({
      type: 'DateTime',
      description: 'When it was asked for.',
      resolve: ({ askedAt }) => askedAt,
    }),
    dueAt: t.field({
      type: 'DateTime',
      description: 'When it is tried next.',
      resolve: ({ dueAt }) => dueAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is given up; null if never.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    lateMs: t.exposeFloat('lateMs', {
      description: 'For how many milliseconds it has been due; 0 where it is not yet.',
    }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried.' }),
    attemptsMax: t.exposeInt('attemptsMax', {
      description: 'After how many attempts it is parked.',
    }),
    parkedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is parked.',
      resolve: ({ parkedAt }) => parkedAt,
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'What kind of failure the last attempt met, without anything personal.',
    }),
  }),
})

const taskId = (id: string): string => {
  if (TASK_ID.test(id)) return id
  throw clientError('NOT_FOUND', 'There is no task with this id: it is not the id of a task.')
}

/** The id again; an operator's answer is about the task as it was, which may be gone by now. */
const settled = (id: string, answer: DeskAnswer): string => {
  if (answer.type === 'done') return id
  throw clientError('NOT_FOUND', 'There is no parked task with this id; list them with `tasks`.')
}

builder.queryFields((t) => ({
  tasks: t.field({
    type: [TaskType],
    description:
      'What processes have not done yet, what is due first coming first. Read as it is now, whatever position is demanded.',
    args: {
      process: t.arg.string({ description: 'Only of this process.' }),
      state: t.arg({ type: TaskStateEnum, description: 'Only in this state.' }),
      first: t.arg.int({ description: 'At most this many; 20 when left out, 100 at most.' }),
    },
    resolve: async (_root, { process, state, first }, { services }) => [
      ...(await services.tasks.list({
        ...(process == null
          ? {}
          : { process: readInput(text(PROCESS_NAME_LENGTH_MAX), process, ['process']) }),
        ...(state == null ? {} : { state }),
        limit: pageBounds({ first }).limit,
      })),
    ],
  }),
}))

builder.mutationFields((t) => ({
  retryTask: t.id({
    nullable: true,
    description:
      'Has a parked task tried again, as if for the first time and without its deadline; answers its id. For operators: it records nothing in the log.',
    args: { id: t.arg.id({ required: true, description: 'The task.' }) },
    resolve: async (_root, { id }, { services }) =>
      settled(id, await services.tasks.retry(taskId(id))),
  }),
  skipTask: t.id({
    nullable: true,
    description:
      'Gives a parked task up, so that the next of its key is done; answers its id. Who did so and why is kept. For operators: it records nothing in the log.',
    args: {
      id: t.arg.id({ required: true, description: 'The task.' }),
      reason: t.arg.string({
        required: true,
        description: 'Why it need not be done. At most 500 characters.',
      }),
    },
    resolve: async (_root, { id, reason }, { services, viewer }) =>
      settled(
        id,
        await services.tasks.skip(taskId(id), {
          reason: readInput(text(REASON_LENGTH_MAX), reason, ['reason']),
          by: viewer.actor.subject,
        }),
      ),
  }),
}))
