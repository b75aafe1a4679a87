import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSetting } from '../database/open.ts'
import { SettingError } from './setting-error.ts'

/** The database of whoever only looks at one: it must be there already, and is not made. */
export const keptDatabase = (setting: DatabaseSetting): DatabaseSetting => {
  if (setting.engine === 'postgres') return setting
  if ('folder' in setting && setting.folder !== undefined) return foundIn(setting.folder, setting)
  throw new SettingError(
    'A database in memory ends with its server, and there is nothing in a new one; leave out --memory.',
  )
}

const foundIn = (folder: string, setting: DatabaseSetting): DatabaseSetting => {
  try {
    // The folder alone says nothing: opening any other one would make a database in it.
    accessSync(join(folder, 'pglite', 'PG_VERSION'), constants.R_OK)
    return setting
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    throw new SettingError(
      code === 'EACCES' || code === 'EPERM'
        ? `This user may not read the database in ${folder}; run this as the one whom it belongs to, or give another with --data.`
        : `There is no database in ${folder}; say where it lies with --data, or set DATABASE_URL.`,
      { cause },
    )
  }
}
