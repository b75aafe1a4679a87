import type { KnownRefusal } from '../command/commands.ts'
import type { OperatorRefusal } from './operator-refusal.ts'

/** Every refusal there is: of commands, and of what operators ask for. */
export type AnyRefusal = KnownRefusal | OperatorRefusal
