import { readFile, stat } from 'node:fs/promises'
import { type ImportFile, importFormat } from './import-format.ts'

/** The file is held in memory as a whole; Northwind's has 0.4 MB. */
const FILE_BYTES_MAX = 256 * 1024 * 1024
const BREACHES_SHOWN_MAX = 10

/** Reads a file and checks all of it; throws with the place of everything that is wrong in it. */
export const readImportFile = async (path: string): Promise<ImportFile> => {
  const result = importFormat.safeParse(parsed(path, await contents(path)))
  if (result.success) return result.data
  const { issues } = result.error
  const shown = issues.slice(0, BREACHES_SHOWN_MAX).map((issue) => {
    const place = issue.path.length === 0 ? 'The file' : placeOf(issue.path)
    return `  ${place}: ${issue.message}`
  })
  const more = issues.length - shown.length
  throw new Error(
    [
      `${path} cannot be imported, and nothing was sent. Mend this and run the import again (docs/import.md describes the format):`,
      ...shown,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
  )
}

const contents = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path)
    if (size <= FILE_BYTES_MAX) return await readFile(path, 'utf8')
  } catch (cause) {
    const saw = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The file to import cannot be read: ${saw}; give another.`, { cause })
  }
  throw new Error(`${path} is larger than ${FILE_BYTES_MAX} bytes; split it into several files.`)
}

const parsed = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const saw = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${path} is no JSON, and nothing was sent: ${saw}`, { cause })
  }
}

/** `orders[3].lines[0].quantity`, as one would write it in a program. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
