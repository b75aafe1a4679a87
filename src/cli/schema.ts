import { readFile, writeFile } from 'node:fs/promises'
import { schemaText } from '../server/schema-text.ts'
import { SettingError } from './setting-error.ts'

export const printSchema = async (file: string | undefined): Promise<void> => {
  if (file === undefined) process.stdout.write(schemaText())
  else await writeFile(file, schemaText())
}

export const checkSchema = async (file: string): Promise<void> => {
  const published = await readFile(file, 'utf8').catch(() => '')
  if (published.replaceAll('\r\n', '\n') === schemaText()) return
  throw new SettingError(
    `${file} is not the schema of the source any more; run \`npm run codegen\`, and look at what changed.`,
  )
}
