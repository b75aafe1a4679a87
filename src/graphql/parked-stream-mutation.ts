import * as z from 'zod'
import type { DeskAnswer, ParkedKey, ParkedStream } from '../projection/parking-desk.ts'
import type { Position } from '../store/position.ts'
import { typenameOf } from './accepted.ts'
import { builder } from './builder.ts'
import { reason, readInput } from './input.ts'
import { refused } from './operator-refusal.ts'
import { ParkedEventIsAnother, ParkedStreamUnknown } from './operator-refusals.ts'
import { ParkedStreamType } from './parked-stream.ts'
import type { Refused } from './refusal.ts'

const ID = /^([a-zA-Z]{1,60})_v([1-9]\d{0,5})_([a-z]{1,8})\/([ -~]{1,200})$/

const parkedStreamId = z
  .string()
  .regex(ID, "must be a parked stream's id, as `parkedStreams` has it")
const retryParkedStream = z.object({ parkedStreamId })
const skipParkedStream = z.object({
  parkedStreamId,
  version: z.int().min(1, 'must be 1 or more'),
  reason,
})

const keyOf = (id: string): ParkedKey => {
  const [, projection = '', version, generation, stream = ''] = ID.exec(id) ?? []
  return { projection, version: Number(version), generation, stream }
}

interface Released {
  readonly type: 'done'
  readonly typename: 'ParkedStreamReleased'
  readonly id: string
  readonly events: number
  readonly position: Position
}

interface StillParked {
  readonly type: 'done'
  readonly typename: 'ParkedStreamStillParked'
  readonly id: string
  readonly parked: ParkedStream
}

const answered = (
  id: string,
  version: number,
  answer: DeskAnswer,
): Released | StillParked | Refused => {
  switch (answer.type) {
    case 'released':
      return { ...answer, type: 'done', typename: 'ParkedStreamReleased', id }
    case 'stillParked':
      return { ...answer, type: 'done', typename: 'ParkedStreamStillParked', id }
    case 'anotherFirst':
      return refused({ type: 'ParkedEventIsAnother', version, parked: answer.parked })
    case 'notParked':
      return refused({ type: 'ParkedStreamUnknown', parkedStreamId: id })
  }
}

const ReleasedType = builder.objectRef<Released>('ParkedStreamReleased').implement({
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

const StillParkedType = builder.objectRef<StillParked>('ParkedStreamStillParked').implement({
  description:
    'It was tried, and an event of the stream cannot be projected. What comes before that one is shown.',
  fields: (t) => ({
    parkedStreamId: t.exposeID('id', { description: 'What was retried or skipped.' }),
    parkedStream: t.field({
      type: ParkedStreamType,
      description: 'What is held back now, and why.',
      resolve: ({ parked }) => parked,
    }),
  }),
})

const RetryParkedStreamResult = builder.unionType('RetryParkedStreamResult', {
  description: 'What became of `retryParkedStream`.',
  types: [ReleasedType, StillParkedType, ParkedStreamUnknown],
  resolveType: typenameOf,
})

const SkipParkedStreamResult = builder.unionType('SkipParkedStreamResult', {
  description: 'What became of `skipParkedStream`.',
  types: [ReleasedType, StillParkedType, ParkedEventIsAnother, ParkedStreamUnknown],
  resolveType: typenameOf,
})

const RetryParkedStreamInput = builder.inputType('RetryParkedStreamInput', {
  description: 'Which stream to project again.',
  fields: (t) => ({
    parkedStreamId: t.id({ required: true, description: "The parked stream's id." }),
  }),
})

const SkipParkedStreamInput = builder.inputType('SkipParkedStreamInput', {
  description: 'Which event of which stream to give up.',
  fields: (t) => ({
    parkedStreamId: t.id({ required: true, description: "The parked stream's id." }),
    version: t.int({
      required: true,
      description:
        "The event's version, as `ParkedStream.version` said: no other is given up, and the wish is refused as `ParkedEventIsAnother`.",
    }),
    reason: t.string({
      required: true,
      description: 'Why it can be done without. At most 500 characters.',
    }),
  }),
})

builder.mutationFields((t) => ({
  retryParkedStream: t.field({
    type: RetryParkedStreamResult,
    nullable: true,
    description:
      'Projects what is held back of a stream, in order, as far as it goes: what to call once the code is mended. Subscribers are sent what it comes to. For operators: it records nothing in the log.',
    args: {
      input: t.arg({ type: RetryParkedStreamInput, required: true, description: 'The stream.' }),
    },
    resolve: async (_root, { input }, { services }) => {
      const { parkedStreamId: id } = readInput(retryParkedStream, input)
      return answered(id, 0, await services.parking.retry(keyOf(id)))
    },
  }),
  skipParkedStream: t.field({
    type: SkipParkedStreamResult,
    nullable: true,
    description:
      'Gives up the first event that is held back of a stream, in this read model alone, and projects the rest as far as it goes. Who did so and why is kept. For operators: it records nothing in the log.',
    args: {
      input: t.arg({
        type: SkipParkedStreamInput,
        required: true,
        description: 'The event, and why.',
      }),
    },
    resolve: async (_root, { input }, { services, viewer }) => {
      const { parkedStreamId: id, version, reason: why } = readInput(skipParkedStream, input)
      const skip = { version, reason: why, by: viewer.actor.subject }
      return answered(id, version, await services.parking.skip(keyOf(id), skip))
    },
  }),
}))
