import type { TaskListing, TaskState } from '../process/task-desk.ts'
import { builder } from './builder.ts'
import { pageBounds } from './connection.ts'
import { readInput, text } from './input.ts'

const PROCESS_NAME_LENGTH_MAX = 100

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
