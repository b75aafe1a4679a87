import type { ProjectionStatus, WorkerState } from '../projection/watching.ts'
import type { TurnFault } from '../projection/activity.ts'
import { PACE_WINDOW_S } from '../projection/pace.ts'
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
    resolve: async (_root, _arguments, { services }) => [...(await services.watching.statuses())],
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
