import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { masterKeyIn, parseMasterKey } from '../../src/store/master-key.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readback-key-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('the master key of the embedded default', () => {
  it('is made once, for its owner alone, and read ever after', async () => {
    const inside = join(folder, 'data')
    const key = await masterKeyIn(inside)
    expect(key).toHaveLength(32)
    expect((await stat(join(inside, 'master.key'))).mode & 0o777).toBe(0o600)
    expect((await stat(inside)).mode & 0o777).toBe(0o700)
    expect(await masterKeyIn(inside)).toEqual(key)
    expect(parseMasterKey(await readFile(join(inside, 'master.key'), 'utf8'), 'it')).toEqual(key)
  })

  it('is never overwritten, not even when it cannot be read', async () => {
    const file = join(folder, 'master.key')
    await writeFile(file, 'not a key')
    await expect(masterKeyIn(folder)).rejects.toThrow(`${file} must hold 32 bytes in base64`)
    expect(await readFile(file, 'utf8')).toBe('not a key')
  })

  it('is the same for two who start at once', async () => {
    const keys = await Promise.allSettled([masterKeyIn(folder), masterKeyIn(folder)])
    const made = keys.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    const stored = parseMasterKey(await readFile(join(folder, 'master.key'), 'utf8'), 'it')
    for (const key of made) expect(key).toEqual(stored)
    expect(made.length).toBeGreaterThan(0)
  })
})
