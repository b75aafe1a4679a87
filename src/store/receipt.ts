import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { CommandKey, Fingerprint, Receipt } from './append.ts'
import { position } from './position.ts'

export interface StoredReceipt {
  readonly receipt: Receipt
  readonly fingerprint: Fingerprint
}

const SELECT = `select stream, version, position, encode(command_fingerprint, 'hex') as fingerprint
  from log.events where command_id = $1::uuid and command_scope = $2`

interface ReceiptRow {
  readonly stream: string
  readonly version: number
  readonly position: bigint
  readonly fingerprint: string
}

/** What was answered to a command with this id; undefined where none was accepted. */
export const findReceipt = async (
  database: Database,
  key: CommandKey,
): Promise<StoredReceipt | undefined> => {
  const { rows } = await database.kysely.executeQuery<ReceiptRow>(
    CompiledQuery.raw(SELECT, [key.id, key.scope]),
  )
  const [row] = rows
  return row === undefined
    ? undefined
    : {
        receipt: { stream: row.stream, version: row.version, position: position(row.position) },
        fingerprint: row.fingerprint,
      }
}
