import type { CommandOptions, Commands, DryAnswer } from '../command/commands.ts'
import { knownError } from './accepted.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { below, foldOrder, OrderSnapshot, type SnapshotShape } from './order-snapshot.ts'
import type { RefusalFields } from './refusal-path.ts'
import type { Refused } from './refusal.ts'

/** What a dry run shows; nothing of it was written. */
export interface Previewed {
  readonly type: 'previewed'
  readonly typename: 'OrderPreview'
  readonly snapshot: SnapshotShape
  readonly eventTypes: readonly string[]
}

export const OrderPreview = builder.objectRef<Previewed>('OrderPreview').implement({
  description:
    'What the command would have done, had it not been a dry run. Nothing was written; others may come first.',
  fields: (t) => ({
    // Not `order`: one document selects it beside that of `OrderAccepted`, whose id is never null.
    snapshot: t.field({
      type: OrderSnapshot,
      description: 'The order as it would be. Its `position` is that of the last event there is.',
      resolve: ({ snapshot }) => snapshot,
    }),
    eventTypes: t.stringList({
      description:
        'What would have happened, in order: names of types that implement `OrderEvent`.',
      resolve: ({ eventTypes }) => [...eventTypes],
    }),
  }),
})

/** Tells what would become of a command on an order. */
export const preview = async (
  context: GraphqlContext,
  asked: {
    readonly command: Parameters<Commands['dryOrder']>[0]
    readonly options: CommandOptions
    readonly fields?: RefusalFields
  },
): Promise<Previewed | Refused> => {
  const { services, state } = context
  const answer = await services.commands
    .dryOrder(asked.command, asked.options)
    .catch((error: unknown) => {
      throw knownError(error, asked.options.request.key.id)
    })
  state.written.push(answer.position)
  if (answer.type === 'refused') return { ...answer, fields: asked.fields }
  return {
    type: 'previewed',
    typename: 'OrderPreview',
    snapshot: imagined(answer, services.uuid()),
    eventTypes: answer.events.map(({ type }) => type),
  }
}

const imagined = (
  { orderId, history, events, at }: Extract<DryAnswer, { readonly type: 'previewed' }>,
  mark: string,
): SnapshotShape => {
  const row = foldOrder(orderId, [...history, ...events])
  if (row === undefined) throw new Error(`The preview of ${orderId} has no event.`)
  return {
    ...row,
    version: history.length + events.length,
    position: at,
    recordedVersion: history.length,
    snapshotId: null,
    partsOf: below(orderId, mark),
  }
}
