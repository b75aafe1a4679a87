import type { ParkedStream } from '../projection/parking-desk.ts'
import { builder } from './builder.ts'

/** Which read model's rows, and which stream's. */
export const parkedStreamId = ({ name, version, generation, stream }: ParkedStream): string =>
  `${name}_v${version}_${generation}/${stream}`

export const ParkedStreamType = builder.objectRef<ParkedStream>('ParkedStream').implement({
  description:
    'A stream whose events a read model holds back, in order, since one of them cannot be projected. All other streams go on.',
  fields: (t) => ({
    id: t.id({ description: 'What to retry or skip it by.', resolve: parkedStreamId }),
    projection: t.exposeString('name', { description: 'The read model that holds it back.' }),
    projectionVersion: t.exposeInt('version', { description: "The read model's version." }),
    generation: t.exposeString('generation', {
      description: 'Which of its tables: a rebuild fills one of its own.',
    }),
    stream: t.exposeID('stream', {
      description: 'The stream: the id of what it is the history of.',
    }),
    eventId: t.id({
      description: 'The first event that is held back, `<stream>@<version>`; see `eventLog`.',
      resolve: ({ stream, streamVersion }) => `${stream}@${streamVersion}`,
    }),
    version: t.exposeInt('streamVersion', {
      description: "That event's version; `skipParkedStream` asks for it.",
    }),
    position: t.field({
      type: 'Position',
      description: 'Where that event stands in the log. Everything before it is shown.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
    events: t.exposeInt('events', { description: 'How many events are held back.' }),
    error: t.exposeString('error', {
      description:
        'What kind of failure it met and where in the code, without anything personal; the log of the server says more.',
    }),
    attempts: t.exposeInt('attempts', { description: 'How often it was retried in vain.' }),
    parkedAt: t.field({
      type: 'DateTime',
      description: 'Since when it is held back.',
      resolve: ({ parkedAt }) => parkedAt,
    }),
    lastTriedAt: t.field({
      type: 'DateTime',
      description: 'When it was last tried.',
      resolve: ({ lastTriedAt }) => lastTriedAt,
    }),
  }),
})
