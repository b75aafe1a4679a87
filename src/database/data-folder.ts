import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o700

/**
 * Makes a folder for its owner alone, and those above it. One that is there already keeps its mode: it may be
 * somebody's home, named by mistake.
 *
 * Not by `mkdir` with `recursive`, which never comes back below `/proc`: there a folder cannot be made although
 * its parent exists, and Node goes round between the two.
 */
export const dataFolder = async (folder: string): Promise<void> => {
  try {
    await makeWithParents(folder)
    if (!(await stat(folder)).isDirectory()) throw new Error('there is a file of this name')
  } catch (cause) {
    const saw = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `The data folder ${folder} cannot be made; saw: ${saw}. ` +
        'Give another folder, or make it yourself and let this user write in it.',
      { cause },
    )
  }
}

const makeWithParents = async (folder: string): Promise<void> => {
  if ((await made(folder)) !== 'no parent') return
  const parent = dirname(folder)
  if (parent !== folder) await makeWithParents(parent)
  await mkdir(folder, { mode: OWNER_ONLY })
}

const made = async (folder: string): Promise<'made' | 'there' | 'no parent'> => {
  try {
    await mkdir(folder, { mode: OWNER_ONLY })
    return 'made'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return 'no parent'
    // A root that is read-only, or that mkdir is not asked about, says so before it says that it is there.
    const isThere = await stat(folder).then(
      () => true,
      () => false,
    )
    if (isThere) return 'there'
    throw error
  }
}
