import { randomUUID } from 'node:crypto'
import { type DatabaseSetting, openDatabase } from '../database/open.ts'
import { requireMigrated } from '../database/require-migrated.ts'
import { announcer } from '../projection/announcer.ts'
import { PROJECTION_LIMITS } from '../projection/limits.ts'
import { REBUILD_LIMITS } from '../projection/rebuild-limits.ts'
import { type Rebuilds, rebuilds } from '../projection/rebuilds.ts'
import { tableName } from '../projection/table.ts'
import { eventLog } from '../store/event-log.ts'
import { decode } from './decode.ts'
import { masterKey, type MasterKeySetting } from './master-key.ts'
import { READ_MODELS } from './read-models.ts'

export interface RebuildingSetting {
  readonly database: DatabaseSetting
  readonly masterKey: MasterKeySetting
  /** Told of what failed and is tried again. */
  readonly onTrouble: (error: unknown) => void
}

export interface Rebuilding extends AsyncDisposable {
  readonly rebuilds: Rebuilds
}

/** What rebuilds need, without a server and beside any that run. */
export const rebuilding = async (setting: RebuildingSetting): Promise<Rebuilding> => {
  const { onTrouble } = setting
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase(setting.database))
  await requireMigrated(database)
  const log = opened.use(
    await eventLog({ database, masterKey: await masterKey(setting.masterKey) }),
  )
  const others = opened.use(
    await announcer({ database, onHeard: () => undefined, onFailure: onTrouble }),
  )
  const building = opened.use(
    rebuilds({
      database,
      log,
      readModels: READ_MODELS,
      decode,
      limits: { ...PROJECTION_LIMITS, ...REBUILD_LIMITS },
      report: onTrouble,
      id: randomUUID(),
      onServed: (of, checkpoint) => others.announce(tableName(of), checkpoint),
    }),
  )
  const rest = opened.move()
  return { rebuilds: building, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}
