import { migrate as migrateDatabase } from '../database/migrate.ts'
import { type DatabaseSetting, openDatabase } from '../database/open.ts'

export const migrate = async (setting: DatabaseSetting): Promise<void> => {
  await using database = await openDatabase(setting)
  const applied = await migrateDatabase(database)
  for (const name of applied) console.log(`Applied ${name}.`)
  if (applied.length === 0)
    console.log(`The database ${database.place} is at this version already.`)
}
