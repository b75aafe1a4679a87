import type { LoggedEvent } from '../history/event-log-page.ts'
import { parsePositionToken } from '../store/epoch.ts'
import { LOG_START, type Position } from '../store/position.ts'
import { ActorType } from './actor.ts'
import { builder } from './builder.ts'
import { pageBounds, PageInfoType } from './connection.ts'
import type { GraphqlContext } from './context.ts'
import { demandedPosition } from './demand.ts'
import { badInput } from './error-code.ts'
import { readInput, text } from './input.ts'

const NAME_LENGTH_MAX = 200

const LoggedEventType = builder.objectRef<LoggedEvent>('LoggedEvent').implement({
  description:
    'An event of any kind as it stands in the log: what was recorded, by whom and because of what.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of the event, `<stream>@<version>`.',
      resolve: ({ stream, version }) => `${stream}@${version}`,
    }),
    position: t.field({
      type: 'Position',
      description: 'Its place in the log.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
    stream: t.exposeID('stream', { description: 'The id of what it happened to.' }),
    version: t.exposeInt('version', {
      description: 'Its place among the events of its stream: 1, 2, 3 … without a gap.',
    }),
    type: t.exposeString('type', { description: 'What happened, for example `OrderPlaced`.' }),
    schemaVersion: t.exposeInt('schemaVersion', {
      description: 'Which version of its shape it was written in.',
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it entered the log; never falls along the log.',
      resolve: ({ recordedAt }) => recordedAt,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    actor: t.field({
      type: ActorType,
      description: 'Who did it.',
      resolve: ({ metadata }) => metadata.actor,
    }),
    correlationId: t.id({
      description: 'The same for everything that one request caused, by whatever detour.',
      resolve: ({ metadata }) => metadata.correlationId,
    }),
    causationId: t.id({
      nullable: true,
      description: 'The event that caused the command; null where a client sent it.',
      resolve: ({ metadata }) => metadata.causationId,
    }),
    commandId: t.id({
      description: 'The command that recorded it.',
      resolve: ({ metadata }) => metadata.commandId,
    }),
    data: t.string({
      description:
        'Its facts as JSON, in the shape they were written in. Of personal data only whose it is; a payment token reads `HIDDEN`.',
      resolve: ({ data }) => JSON.stringify(data),
    }),
  }),
})

interface LoggedEvents {
  readonly events: readonly LoggedEvent[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

const LoggedEventEdge = builder.objectRef<LoggedEvent>('LoggedEventEdge').implement({
  description: 'An event of the log, and where it stands.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Where it stands, for `after`: its position.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
    node: t.field({
      type: LoggedEventType,
      description: 'The event.',
      resolve: (event) => event,
    }),
  }),
})

const LoggedEventConnection = builder.objectRef<LoggedEvents>('LoggedEventConnection').implement({
  description: 'A page of the log, oldest first.',
  fields: (t) => ({
    edges: t.field({
      type: [LoggedEventEdge],
      description: 'The events with their cursors.',
      resolve: ({ events }) => [...events],
    }),
    nodes: t.field({
      type: [LoggedEventType],
      description: 'The events, without cursors.',
      resolve: ({ events }) => [...events],
    }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'Where the page stands in the log.',
      resolve: ({ events, hasNextPage, hasPreviousPage }, _arguments, { services }) => {
        const cursor = (event: LoggedEvent | undefined) =>
          event === undefined ? null : services.positions.token(event.position)
        return {
          hasNextPage,
          hasPreviousPage,
          startCursor: cursor(events.at(0)),
          endCursor: cursor(events.at(-1)),
        }
      },
    }),
  }),
})

const placeOf = async (
  { services }: GraphqlContext,
  cursor: string | undefined,
): Promise<Position> => {
  if (cursor === undefined) return LOG_START
  const token = parsePositionToken(cursor)
  if (token === undefined) throw badInput('`after` must be a cursor of the log.', ['after'])
  return await demandedPosition(services, token)
}

const named = (value: string | null | undefined, argument: string): string | undefined =>
  value == null ? undefined : readInput(text(NAME_LENGTH_MAX), value, [argument])

builder.queryFields((t) => ({
  eventLog: t.field({
    type: LoggedEventConnection,
    description:
      'The log itself, oldest first: of one stream, of one correlation id (from a request through every event and process it caused), or all of it. Read from the log, so never behind.',
    args: {
      first: t.arg.int({
        description: 'At most this many from the start; 20 when left out, 100 at most.',
      }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
      stream: t.arg.id({ description: 'Only what happened to what has this id.' }),
      correlationId: t.arg.id({ description: 'Only what the request with this id caused.' }),
    },
    resolve: async (_root, { first, after, stream, correlationId }, context) => {
      const { limit, after: cursor } = pageBounds({ first, after })
      const { events, hasMore } = await context.services.eventLog.page(
        { stream: named(stream, 'stream'), correlationId: named(correlationId, 'correlationId') },
        { after: await placeOf(context, cursor), limit },
      )
      return { events, hasNextPage: hasMore, hasPreviousPage: cursor !== undefined }
    },
  }),
}))
