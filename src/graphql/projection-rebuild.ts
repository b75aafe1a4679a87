import * as z from 'zod'
import type { RebuildProgress } from '../projection/generation.ts'
import { REBUILD_LIMITS } from '../projection/rebuild-limits.ts'
import { typenameOf } from './accepted.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import { readInput } from './input.ts'
import { refused } from './operator-refusal.ts'
import { RebuildNotUnderWay, RebuildUnderWay } from './operator-refusals.ts'
import { RebuildProgressType } from './projection.ts'

const { dutyMin } = REBUILD_LIMITS
const DUTY_RANGE = `must be from ${dutyMin} to 1`

const cancelRebuild = z.object({ projection: z.string() })
const rebuildProjection = z.object({
  projection: z.string(),
  duty: z
    .number()
    .min(dutyMin, DUTY_RANGE)
    .max(1, DUTY_RANGE)
    .nullish()
    .transform((duty) => duty ?? undefined),
})

interface Started {
  readonly type: 'done'
  readonly typename: 'RebuildStarted'
  readonly progress: RebuildProgress
}

interface Cancelled {
  readonly type: 'done'
  readonly typename: 'RebuildCancelled'
  readonly projection: string
}

const RebuildStarted = builder.objectRef<Started>('RebuildStarted').implement({
  description: 'The rebuild goes on in the background, in the process that was asked.',
  fields: (t) => ({
    projection: t.string({
      description: 'The read model.',
      resolve: ({ progress }) => progress.name,
    }),
    generation: t.string({
      description: 'The letter of its new table.',
      resolve: ({ progress }) => progress.generation,
    }),
    progress: t.field({
      type: RebuildProgressType,
      description: 'How far it is.',
      resolve: ({ progress }) => progress,
    }),
  }),
})

const RebuildCancelled = builder.objectRef<Cancelled>('RebuildCancelled').implement({
  description: 'The rebuild was given up; what served goes on serving.',
  fields: (t) => ({
    projection: t.exposeString('projection', { description: 'The read model.' }),
  }),
})

const RebuildProjectionResult = builder.unionType('RebuildProjectionResult', {
  description: 'What became of `rebuildProjection`.',
  types: [RebuildStarted, RebuildUnderWay],
  resolveType: typenameOf,
})

const CancelRebuildResult = builder.unionType('CancelRebuildResult', {
  description: 'What became of `cancelRebuild`.',
  types: [RebuildCancelled, RebuildNotUnderWay],
  resolveType: typenameOf,
})

const projectionDescription =
  'The read model, such as `orders`; `projections` lists them. `BAD_INPUT` if there is none of this name.'

const RebuildProjectionInput = builder.inputType('RebuildProjectionInput', {
  description: 'Which read model to build anew, and how fast.',
  fields: (t) => ({
    projection: t.string({ required: true, description: projectionDescription }),
    duty: t.float({
      description: `The share of its time that it works, from ${dutyMin} to 1; ${REBUILD_LIMITS.duty} when left out. A rebuild that is under way goes on at this one, or at its own when it is left out.`,
    }),
  }),
})

const CancelRebuildInput = builder.inputType('CancelRebuildInput', {
  description: 'Whose rebuild to give up.',
  fields: (t) => ({
    projection: t.string({ required: true, description: projectionDescription }),
  }),
})

const known = (projection: string, { services }: GraphqlContext): string => {
  const names = Object.keys(services.reads)
  if (names.includes(projection)) return projection
  throw badInput(`input.projection must be one of ${names.join(', ')}.`, ['input', 'projection'])
}

builder.mutationFields((t) => ({
  rebuildProjection: t.field({
    type: RebuildProjectionResult,
    nullable: true,
    description:
      'Builds a read model anew beside the table that serves it, and has the new one serve when it is complete and as far. Reads go on meanwhile. For operators: it records nothing in the log.',
    args: {
      input: t.arg({
        type: RebuildProjectionInput,
        required: true,
        description: 'The read model, and how fast.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { projection, duty } = readInput(rebuildProjection, input)
      const { rebuilds } = context.services.projections
      const { type, progress } = await rebuilds.start(known(projection, context), { duty })
      if (type === 'underWay') return refused({ type: 'RebuildUnderWay', progress })
      return { type: 'done', typename: 'RebuildStarted', progress } satisfies Started
    },
  }),
  cancelRebuild: t.field({
    type: CancelRebuildResult,
    nullable: true,
    description:
      'Gives up the rebuild of a read model and drops what it made. For operators: it records nothing in the log.',
    args: {
      input: t.arg({
        type: CancelRebuildInput,
        required: true,
        description: 'The read model.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const projection = known(readInput(cancelRebuild, input).projection, context)
      if (!(await context.services.projections.rebuilds.cancel(projection)))
        return refused({ type: 'RebuildNotUnderWay', projection })
      return { type: 'done', typename: 'RebuildCancelled', projection } satisfies Cancelled
    },
  }),
}))
