import { readFile, writeFile } from 'node:fs/promises'
import { schemaText } from '../server/schema-text.ts'
import { SettingError } from './setting-error.ts'

export const printSchema = async (file: string | undefined): Promise<void> => {
  if (file === undefined) return void process.stdout.write(schemaText())
  try {
    await writeFile(file, schemaText())
  } catch (cause) {
    throw new SettingError(
      `The schema cannot be written; saw: ${messageOf(cause)}. Give another file, or none for the terminal.`,
      { cause },
    )
  }
}

export const checkSchema = async (file: string): Promise<void> => {
  const published = await textOf(file)
  if (published.replaceAll('\r\n', '\n') === schemaText()) return
  throw new SettingError(
    `${file} is not the schema of the source any more; run \`npm run codegen\`, and look at what changed.`,
  )
}

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new SettingError(
      `The file to check cannot be read; saw: ${messageOf(cause)}. Give another, such as schema/schema.graphql, which \`npm run codegen\` writes.`,
      { cause },
    )
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
