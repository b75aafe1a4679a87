import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

declare const brand: unique symbol

/** The key that wraps every person's key: 32 bytes, kept apart from the database and its backups. */
export type MasterKey = Buffer & { readonly [brand]: 'MasterKey' }

const KEY_BYTES = 32

export const parseMasterKey = (base64: string, source: string): MasterKey => {
  const key = Buffer.from(base64.trim(), 'base64')
  if (key.length !== KEY_BYTES)
    throw new Error(
      `${source} must hold ${KEY_BYTES} bytes in base64; it holds ${key.length}. ` +
        `Make one with: node -p "crypto.randomBytes(32).toString('base64')"`,
    )
  return key as MasterKey
}

export const randomMasterKey = (): MasterKey => randomBytes(KEY_BYTES) as MasterKey

/** Reads the key of the embedded default from its data folder, or makes it on the first start. */
export const masterKeyIn = async (folder: string): Promise<MasterKey> => {
  const path = join(folder, 'master.key')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const key = randomMasterKey()
    // 'wx' never overwrites: losing this key loses every sealed field.
    await writeFile(path, `${key.toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
    return key
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    return parseMasterKey(await readFile(path, 'utf8'), path)
  }
}
