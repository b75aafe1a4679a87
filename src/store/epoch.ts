import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import { position, type Position } from './position.ts'

/**
 * The lives of the log, and the public form of a position: `<epoch>.<number>`.
 *
 * A restore or a lossy fail-over opens a new epoch. What the old and the new life share keeps its
 * positions; past that, an old position names an event that is gone and must not be taken for the
 * one that now has its number.
 */
export interface Epochs {
  /** The public form of a position of the present epoch. */
  token(position: Position): string
  /** The position a token means, or why it means none here. */
  resolve(token: PositionToken): Promise<ResolvedToken>
}

export interface PositionToken {
  readonly epoch: string
  readonly number: bigint
}

export type ResolvedToken =
  | { readonly type: 'position'; readonly position: Position }
  | { readonly type: 'unknown'; readonly why: 'EPOCH' | 'BEYOND_EPOCH' | 'BEYOND_HEAD' }

const TOKEN = /^([a-z0-9]{4,16})\.(0|[1-9][0-9]{0,17})$/

export const parsePositionToken = (text: string): PositionToken | undefined => {
  const [, epoch, digits] = TOKEN.exec(text) ?? []
  return epoch === undefined || digits === undefined ? undefined : { epoch, number: BigInt(digits) }
}

interface EpochRow {
  readonly epoch: string
  readonly starts_after: bigint
}

const SELECT = 'select epoch, starts_after from log.log_epochs order by ordinal'
// An unknown epoch makes us look again, but a flood of them must not become a flood of queries.
const REFRESH_MIN_MS = 1_000

export const logEpochs = async (options: {
  readonly database: Database
  /** A head that is certainly not above the true one; free to read. */
  readonly knownHead: () => Position
  readonly head: () => Promise<Position>
}): Promise<Epochs> => {
  const { database, knownHead, head } = options
  const read = async () =>
    (await database.kysely.executeQuery<EpochRow>(CompiledQuery.raw(SELECT))).rows
  let epochs = await read()
  let refreshedAt = -Infinity

  const present = (): EpochRow => {
    const last = epochs.at(-1)
    if (last === undefined)
      throw new Error(
        'The log has no epoch; the first migration makes one. Restore log.log_epochs.',
      )
    return last
  }

  return {
    token: (at) => `${present().epoch}.${at}`,
    async resolve({ epoch, number }) {
      let index = epochs.findIndex((row) => row.epoch === epoch)
      if (index < 0 && performance.now() - refreshedAt > REFRESH_MIN_MS) {
        refreshedAt = performance.now()
        epochs = await read()
        index = epochs.findIndex((row) => row.epoch === epoch)
      }
      if (index < 0) return { type: 'unknown', why: 'EPOCH' }
      const next = epochs[index + 1]
      if (next !== undefined)
        return number <= next.starts_after
          ? { type: 'position', position: position(number) }
          : { type: 'unknown', why: 'BEYOND_EPOCH' }
      // The known head answers nearly always; only a token of another process's write reads it afresh.
      if (number > knownHead() && number > (await head()))
        return { type: 'unknown', why: 'BEYOND_HEAD' }
      return { type: 'position', position: position(number) }
    },
  }
}
