import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Generation, prepareGeneration } from './checkpoint.ts'
import { beginGeneration } from './generation-changes.ts'
import { readGenerations, type StoredGeneration } from './generation.ts'
import { modelTable } from './model-table.ts'
import type { AnyReadModel } from './read-model.ts'
import type { RebuildLimits } from './rebuild-limits.ts'

const FIRST_GENERATION = 'a'
/** Between two looks another process may have a generation serve, or cancel it. */
const ATTEMPTS_MAX = 5

/**
 * The generation of this version that a process reads when it starts. Where there is none of any version
 * it makes the first and has it serve at once. Where another version serves, that goes on serving, and
 * this one is built beside it.
 */
export const firstGeneration = async <Event>(
  kysely: Kysely<Tables>,
  model: AnyReadModel<Event>,
  { readerLeaseMs, duty }: Pick<RebuildLimits, 'readerLeaseMs' | 'duty'>,
): Promise<StoredGeneration> => {
  const { name, version } = model
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const rows = await readGenerations(kysely, readerLeaseMs)
    const own = rows.filter((row) => row.name === name && row.version === version)
    const found =
      own.find(({ state }) => state === 'serving') ?? own.find(({ state }) => state === 'building')
    if (found !== undefined) return found
    if (rows.some((row) => row.name === name)) {
      const tableOf = (generation: Generation) => modelTable(model, generation)
      await beginGeneration(kysely, { of: { name, version }, tableOf, duty })
    } else {
      const of = { name, version, generation: FIRST_GENERATION }
      await prepareGeneration(kysely, { of, table: modelTable(model, of), served: true })
    }
  }
  throw new Error(
    `No generation of ${name} version ${version} serves or is built, though one was just made; somebody ` +
      'else writes to read.projections. Give one of its rows served = true, or delete them and start again.',
  )
}
