import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { AuditLimits } from '../../src/projection/audit.ts'
import { takeTurn } from '../../src/projection/turn.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START, type Position } from '../../src/store/position.ts'
import {
  added,
  broken,
  decodeJar,
  type JarEvent,
  jars,
  opened,
  owners,
  record,
  turnOptions,
} from './tally.ts'

const readModels = [jars, owners]

/** Sixteen events: five jars are filled, and the last of them is broken. */
export const filled = async (log: Log) => {
  for (const jar of [1, 2, 3, 4, 5]) {
    await record(log, `jar-${jar}`, [opened(`owner-${jar % 2}`), added(jar)])
    await record(log, `jar-${jar}`, [added(10)])
  }
  await record(log, 'jar-5', [broken])
}

export const project = async (database: Database, log: Log, from: Position = LOG_START) => {
  for (const model of readModels) {
    const options = await turnOptions<JarEvent>({ database, log, model, decode: decodeJar })
    expect(await takeTurn(options, from)).toMatchObject({ type: 'advanced' })
  }
}

export const given = (database: Database, log: Log, limits: Partial<AuditLimits> = {}) => ({
  kysely: database.kysely,
  log,
  decode: decodeJar,
  readModels,
  limits,
})

export const change = async ({ kysely }: Database, statement: string) => {
  const { numAffectedRows } = await sql.raw(statement).execute(kysely)
  expect(numAffectedRows).toBe(1n)
}
