import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const OWNER_ONLY = 0o700

/**
 * Keeps every other process out of a data folder until disposed, or until this process dies.
 *
 * SQLite is used only for its file lock, which the kernel drops with the process, kill -9
 * included. A pid file alone was rejected: it outlives its process, and pids are used again.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY })
  await chmod(folder, OWNER_ONLY)
  const holderFile = join(folder, 'lock.pid')
  const lock = new DatabaseSync(join(folder, 'lock'))
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock.close()
    throw await explained(error, { folder, holderFile })
  }
  await writeFile(holderFile, String(process.pid))
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
        'Check that the folder may be written and lies on a file system with file locks.',
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
