import { described, fact, refusalRef } from './refusal-type.ts'

export const NothingToChange = refusalRef('NothingToChange').implement({
  ...described('NothingToChange'),
})

export const OccurredTooEarly = refusalRef('OccurredTooEarly').implement({
  ...described('OccurredTooEarly'),
  fields: (t) => ({
    occurredAt: t.field({
      type: 'DateTime',
      description: 'The time that was given.',
      resolve: fact('OccurredTooEarly', (refusal) => refusal.occurredAt),
    }),
    notBefore: t.field({
      type: 'DateTime',
      description: 'The earliest time it may be.',
      resolve: fact('OccurredTooEarly', (refusal) => refusal.notBefore),
    }),
  }),
})

export const VersionConflict = refusalRef('VersionConflict').implement({
  ...described('VersionConflict'),
  fields: (t) => ({
    expectedVersion: t.int({
      description: 'The version the client has seen.',
      resolve: fact('VersionConflict', (refusal) => refusal.expectedVersion),
    }),
    actualVersion: t.int({
      description: 'The version it has now; 0 if there is no such thing.',
      resolve: fact('VersionConflict', (refusal) => refusal.actualVersion),
    }),
  }),
})

export const CommandIdReused = refusalRef('CommandIdReused').implement({
  ...described('CommandIdReused'),
  fields: (t) => ({
    commandId: t.id({
      description: 'The id that names two different commands.',
      resolve: fact('CommandIdReused', (refusal) => refusal.commandId),
    }),
  }),
})
