import { openDatabase, type DatabaseSetting } from '../database/open.ts'
import { requireMigrated } from '../database/require-migrated.ts'
import { type Audit, audit } from '../projection/audit.ts'
import { eventLog } from '../store/event-log.ts'
import type { Position } from '../store/position.ts'
import { decode } from './decode.ts'
import { masterKey, type MasterKeySetting } from './master-key.ts'
import { READ_MODELS } from './read-models.ts'

export interface AuditingSetting {
  readonly database: DatabaseSetting
  readonly masterKey: MasterKeySetting
  /** Of the read models to audit; all where there are none. */
  readonly names: readonly string[]
  readonly onProgress?: (name: string, folded: Position, of: Position) => void
}

/** Audits the read models one after another, without a server and beside any that run. */
export async function* audits(setting: AuditingSetting): AsyncGenerator<Audit, void, undefined> {
  const { names, onProgress } = setting
  const known = READ_MODELS.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(
      `There is no projection "${unknown.join('", "')}"; there are ${known.join(', ')}.`,
    )
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase(setting.database))
  await requireMigrated(database)
  const log = opened.use(
    await eventLog({ database, masterKey: await masterKey(setting.masterKey) }),
  )
  const { kysely } = database
  for (const model of READ_MODELS) {
    if (names.length > 0 && !names.includes(model.name)) continue
    const tell = (folded: Position, of: Position) => onProgress?.(model.name, folded, of)
    yield await audit({ kysely, log, decode, model, readModels: READ_MODELS, onProgress: tell })
  }
}
