import type { RebuildProgress } from '../projection/generation.ts'
import { REBUILD_LIMITS } from '../projection/rebuild-limits.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { badInput, clientError } from './error-code.ts'
import { RebuildProgressType } from './projection.ts'

interface RebuildAnswered {
  readonly type: 'RebuildStarted' | 'RebuildUnderWay'
  readonly progress: RebuildProgress
}

const whose = {
  projection: 'The read model.',
  generation: 'The letter of its new table.',
  progress: 'How far it is.',
} as const

const RebuildStarted = builder.objectRef<RebuildAnswered>('RebuildStarted').implement({
  description: 'The rebuild goes on in the background, in the process that was asked.',
  isTypeOf: (value) => (value as RebuildAnswered).type === 'RebuildStarted',
  fields: (t) => ({
    projection: t.string({
      description: whose.projection,
      resolve: ({ progress }) => progress.name,
    }),
    generation: t.string({
      description: whose.generation,
      resolve: ({ progress }) => progress.generation,
    }),
    progress: t.field({
      type: RebuildProgressType,
      description: whose.progress,
      resolve: ({ progress }) => progress,
    }),
  }),
})

const RebuildUnderWay = builder.objectRef<RebuildAnswered>('RebuildUnderWay').implement({
  description: 'Somebody has begun a rebuild of this read model already; nothing was begun now.',
  isTypeOf: (value) => (value as RebuildAnswered).type === 'RebuildUnderWay',
  fields: (t) => ({
    message: t.string({
      description: 'What was seen and what to do, in English, for people.',
      resolve: ({ progress: { name, done, of, failure } }) =>
        failure ??
        `A rebuild of ${name} is under way: ${done} of ${of} events. Wait for it, or cancel it.`,
    }),
    projection: t.string({
      description: whose.projection,
      resolve: ({ progress }) => progress.name,
    }),
    generation: t.string({
      description: whose.generation,
      resolve: ({ progress }) => progress.generation,
    }),
    progress: t.field({
      type: RebuildProgressType,
      description: whose.progress,
      resolve: ({ progress }) => progress,
    }),
  }),
})

const RebuildProjectionResult = builder.unionType('RebuildProjectionResult', {
  description: 'What became of the wish to rebuild a read model.',
  types: [RebuildStarted, RebuildUnderWay],
})

const projectionOf = (name: string, { services }: GraphqlContext): string => {
  const known = Object.keys(services.reads)
  if (known.includes(name)) return name
  throw clientError(
    'NOT_FOUND',
    `There is no read model of this name; there are ${known.join(', ')}.`,
  )
}

const dutyOf = (duty: number | null | undefined): number | undefined => {
  if (duty == null) return undefined
  const { dutyMin } = REBUILD_LIMITS
  if (duty >= dutyMin && duty <= 1) return duty
  throw badInput(`duty must be from ${dutyMin} to 1.`, ['duty'])
}

builder.mutationFields((t) => ({
  rebuildProjection: t.field({
    type: RebuildProjectionResult,
    nullable: true,
    description:
      'Builds a read model anew beside the table that serves it, and has the new one serve when it is complete and as far. Reads go on meanwhile. For operators: it records nothing in the log.',
    args: {
      projection: t.arg.string({
        required: true,
        description: 'The read model, such as `orders`.',
      }),
      duty: t.arg.float({
        description: 'The share of its time that it works, from 0.05 to 1; 0.5 when left out.',
      }),
    },
    resolve: async (_root, { projection, duty }, context): Promise<RebuildAnswered> => {
      const { rebuilds } = context.services.projections
      const asked = { duty: dutyOf(duty) }
      const { type, progress } = await rebuilds.start(projectionOf(projection, context), asked)
      return { type: type === 'underWay' ? 'RebuildUnderWay' : 'RebuildStarted', progress }
    },
  }),
  cancelRebuild: t.string({
    nullable: true,
    description:
      'Gives up the rebuild of a read model and drops what it made; answers the name. For operators: it records nothing in the log.',
    args: {
      projection: t.arg.string({
        required: true,
        description: 'The read model, such as `orders`.',
      }),
    },
    resolve: async (_root, { projection }, context) => {
      const name = projectionOf(projection, context)
      if (await context.services.projections.rebuilds.cancel(name)) return name
      throw clientError('NOT_FOUND', 'No rebuild of this read model is under way.')
    },
  }),
}))
