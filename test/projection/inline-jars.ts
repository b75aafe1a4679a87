import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { ProjectionLimits } from '../../src/projection/limits.ts'
import type { AppendCommand } from '../../src/store/append.ts'
import type { NewEvent } from '../../src/store/event.ts'
import { inlineLog } from './inline-log.ts'
import { decodeJar, type JarEvent, jars, owners } from './tally.ts'

export const jarCommand = (
  stream: string,
  expectedVersion: number,
  events: readonly [NewEvent, ...NewEvent[]],
): AppendCommand => {
  const id = randomUUID()
  return {
    stream,
    expectedVersion,
    events,
    command: { scope: 'test', id, fingerprint: '0'.repeat(64) },
    metadata: {
      commandId: id,
      correlationId: id,
      causationId: null,
      actor: { role: 'STAFF', subject: 'test' },
      traceparent: null,
    },
    timeoutMs: 10_000,
  }
}

export const tables = async ({ kysely }: Database) => ({
  jars: (
    await sql`select id, coins, position, version from read.jars_v1_a order by id`.execute(kysely)
  ).rows,
  owners: (
    await sql`select id, coins, events, position from read.owners_v1_a order by id`.execute(kysely)
  ).rows,
})

export const checkpoints = async ({ kysely }: Database) => {
  const { rows } = await sql<{ name: string; checkpoint: bigint }>`
    select name, checkpoint from read.projections`.execute(kysely)
  return Object.fromEntries(rows.map(({ name, checkpoint }) => [name, checkpoint]))
}

export const openInline = async (
  database: Database,
  inline: readonly string[] = ['jars', 'owners'],
  limits: Partial<ProjectionLimits> = {},
) =>
  await inlineLog<JarEvent>({ database, models: [jars, owners], decode: decodeJar, inline, limits })
