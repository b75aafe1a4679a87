import type { ObjectRef } from '@pothos/core'
import type { DryAnswer } from '../command/commands.ts'
import type { Position } from '../store/position.ts'
import { builder } from './builder.ts'

type Types = typeof builder.$inferSchemaTypes

/** What a dry run shows; nothing of it was written. */
export interface Previewed<Name extends string = string> {
  readonly type: 'previewed'
  readonly typename: Name
  readonly snapshot: object
  readonly eventTypes: readonly string[]
  readonly position: Position
}

/** The member of a result union that answers a dry run. */
export const previewType = <Name extends string, Snapshot extends object>(
  name: Name,
  of: { readonly snapshot: ObjectRef<Types, Snapshot>; readonly it: string; readonly told: string },
) => {
  // Pothos cannot tell whether a snapshot of an open type is a list; as a mere object it is none.
  const snapshotType: ObjectRef<Types, object> = of.snapshot
  return builder.objectRef<Previewed<Name>>(name).implement({
    description:
      'What the command would have done, had it not been a dry run. Nothing was written; others may come first.',
    fields: (t) => ({
      // Not named as in the acceptance: one document selects both, and the id there is never null.
      snapshot: t.field({
        type: snapshotType,
        description: `The ${of.it} as it would be. Its \`position\` is that of the last event there is.`,
        resolve: ({ snapshot }) => snapshot,
      }),
      eventTypes: t.stringList({
        description: `What would have happened, in order: ${of.told}.`,
        resolve: ({ eventTypes }) => [...eventTypes],
      }),
      position: t.field({
        type: 'Position',
        description:
          'Where the last event stands that this rests on. Demand it with `@readAfter` and what you read includes it.',
        resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
      }),
    }),
  })
}

type Dry<Event> = Extract<DryAnswer<Event>, { readonly type: 'previewed' }>

/** The row as it would be, told as the read model tells the present. */
export const imagined = <Event, Row extends object>(
  { stream, history, events, at }: Dry<Event>,
  project: (row: Row | undefined, event: Event) => Row,
): Row & { readonly version: number; readonly position: Position } => {
  let row: Row | undefined
  for (const event of [...history, ...events]) row = project(row, event)
  if (row === undefined) throw new Error(`The preview of ${stream} has no event.`)
  return { ...row, version: history.length + events.length, position: at }
}
