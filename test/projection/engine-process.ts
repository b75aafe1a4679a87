import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { type Projections, projections } from '../../src/projection/projections.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import type { Log } from '../../src/store/log.ts'
import { decodeJar, type JarEvent, jars, openLog, owners } from './tally.ts'

/** What a process has: a database, a log and an engine of its own. */
export interface EngineProcess extends AsyncDisposable {
  readonly database: Database
  readonly log: Log
  readonly engine: Projections
  readonly reported: readonly unknown[]
}

export interface EngineOptions {
  readonly readModels?: readonly AnyReadModel<JarEvent>[]
  readonly limits?: Parameters<typeof projections>[0]['limits']
  /** Hears and sends no notifications. */
  readonly deaf?: boolean
  readonly decode?: typeof decodeJar
}

/** Everything that takes seconds in production, soon. */
export const SOON = {
  lookMs: 20,
  pollMs: 20,
  standbyMs: 1,
  checkpointPollMs: 20,
  builderLeaseMs: 1_000,
  readerLeaseMs: 1_000,
  retiredGraceMs: 50,
  politePageMax: 5,
  fullPageMax: 5,
  verifyPageMax: 3,
  duty: 1,
} as const

/** An engine over a database that somebody else closes. */
export const engineOver = async (
  database: Database,
  {
    readModels = [jars, owners],
    limits = {},
    deaf = false,
    decode = decodeJar,
  }: EngineOptions = {},
): Promise<EngineProcess> => {
  const log = await openLog(database)
  const reported: unknown[] = []
  const silent: Database = {
    ...database,
    listen: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    notify: async () => undefined,
  }
  const engine = await projections({
    database: deaf ? silent : database,
    log,
    readModels,
    decode,
    report: (error) => reported.push(error),
    limits: { ...SOON, ...limits },
  })
  return {
    database,
    log,
    engine,
    reported,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}

export const engineAt = async (
  url: string,
  options: EngineOptions = {},
): Promise<EngineProcess> => {
  const database = await openDatabase({ engine: 'postgres', url })
  const process = await engineOver(database, options)
  return {
    ...process,
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

export const rowsOf = async (
  { kysely }: Database,
  table: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { rows } = await sql<Readonly<Record<string, unknown>>>`
    select * from ${sql.table(table)} order by id`.execute(kysely)
  return rows
}

/** Every generation of a read model and what it is doing. */
export const generationsOf = async (
  { kysely }: Database,
  name: string,
): Promise<readonly string[]> => {
  const { rows } = await sql<{ readonly said: string }>`
    select version || generation || case when served then ' serves'
      when retired_at is null then ' building' else ' retires' end as said
    from read.projections where name = ${name} order by version, started_at`.execute(kysely)
  return rows.map(({ said }) => said)
}

export const hasTable = async ({ kysely }: Database, table: string): Promise<boolean> => {
  const { rows } = await sql<{ readonly found: boolean }>`
    select to_regclass(${table}) is not null as found`.execute(kysely)
  return rows[0]?.found === true
}
