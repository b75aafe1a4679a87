import type { Database } from './database.ts'
import type { PGliteSetting } from './pglite.ts'
import { openPGlite } from './pglite.ts'
import type { PostgresSetting } from './postgres.ts'
import { openPostgres } from './postgres.ts'

export type DatabaseSetting = PGliteSetting | PostgresSetting

export async function openDatabase(setting: DatabaseSetting): Promise<Database> {
  switch (setting.engine) {
    case 'pglite':
      return openPGlite(setting)
    case 'postgres':
      return openPostgres(setting)
  }
}
