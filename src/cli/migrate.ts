import { migrate as migrateDatabase } from '../database/migrate.ts'
import { type DatabaseSetting, openDatabase } from '../database/open.ts'
import { newerMigrations } from '../database/require-migrated.ts'

export const migrate = async (setting: DatabaseSetting): Promise<void> => {
  await using database = await openDatabase(setting)
  const applied = await migrateDatabase(database)
  for (const name of applied) console.log(`Applied ${name}.`)
  if (applied.length === 0)
    console.log(`The database ${database.place} is at this version already.`)
  const newer = await newerMigrations(database)
  if (newer.length > 0)
    console.log(
      `A newer version of Readback has been here and has applied ${newer.join(', ')}; nothing is taken back.`,
    )
}
