import { parkedStreamId, ParkedStreamType } from './parked-stream.ts'
import { RebuildProgressType } from './projection.ts'
import { described, fact, refusalRef } from './refusal-type.ts'

export const RebuildUnderWay = refusalRef('RebuildUnderWay').implement({
  ...described('RebuildUnderWay'),
  fields: (t) => ({
    projection: t.string({
      description: 'The read model.',
      resolve: fact('RebuildUnderWay', ({ progress }) => progress.name),
    }),
    generation: t.string({
      description: 'The letter of its new table.',
      resolve: fact('RebuildUnderWay', ({ progress }) => progress.generation),
    }),
    progress: t.field({
      type: RebuildProgressType,
      description: 'How far it is.',
      resolve: fact('RebuildUnderWay', ({ progress }) => progress),
    }),
  }),
})

export const RebuildNotUnderWay = refusalRef('RebuildNotUnderWay').implement({
  ...described('RebuildNotUnderWay'),
  fields: (t) => ({
    projection: t.string({
      description: 'The read model.',
      resolve: fact('RebuildNotUnderWay', ({ projection }) => projection),
    }),
  }),
})

export const ParkedStreamUnknown = refusalRef('ParkedStreamUnknown').implement({
  ...described('ParkedStreamUnknown'),
  fields: (t) => ({
    parkedStreamId: t.id({
      description: 'What was to be retried or skipped.',
      resolve: fact('ParkedStreamUnknown', (refusal) => refusal.parkedStreamId),
    }),
  }),
})

export const ParkedEventIsAnother = refusalRef('ParkedEventIsAnother').implement({
  ...described('ParkedEventIsAnother'),
  fields: (t) => ({
    parkedStreamId: t.id({
      description: 'What was to be skipped.',
      resolve: fact('ParkedEventIsAnother', ({ parked }) => parkedStreamId(parked)),
    }),
    parkedStream: t.field({
      type: ParkedStreamType,
      description: 'What is held back, and why.',
      resolve: fact('ParkedEventIsAnother', ({ parked }) => parked),
    }),
  }),
})

export const TaskNotParked = refusalRef('TaskNotParked').implement({
  ...described('TaskNotParked'),
  fields: (t) => ({
    taskId: t.id({
      description: 'What was to be tried again or given up.',
      resolve: fact('TaskNotParked', (refusal) => refusal.taskId),
    }),
  }),
})
