import type { Database } from '../database/database.ts'
import type { Log } from './log.ts'
import { isOutage } from './outage.ts'
import type { Seal } from './seal.ts'
import type { Snapshots } from './snapshots.ts'
import type { SubjectKeys } from './subject-keys.ts'
import {
  LOST,
  tailLoader,
  type FoundTail,
  type OpenTail,
  type StoredSnapshot,
  type Tail,
  type TailRequest,
} from './tail.ts'

/** The tails of streams, opened; nobody goes on from what they may no longer know. */
export const openTails = (options: {
  readonly database: Database
  readonly sealing: Seal
  readonly keys: Pick<SubjectKeys, 'find'>
  readonly kept: Snapshots
}): Log['tail'] => {
  const { database, sealing, keys, kept } = options

  const open: OpenTail = (asked, tail) => {
    if (tail.type === 'lost' || (tail.snapshot === null && tail.events.length === 0)) return tail
    return opened(asked, tail)
  }

  const opened = async (asked: TailRequest, tail: FoundTail): Promise<Tail> => {
    let snapshot: StoredSnapshot | null = null
    try {
      if (tail.snapshot !== null) snapshot = await kept.open(asked.stream, tail.snapshot)
    } catch (error) {
      if (isOutage(error)) throw error
      await kept.refuse(asked.stream, error)
      return await tails({ ...asked, stateVersion: null })
    }
    return { ...tail, snapshot, events: await sealing.open(tail.events) }
  }

  const tails = tailLoader(database, open)

  const isForgotten = async (subject: string): Promise<boolean> =>
    (await keys.find([subject])).get(subject)?.type !== 'key'

  return async (asked) => {
    const tail = await tails(asked)
    // Looked at after the query, so that whoever is forgotten meanwhile is forgotten here, too.
    return asked.subject !== null && (await isForgotten(asked.subject)) ? LOST : tail
  }
}
