import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/database/folder-lock.ts'
import { openDatabase } from '../../src/database/open.ts'

const holderProgram = fileURLToPath(new URL('lock-holder.ts', import.meta.url))

describe('folder lock', () => {
  let parent: string
  let folder: string
  const children: ChildProcess[] = []

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'readback-folder-'))
    folder = join(parent, 'deep', 'data')
  })

  afterEach(async () => {
    await Promise.all(children.splice(0).map(killed))
    await rm(parent, { recursive: true, force: true })
  })

  async function holder(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [holderProgram, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout, 'data')
    return child
  }

  it('makes the folder for its owner alone', async () => {
    const lock = await lockFolder(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    await lock[Symbol.asyncDispose]()
  })

  it('leaves the mode of a folder that was there already', async () => {
    await chmod(parent, 0o755)
    const lock = await lockFolder(parent)
    expect((await stat(parent)).mode & 0o777).toBe(0o755)
    await lock[Symbol.asyncDispose]()
  })

  it('says in a sentence that a file stands where the folder is to be', async () => {
    await writeFile(join(parent, 'deep'), 'a file')
    await expect(lockFolder(join(parent, 'deep'))).rejects.toThrow(
      /^The data folder .+ cannot be made; saw: there is a file of this name\. Give another folder/,
    )
    await expect(lockFolder(folder)).rejects.toThrow(
      /^The data folder .+ cannot be made; saw: ENOT/,
    )
  })

  it.runIf(process.platform === 'linux')(
    'comes back from where no folder can be made',
    async () => {
      await expect(lockFolder('/proc/none/data')).rejects.toThrow(/cannot be made; saw: ENOENT/)
    },
  )

  it('refuses a folder that another process uses, naming folder and process', async () => {
    const child = await holder()
    const refused = openDatabase({ engine: 'pglite', folder })
    await expect(refused).rejects.toThrow(
      `The data folder ${folder} is in use by another process (pid ${child.pid})`,
    )
  })

  it('is free at once when its holder was killed', async () => {
    const child = await holder()
    await killed(child)
    const lock = await lockFolder(folder)
    expect(await readFile(join(folder, 'lock.pid'), 'utf8')).toBe(String(process.pid))
    await lock[Symbol.asyncDispose]()
  })

  it('is free again once disposed, and refuses a second holder in the same process', async () => {
    const first = await lockFolder(folder)
    await expect(lockFolder(folder)).rejects.toThrow(`pid ${process.pid}`)
    await first[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    const second = await lockFolder(folder)
    await second[Symbol.asyncDispose]()
  })

  it('keeps the data of an embedded database from one opening to the next', async () => {
    const first = await openDatabase({ engine: 'pglite', folder })
    expect(first.place).toBe(folder)
    await sql`create table notes as select 'kept' as note`.execute(first.kysely)
    await first[Symbol.asyncDispose]()
    const second = await openDatabase({ engine: 'pglite', folder })
    const { rows } = await sql`select note from notes`.execute(second.kysely)
    await second[Symbol.asyncDispose]()
    expect(rows).toStrictEqual([{ note: 'kept' }])
  })
})

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
