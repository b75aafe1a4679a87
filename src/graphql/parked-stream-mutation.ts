import type { DeskAnswer, ParkedKey } from '../projection/parking-desk.ts'
import { builder } from './builder.ts'
import { clientError } from './error-code.ts'
import { readInput, text } from './input.ts'
import { ParkedStreamType } from './parked-stream.ts'

const REASON_LENGTH_MAX = 500
const ID = /^([a-zA-Z]{1,60})_v([1-9]\d{0,5})_([a-z]{1,8})\/([ -~]{1,200})$/

type Answered<Type extends DeskAnswer['type']> = Extract<DeskAnswer, { readonly type: Type }> & {
  readonly id: string
}

const ReleasedType = builder.objectRef<Answered<'released'>>('ParkedStreamReleased').implement({
  description: 'Nothing of the stream is held back any more, and its rows show all of it.',
  fields: (t) => ({
    parkedStreamId: t.exposeID('id', { description: 'What was retried or skipped.' }),
    events: t.exposeInt('events', { description: 'How many events had been held back.' }),
    position: t.field({
      type: 'Position',
      description: 'How far its rows follow the log now.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
  }),
})

const StillParkedType = builder
  .objectRef<Answered<'stillParked'>>('ParkedStreamStillParked')
  .implement({
    description:
      'An event of the stream still cannot be projected, or another one than was to be skipped is the first. What came before it is shown.',
    fields: (t) => ({
      parkedStreamId: t.exposeID('id', { description: 'What was retried or skipped.' }),
      parkedStream: t.field({
        type: ParkedStreamType,
        description: 'What is held back now, and why.',
        resolve: ({ parked }) => parked,
      }),
    }),
  })

const UnknownType = builder.objectRef<Answered<'notParked'>>('ParkedStreamUnknown').implement({
  description: 'No such stream is held back: it may have been released meanwhile.',
  fields: (t) => ({
    parkedStreamId: t.exposeID('id', { description: 'What was to be retried or skipped.' }),
  }),
})

const TYPES = {
  released: 'ParkedStreamReleased',
  stillParked: 'ParkedStreamStillParked',
  notParked: 'ParkedStreamUnknown',
} as const satisfies Record<DeskAnswer['type'], string>

const ResultType = builder.unionType('ParkedStreamResult', {
  description: 'What became of a parked stream.',
  types: [ReleasedType, StillParkedType, UnknownType],
  resolveType: ({ type }) => TYPES[type],
})

const keyOf = (id: string): ParkedKey => {
  const [, projection, version, generation, stream] = ID.exec(id) ?? []
  if (projection !== undefined && generation !== undefined && stream !== undefined)
    return { projection, version: Number(version), generation, stream }
  throw clientError(
    'NOT_FOUND',
    'There is no parked stream with this id: it is not the id of one; list them with `parkedStreams`.',
  )
}

builder.mutationFields((t) => ({
  retryParkedStream: t.field({
    type: ResultType,
    nullable: true,
    description:
      'Projects what is held back of a stream, in order, as far as it goes: what to call once the code is mended. Subscribers are sent what it comes to. For operators: it records nothing in the log.',
    args: { id: t.arg.id({ required: true, description: "The parked stream's id." }) },
    resolve: async (_root, { id }, { services }) => ({
      id,
      ...(await services.parking.retry(keyOf(id))),
    }),
  }),
  skipParkedStream: t.field({
    type: ResultType,
    nullable: true,
    description:
      'Gives up the first event that is held back of a stream, in this read model alone, and projects the rest as far as it goes. Who did so and why is kept. For operators: it records nothing in the log.',
    args: {
      id: t.arg.id({ required: true, description: "The parked stream's id." }),
      version: t.arg.int({
        required: true,
        description: "The event's version, as `ParkedStream.version` said: no other is given up.",
      }),
      reason: t.arg.string({
        required: true,
        description: 'Why it can be done without. At most 500 characters.',
      }),
    },
    resolve: async (_root, { id, version, reason }, { services, viewer }) => ({
      id,
      ...(await services.parking.skip(keyOf(id), {
        version,
        reason: readInput(text(REASON_LENGTH_MAX), reason, ['reason']),
        by: viewer.actor.subject,
      })),
    }),
  }),
}))
