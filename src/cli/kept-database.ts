import { existsSync } from 'node:fs'
import type { DatabaseSetting } from '../database/open.ts'
import { SettingError } from './setting-error.ts'

/** The database of whoever only looks at one: it must be there already, and is not made. */
export const keptDatabase = (setting: DatabaseSetting): DatabaseSetting => {
  if (setting.engine === 'postgres') return setting
  if ('folder' in setting && setting.folder !== undefined) {
    if (existsSync(setting.folder)) return setting
    throw new SettingError(
      `There is no database in ${setting.folder}; say where it lies with --data, or set DATABASE_URL.`,
    )
  }
  throw new SettingError(
    'A database in memory ends with its server, and there is nothing in a new one; leave out --memory.',
  )
}
