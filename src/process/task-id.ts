import { createHash } from 'node:crypto'
import type { AnyWork, Ask } from './task.ts'

const VERSION_BYTE = 6
const VARIANT_BYTE = 8

/** A UUID of version 8 (made by a rule of one's own) out of a hash. */
const uuidOf = (parts: readonly (string | number)[]): string => {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(VERSION_BYTE) & 0x0f) | 0x80, VERSION_BYTE)
  bytes.writeUInt8((bytes.readUInt8(VARIANT_BYTE) & 0x3f) | 0x80, VARIANT_BYTE)
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

type Named = Pick<Ask<AnyWork>, 'name' | 'target'>

/**
 * The command's id is part of it: after a restore another event may stand at the same place, and must
 * not be given the idempotency key of a charge that was made for the first.
 */
export const idOfReaction = (
  process: string,
  event: { readonly stream: string; readonly version: number; readonly commandId: string },
  { name, target }: Named,
): string =>
  uuidOf(['event', process, event.stream, event.version, event.commandId, name, `${target}`])

export const idOfFollowUp = (process: string, parent: string, { name, target }: Named): string =>
  uuidOf(['task', process, parent, name, `${target}`])

/** Two tasks of one cause with one name and target could not be told apart: the code is wrong. */
export const assertDistinct = (cause: string, asks: readonly Named[]): void => {
  const seen = new Set<string>()
  for (const { name, target } of asks) {
    const both = JSON.stringify([name, `${target}`])
    if (seen.has(both)) {
      throw new Error(
        `${cause} asks twice for the task ${name} with the target ${target}; they would be one. ` +
          'Give each its own target.',
      )
    }
    seen.add(both)
  }
}
