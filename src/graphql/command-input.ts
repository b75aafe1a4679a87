import type { InputFieldBuilder, SchemaTypes } from '@pothos/core'
import type { builder } from './builder.ts'

type Types =
  typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T extends SchemaTypes> ? T : never
type Fields = InputFieldBuilder<Types, 'InputObject'>

/** The fields of every command's input, described once. */
export const commandIdField = (t: Fields) =>
  t.id({
    description:
      'A UUID (best of version 7) that makes it safe to send the command again: whatever happened to the first, it takes effect once, and the same answer comes back with `replayed: true`. Valid for ever. Made by the server when left out.',
  })

export const occurredAtField = (t: Fields) =>
  t.field({
    type: 'DateTime',
    description:
      'When it really happened, if not just now; for staff and imports. Never in the future, nor before the thing came to be.',
  })

export const dryRunField = (t: Fields) =>
  t.boolean({
    description:
      'Only tells what would become of it: decides on the present state, answers a preview or the refusal, and writes nothing, so that the `commandId` stays unused.',
  })

export const expectedVersionField = (t: Fields) =>
  t.int({
    description:
      'The `version` the client has seen. When it is no longer that, the command is refused as `VersionConflict`. Left out, the command is decided on whatever the state is.',
  })
