import { openDatabase } from '../database/open.ts'
import { requireMigrated } from '../database/require-migrated.ts'
import { type StoredStatus, storedStatuses } from '../projection/stored-status.ts'
import { keptDatabase } from './kept-database.ts'
import type { ProjectionsConfig } from './watch-config.ts'

/** A checkpoint that has not moved for so long, with events past it, will not move by itself. */
const STALLED_AFTER_MS = 10_000

export type Condition = 'current' | 'behind' | 'stalled' | 'failed' | 'retiring' | 'building'

/** What the database alone tells: processes say more, each of its own turns. */
export const conditionOf = (status: StoredStatus): Condition => {
  const { state, failure, tended, lag, lagMs, idleMs } = status
  if (failure !== undefined) return 'failed'
  if (state === 'building') return tended || idleMs < STALLED_AFTER_MS ? 'building' : 'stalled'
  if (state === 'retiring') return 'retiring'
  if (lag === 0n) return 'current'
  return Math.min(lagMs, idleMs) < STALLED_AFTER_MS ? 'behind' : 'stalled'
}

/** Why somebody should look at it; nothing where nobody need. */
const complaints = (status: StoredStatus, lagMax: bigint | undefined): readonly string[] => {
  const condition = conditionOf(status)
  const isServing = status.state === 'serving'
  return [
    ...(condition === 'failed' || condition === 'stalled' ? [condition] : []),
    ...(isServing && status.parked > 0 ? [`${status.parked} streams are parked`] : []),
    ...(isServing && lagMax !== undefined && status.lag > lagMax
      ? [`${status.lag} events behind, over --max-lag ${lagMax}`]
      : []),
  ]
}

/** Prints how far every read model is; the process ends with 1 where somebody should look at one. */
export const listProjections = async (config: ProjectionsConfig): Promise<void> => {
  await using database = await openDatabase(keptDatabase(config.database))
  await requireMigrated(database)
  const { head, generations } = await storedStatuses(database.kysely)
  const told = generations.map((status) => ({
    status,
    complaints: complaints(status, config.lagMax),
  }))
  const table =
    generations.length === 0
      ? 'No read model has a table yet; a server makes them when it starts.'
      : statusTable(generations)
  process.stdout.write(config.json ? json(head, told) : `${table}\nThe log ends at ${head}.\n`)
  const wrong = told.filter((one) => one.complaints.length > 0)
  if (wrong.length > 0) process.exitCode = 1
  for (const { status, complaints: said } of config.json ? [] : wrong)
    process.stderr.write(
      `${status.name} v${status.version} ${status.generation}: ${said.join('; ')}\n`,
    )
}

interface Told {
  readonly status: StoredStatus
  readonly complaints: readonly string[]
}

const json = (head: bigint, told: readonly Told[]): string => {
  const projections = told.map(({ status, complaints: said }) => ({
    ...status,
    condition: conditionOf(status),
    complaints: said,
  }))
  const text = JSON.stringify(
    { head, projections },
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    2,
  )
  return `${text}\n`
}

const HEADINGS = [
  'projection',
  'version',
  'table',
  'condition',
  'checkpoint',
  'behind',
  'seconds',
  'parked',
  'rebuild',
]

const rebuildText = ({ rebuild }: StoredStatus): string => {
  if (rebuild === undefined) return ''
  const { done, of, remainingMs } = rebuild
  const percent = of === 0n ? 100 : Math.floor((100 * Number(done)) / Number(of))
  return remainingMs === undefined
    ? `${percent} %`
    : `${percent} %, ${Math.ceil(remainingMs / 1000)} s left`
}

/** One line for each table, its columns under one another. */
export const statusTable = (generations: readonly StoredStatus[]): string => {
  const lines = generations.map((status) => [
    status.name,
    String(status.version),
    status.generation,
    conditionOf(status),
    String(status.checkpoint),
    String(status.lag),
    (status.lagMs / 1000).toFixed(1),
    String(status.parked),
    rebuildText(status),
  ])
  const all = [HEADINGS, ...lines]
  const widths = HEADINGS.map((_, column) =>
    Math.max(...all.map((line) => line[column]?.length ?? 0)),
  )
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
