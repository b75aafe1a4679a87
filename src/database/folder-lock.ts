import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dataFolder } from './data-folder.ts'

/**
 * Keeps every other process out of a data folder until disposed, or until this process dies.
 *
 * SQLite is used only for its file lock, which the kernel drops with the process, kill -9
 * included. A pid file alone was rejected: it outlives its process, and pids are used again.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  await dataFolder(folder)
  const holderFile = join(folder, 'lock.pid')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(folder, 'lock'))
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
    await writeFile(holderFile, String(process.pid))
  } catch (error) {
    lock?.close()
    throw await explained(error, { folder, holderFile })
  }
  return {
    async [Symbol.asyncDispose]() {
      if (!lock.isOpen) return
      await rm(holderFile, { force: true })
      lock.close()
    },
  }
}

async function explained(
  error: unknown,
  { folder, holderFile }: { folder: string; holderFile: string },
): Promise<Error> {
  const saw = error instanceof Error ? error.message : String(error)
  if (!saw.includes('locked')) {
    return new Error(
      `Could not lock the data folder ${folder}; saw: ${saw}. ` +
        'Check that this user may write in it, that there is room, and that its file system has file locks.',
      { cause: error },
    )
  }
  // The pid only helps the reader: the holder may not have written it yet.
  const pid = await readFile(holderFile, 'utf8').catch(() => 'unknown')
  return new Error(
    `The data folder ${folder} is in use by another process (pid ${pid}); saw: ${saw}. ` +
      'Stop that process, or give this one another folder.',
    { cause: error },
  )
}
