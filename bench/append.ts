import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { type Appender, dcbAppender, emmettAppender, readbackAppender } from './appender.ts'
import { type Figure, ratio } from './figure.ts'
import { freshDatabase, gatherStatistics } from './fresh-database.ts'
import { hammer } from './hammer.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Run } from './main.ts'
import { pgbench } from './pgbench.ts'
import type { Outcome } from './report.ts'

const APPENDERS = { readback: readbackAppender, emmett: emmettAppender, dcb: dcbAppender }
type Name = keyof typeof APPENDERS

/** Who is measured under how many callers; `pgbench` brings its own clients. */
const LOADS: readonly { readonly callers: number; readonly names: readonly Name[] }[] = [
  { callers: 1, names: ['readback', 'emmett'] },
  { callers: 32, names: ['readback', 'emmett', 'dcb'] },
  { callers: 256, names: ['readback', 'emmett'] },
]
const PGBENCH_BESIDE_CALLERS = 256

/** One-event commands on new streams, side by side on one PostgreSQL, a database each. */
export const benchAppend = async (run: Run): Promise<Outcome> => {
  const { postgresUrl, signal, say } = run
  await using opened = new AsyncDisposableStack()
  const appenders = new Map<Name, Appender>()
  for (const name of ['readback', 'emmett', 'dcb'] as const)
    appenders.set(name, opened.use(await APPENDERS[name](await freshDatabase(postgresUrl, name))))
  const inserts = await pgbench(await migratedDatabase(postgresUrl))
  const acknowledged = new Map<Name, number>()
  const figures: Record<string, Figure> = {}
  const ratios: Record<string, number> = {}

  for (const { callers, names } of LOADS) {
    say(`${callers} ${callers === 1 ? 'caller' : 'callers'}`)
    const contenders: Contender[] = names.map((name) => ({
      name,
      measure: (seconds) =>
        hammer(
          async () => {
            await appenders.get(name)?.append()
            acknowledged.set(name, (acknowledged.get(name) ?? 0) + 1)
          },
          { callers, seconds, signal },
        ),
      age: () => gatherStatistics(postgresUrl(name)),
    }))
    if (callers === PGBENCH_BESIDE_CALLERS && inserts !== undefined)
      contenders.push({ name: 'pgbench', measure: inserts })
    const measured = await interleave(contenders, run)
    Object.assign(figures, keyed(measured, callers))
    Object.assign(ratios, ratiosOf(measured, callers))
  }
  const notes = inserts === undefined ? ['pgbench is not installed: not measured.'] : []
  for (const [name, appender] of appenders)
    notes.push(await accountOf(name, appender, acknowledged.get(name) ?? 0))
  return { figures, ratios, notes }
}

const keyed = (measured: ReadonlyMap<string, Figure>, callers: number): Record<string, Figure> =>
  Object.fromEntries([...measured].map(([name, figure]) => [`${name}@${callers}`, figure]))

/** Ours over each peer's. */
const ratiosOf = (
  measured: ReadonlyMap<string, Figure>,
  callers: number,
): Record<string, number> => {
  const ours = measured.get('readback')
  if (ours === undefined) return {}
  const peers = [...measured].filter(([name]) => name !== 'readback')
  return Object.fromEntries(
    peers.map(([name, figure]) => [`${name}@${callers}`, ratio(ours, figure)]),
  )
}

const migratedDatabase = async (postgresUrl: Run['postgresUrl']): Promise<string> => {
  const url = await freshDatabase(postgresUrl, 'pgbench')
  await using database = await openDatabase({ engine: 'postgres', url })
  await migrate(database)
  return url
}

const accountOf = async (name: Name, appender: Appender, acknowledged: number): Promise<string> => {
  const stored = await appender.stored()
  if (stored === acknowledged) return `${name}: ${acknowledged} acknowledged, all stored.`
  throw new Error(
    `${name} acknowledged ${acknowledged} events and stored ${stored}; the figures mean nothing.`,
  )
}
