import { CompiledQuery, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'

const STOPPED_MAX_MS = 2_000
const END_IF_STOPPED = CompiledQuery.raw(
  `set local idle_in_transaction_session_timeout = ${STOPPED_MAX_MS}`,
)

/** Bounds how long a process that is stopped in this transaction keeps others from a projection's row. */
export const endIfStopped = async (
  engine: Database['engine'],
  transaction: Kysely<Tables>,
): Promise<void> => {
  // The embedded database stops with its process.
  if (engine === 'postgres') await transaction.executeQuery(END_IF_STOPPED)
}
