import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import { decrypt, encrypt } from './cipher.ts'
import type { MasterKey } from './master-key.ts'

/** A person's key, or the fact that there is none any more. */
export type SubjectKey =
  { readonly type: 'key'; readonly key: KeyObject } | { readonly type: 'destroyed' }

export interface SubjectKeys {
  /** The keys of these people, made for those who have none and were never forgotten. */
  obtain(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>
  /** The keys of these people; one that is missing altogether counts as destroyed. */
  find(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>
  /**
   * Somebody's key may be destroyed by now, or anybody's if none is named: whoever asks next is told
   * by the table. Keys are destroyed by log.append alone.
   */
  doubt(subject?: string): void
  /** Fails when the master key is not the one this database's keys were wrapped with. */
  verifyMasterKey(): Promise<void>
}

// A key may be used from memory for as long as this after it was destroyed, where the news of that is
// lost. The append checks the tombstone itself, so nothing new is ever sealed with it.
const CACHED_MAX_MS = 60_000
const CACHED_MAX = 20_000

const SELECT = 'select subject, wrapped_key from log.subject_keys where subject = any($1::text[])'
const INSERT = `insert into log.subject_keys (subject, wrapped_key)
  select * from unnest($1::text[], $2::bytea[]) on conflict (subject) do nothing`
const SELECT_ANY =
  'select subject, wrapped_key from log.subject_keys where wrapped_key is not null limit 1'

/** What was so before the table was asked: its answer may be no newer. */
interface LookUp {
  readonly at: number
  readonly doubts: number
}

interface KeyRow {
  readonly subject: string
  readonly wrapped_key: Uint8Array | null
}

export const subjectKeys = (options: {
  readonly database: Database
  readonly masterKey: MasterKey
}): SubjectKeys => {
  const { masterKey } = options
  const { kysely } = options.database
  const cache = new Map<string, { readonly entry: SubjectKey; readonly expires: number }>()
  let doubts = 0

  const unwrap = (row: KeyRow): SubjectKey => {
    if (row.wrapped_key === null) return { type: 'destroyed' }
    try {
      const key = decrypt(masterKey, Buffer.from(row.wrapped_key), row.subject)
      return { type: 'key', key: createSecretKey(key) }
    } catch (cause) {
      throw new Error(
        `The master key does not open the key of ${row.subject}. Start with the master key this database was written with.`,
        { cause },
      )
    }
  }

  const remember = (subject: string, entry: SubjectKey, asked: LookUp) => {
    // A look-up that began before the key was destroyed must not bring it back when it ends after.
    if (entry.type === 'key' && asked.doubts !== doubts) return
    if (cache.size >= CACHED_MAX) {
      const oldest = cache.keys().next()
      if (oldest.done !== true) cache.delete(oldest.value)
    }
    cache.delete(subject)
    cache.set(subject, { entry, expires: asked.at + CACHED_MAX_MS })
  }

  const select = async (subjects: readonly string[], into: Map<string, SubjectKey>) => {
    if (subjects.length === 0) return
    const asked: LookUp = { at: performance.now(), doubts }
    const { rows } = await kysely.executeQuery<KeyRow>(CompiledQuery.raw(SELECT, [subjects]))
    for (const row of rows) {
      const entry = unwrap(row)
      remember(row.subject, entry, asked)
      into.set(row.subject, entry)
    }
  }

  const lookUp = async (subjects: readonly string[]): Promise<Map<string, SubjectKey>> => {
    const found = new Map<string, SubjectKey>()
    const now = performance.now()
    const missing = new Set<string>()
    for (const subject of subjects) {
      const cached = cache.get(subject)
      if (cached !== undefined && cached.expires > now) found.set(subject, cached.entry)
      else missing.add(subject)
    }
    await select([...missing], found)
    return found
  }

  return {
    async obtain(subjects) {
      const found = await lookUp(subjects)
      const fresh = [...new Set(subjects)].filter((subject) => !found.has(subject))
      if (fresh.length > 0) {
        const wrapped = fresh.map((subject) => encrypt(masterKey, randomBytes(32), subject))
        await kysely.executeQuery(CompiledQuery.raw(INSERT, [fresh, wrapped]))
        // Read back rather than trust our own: another process may have been first.
        await select(fresh, found)
      }
      return found
    },
    async find(subjects) {
      const found = await lookUp(subjects)
      for (const subject of subjects)
        if (!found.has(subject)) found.set(subject, { type: 'destroyed' })
      return found
    },
    doubt(subject) {
      doubts += 1
      if (subject === undefined) cache.clear()
      else cache.delete(subject)
    },
    async verifyMasterKey() {
      const { rows } = await kysely.executeQuery<KeyRow>(CompiledQuery.raw(SELECT_ANY))
      for (const row of rows) unwrap(row)
    },
  }
}
