import type { ProjectionStatus, WorkerState } from '../projection/watching.ts'
import type { TurnFault } from '../projection/activity.ts'
import { PACE_WINDOW_S } from '../projection/pace.ts'
import type { GenerationState, RebuildProgress } from '../projection/generation.ts'
import type { StoredStatus } from '../projection/stored-status.ts'
import { STATUS_INTERVAL_MS } from '../live/status-feed.ts'
import { builder } from './builder.ts'

const STATES = {
  running: 'RUNNING',
  standby: 'STANDBY',
  paused: 'PAUSED',
  failing: 'FAILING',
  stopped: 'STOPPED',
} as const satisfies Record<WorkerState, string>

const ProjectionStateEnum = builder.enumType('ProjectionState', {
  description: 'What the server that answers is to a projection.',
  values: {
    RUNNING: { description: 'It makes the turns.' },
    STANDBY: {
      description: 'Another server makes the turns; this one takes over when that one stops.',
    },
    PAUSED: { description: 'Somebody has paused it here.' },
    FAILING: { description: 'Its last turn failed, and it tries again.' },
    STOPPED: { description: 'The server is starting or shutting down.' },
  },
})

const ProjectionFault = builder.objectRef<TurnFault>('ProjectionFault').implement({
  description: 'A failure of a turn. What exactly it said is in the log of the server.',
  fields: (t) => ({
    kind: t.exposeString('kind', {
      description: 'What kind of error it was, with nothing personal in it.',
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was.',
      resolve: ({ at }) => at.toISOString(),
    }),
  }),
})

const PHASES = {
  building: 'BUILDING',
  serving: 'SERVING',
  retiring: 'RETIRING',
} as const satisfies Record<GenerationState, string>

const GenerationStateEnum = builder.enumType('GenerationState', {
  description: 'What a table of a read model is for.',
  values: {
    BUILDING: { description: 'A rebuild fills it.' },
    SERVING: { description: 'It is read.' },
    RETIRING: { description: 'Another serves in its place; it goes once no server reads it.' },
  },
})

export const RebuildProgressType = builder.objectRef<RebuildProgress>('RebuildProgress').implement({
  description: 'How far a rebuild is.',
  fields: (t) => ({
    done: t.field({
      type: 'Position',
      description: 'Up to where the log is in the new table.',
      resolve: ({ done }, _arguments, { services }) => services.positions.token(done),
    }),
    of: t.field({
      type: 'Position',
      description: 'Up to where the log reaches; it moves.',
      resolve: ({ of }, _arguments, { services }) => services.positions.token(of),
    }),
    share: t.float({
      description: 'How much of the log that is, from 0 to 1.',
      resolve: ({ done, of }) => (of === 0n ? 1 : Number(done) / Number(of)),
    }),
    eventsPerSecond: t.exposeFloat('eventsPerSecond', {
      description: 'How fast it goes, its rests included.',
    }),
    remainingSeconds: t.float({
      nullable: true,
      description: 'How long it will still take at this pace; null where nobody can say yet.',
      resolve: ({ remainingMs }) => (remainingMs === undefined ? null : remainingMs / 1000),
    }),
    duty: t.exposeFloat('duty', { description: 'The share of its time that it works.' }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began.',
      resolve: ({ startedAt }) => startedAt.toISOString(),
    }),
    tended: t.exposeBoolean('tended', {
      description: 'Whether a process is at work on it; if not, a server goes on with it soon.',
    }),
    failure: t.string({
      nullable: true,
      description: 'Why nobody may go on with it; null unless it failed.',
      resolve: ({ failure }) => failure ?? null,
    }),
  }),
})

const ProjectionGenerationType = builder.objectRef<StoredStatus>('ProjectionGeneration').implement({
  description:
    'One of the tables of a read model; a rebuild fills another beside the one that serves.',
  fields: (t) => ({
    generation: t.exposeString('generation', { description: 'Its letter.' }),
    state: t.field({
      type: GenerationStateEnum,
      description: 'What it is for.',
      resolve: ({ state }) => PHASES[state],
    }),
    checkpoint: t.field({
      type: 'Position',
      description: 'Up to where it shows the log.',
      resolve: ({ checkpoint }, _arguments, { services }) => services.positions.token(checkpoint),
    }),
    lagEvents: t.float({
      description: 'How many events it has yet to project.',
      resolve: ({ lag }) => Number(lag),
    }),
    parked: t.exposeInt('parked', { description: 'How many streams it holds back.' }),
    readers: t.exposeInt('readers', { description: 'How many servers read it.' }),
    rebuild: t.field({
      type: RebuildProgressType,
      nullable: true,
      description: 'How far it is, where it is building.',
      resolve: ({ rebuild }) => rebuild,
    }),
  }),
})

export const ProjectionType = builder.objectRef<ProjectionStatus>('Projection').implement({
  description:
    'A read model and how far it follows the log. Checkpoint and lag are those of the database; state and fault are those of the server that answers.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, for example `orders`.' }),
    version: t.exposeInt('version', {
      description: 'The version of its shape that this server reads.',
    }),
    generation: t.exposeString('generation', {
      description: 'Which of the tables of this version is read; a rebuild fills the next.',
    }),
    checkpoint: t.field({
      type: 'Position',
      description: 'Up to where it shows the log.',
      resolve: ({ checkpoint }, _arguments, { services }) => services.positions.token(checkpoint),
    }),
    lagEvents: t.float({
      description: 'How many events it has yet to project.',
      resolve: ({ lag }) => Number(lag),
    }),
    lagSeconds: t.float({
      description:
        'For how many seconds the oldest of them has been in the log; 0 if there is none.',
      resolve: ({ lagMs }) => lagMs / 1000,
    }),
    eventsPerSecond: t.exposeFloat('eventsPerSecond', {
      description: `How many events a second were projected, by whichever server, over the last ${PACE_WINDOW_S} seconds.`,
    }),
    parked: t.exposeInt('parked', {
      description:
        'How many streams it holds back, since an event of theirs could not be projected.',
    }),
    generations: t.field({
      type: [ProjectionGenerationType],
      description: 'All tables of this version: the one that is read, and those that come and go.',
      resolve: ({ generations }) => [...generations],
    }),
    state: t.field({
      type: ProjectionStateEnum,
      description: 'What this server is to it.',
      resolve: ({ state }) => STATES[state],
    }),
    lastFault: t.field({
      type: ProjectionFault,
      nullable: true,
      description:
        'The last failure of a turn on this server; null if none has failed since it started.',
      resolve: ({ lastFault }) => lastFault,
    }),
  }),
})

builder.queryFields((t) => ({
  projections: t.field({
    type: [ProjectionType],
    description:
      'The read models and how far each follows the log. Read as it is now, whatever position is demanded.',
    resolve: async (_root, _arguments, { services }) => [
      ...(await services.watching.statuses()).projections,
    ],
  }),
}))

builder.subscriptionFields((t) => ({
  projectionStatus: t.field({
    type: [ProjectionType],
    description: `The read models as they are, and then whenever one of them has changed; every ${STATUS_INTERVAL_MS} ms at most.`,
    subscribe: (_root, _arguments, { services }) => services.statusFeed.watch(),
    resolve: (statuses) => [...statuses],
  }),
}))
